create or replace function booking.refund_for(l booking.line, quantity integer) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
    step jsonb;
begin
    -- Whoever is quicker than the cancelling of the slot's bookings gets no less than those who wait for it.
    if inventory.is_cancelled(l.slot_id) then
        return quantity * l.unit_price_minor;
    end if;
    select s into step
    from jsonb_array_elements(l.policy) with ordinality p (s, n)
    where clock_timestamp() <= l.starts_at - make_interval(hours => (s ->> 'hours_before_start')::integer)
    order by p.n limit 1;
    if step is null then
        return 0;
    end if;
    -- Place by place, so that cancelling in parts gives what cancelling at once does.
    return quantity * greatest(0,
        booking.price_at(l.unit_price_minor, (step ->> 'refund_percent')::integer)
        - coalesce((step ->> 'fee_minor')::bigint, 0));
end
$$;
comment on function booking.refund_for(booking.line, integer) is 'What cancelling so many places of a line now gives back by its policy snapshot, in minor units; half a unit is rounded up, in the customer''s favour. Places of a cancelled slot give back all that they cost.';
grant execute on function booking.refund_for(booking.line, integer) to holdfast_reader;
