create or replace function payment.book_failure(payment_id uuid, detail text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update payment.payment p
    set status = 'FAILED', failure = detail, version = p.version + 1, updated_at = clock_timestamp()
    where p.id = book_failure.payment_id;
end
$$;
comment on function payment.book_failure(uuid, text) is 'Notes that a payment stands where it should not and can''t be moved by the saga.';
