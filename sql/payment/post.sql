create or replace function payment.post(transfers jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into payment.transfer (organiser_id, booking_id, operation_id, debit, credit, currency, amount_minor)
    select t.organiser_id, t.booking_id, t.operation_id, t.debit, t.credit, t.currency, t.amount_minor
    from jsonb_to_recordset(transfers) t (
        organiser_id uuid, booking_id uuid, operation_id uuid, debit text, credit text, currency text,
        amount_minor bigint)
    where t.amount_minor > 0;
end
$$;
comment on function payment.post(jsonb) is 'Writes transfers of money in the ledger: [{organiser_id, booking_id, operation_id, debit, credit, currency, amount_minor}]; those of nothing are left out.';
