create or replace function payment.open_refund(booking_id uuid) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
    rest constant bigint := payment.refundable(booking_id);
    source record;
begin
    if coalesce(rest, 0) <= 0 then
        return null;
    end if;
    -- The last charge first, and never more than that one took.
    select p.id, p.captured_minor - p.refunded_minor as left_minor into source
    from payment.payment p
    where p.booking_id = open_refund.booking_id and p.captured_minor > p.refunded_minor
    order by p.number desc limit 1;
    perform payment.open_operation(source.id, 'REFUND', least(rest, source.left_minor));
    return source.id;
end
$$;
comment on function payment.open_refund(uuid) is 'Writes down the next refund of a booking, when there is more captured than is owed; gives the payment it is of. The caller holds the locks of all payments.';
