create or replace function payment.reopen(payment_id uuid, booking_id uuid, kind text) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    amount bigint;
begin
    if kind = 'REFUND' then
        -- What is to come back may have changed since.
        return payment.open_refund(booking_id) is not null;
    end if;
    select p.amount_minor into amount from payment.payment p where p.id = reopen.payment_id;
    perform payment.open_operation(payment_id, kind, amount);
    return true;
end
$$;
comment on function payment.reopen(uuid, uuid, text) is 'Writes down anew, under its own key, an operation that was given up; false when nothing is left to be done. That the old one did nothing is known: it was not given up in doubt.';
