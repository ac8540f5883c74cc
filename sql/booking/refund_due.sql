create or replace function booking.refund_due(organiser_id uuid, booking_id uuid) returns bigint
language sql volatile security definer set search_path = '' as $$
    -- Each line by its own policy; half a minor unit is rounded up, in the customer's favour.
    select coalesce(sum((l.quantity * l.unit_price_minor * coalesce(step.percent, 0) + 50) / 100), 0)::bigint
    from booking.line l
    left join lateral (
        select (s ->> 'refund_percent')::integer as percent
        from jsonb_array_elements(l.policy) with ordinality p (s, n)
        where clock_timestamp() <= l.starts_at - make_interval(hours => (s ->> 'hours_before_start')::integer)
        order by p.n limit 1
    ) step on true
    where l.organiser_id = refund_due.organiser_id and l.booking_id = refund_due.booking_id and l.active
$$;
comment on function booking.refund_due(uuid, uuid) is 'What cancelling now gives back by the policy snapshots, in minor units.';
