create or replace function payment.open_charge(
    organiser_id uuid, booking_id uuid, currency text, amount_minor bigint, method text)
returns table (payment_id uuid, number integer)
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into payment.payment as p (
        organiser_id, id, booking_id, number, currency, amount_minor, status, method, attempts)
    select open_charge.organiser_id, holdfast.uuid_v7(), open_charge.booking_id,
           -- The first is the booking's own, even of one that was free.
           1 + coalesce((select max(o.number) from payment.payment o where o.booking_id = open_charge.booking_id), 1),
           open_charge.currency, open_charge.amount_minor, 'REQUIRES_METHOD', open_charge.method, 1
    returning p.id, p.number into open_charge.payment_id, open_charge.number;
    perform payment.open_operation(open_charge.payment_id, 'AUTHORIZE', open_charge.amount_minor);
    return next;
end
$$;
comment on function payment.open_charge(uuid, uuid, text, bigint, text) is 'Opens a further payment of a booking, for a change that costs more; its authorization is written down along with it.';
