create or replace function booking.worth_of(
    target booking.booking, dropped jsonb, out price_minor bigint, out refund_minor bigint)
language plpgsql volatile security definer set search_path = '' as $$
begin
    select coalesce(sum(d.quantity * l.unit_price_minor), 0), coalesce(sum(booking.refund_for(l, d.quantity)), 0)
    into price_minor, refund_minor
    from jsonb_to_recordset(dropped) d (line_no integer, quantity integer)
    join booking.line l on l.organiser_id = target.organiser_id and l.booking_id = target.id and l.line_no = d.line_no;
end
$$;
comment on function booking.worth_of(booking.booking, jsonb) is 'What places of a booking were sold for, and what their policies give back for them now: [{line_no, quantity}].';
