create or replace function payment.book_failure(booking_id uuid, detail text) returns void
language sql volatile security definer set search_path = '' as $$
    update payment.payment p
    set status = 'FAILED', failure = detail, version = p.version + 1, updated_at = clock_timestamp()
    where p.booking_id = book_failure.booking_id
$$;
comment on function payment.book_failure(uuid, text) is 'Notes that a payment stands where it should not and can''t be moved by the saga.';
