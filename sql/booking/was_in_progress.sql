create or replace function booking.was_in_progress(b booking.booking, payments jsonb) returns boolean
language sql immutable set search_path = '' as $$
    select coalesce(bool_or(
        p.status in ('AUTHORIZING', 'CAPTURING', 'UNKNOWN')
        -- An authorization goes on to a capture, or is let go of.
        or p.status = 'AUTHORIZED'), false)
        or b.status <> 'PENDING' and sum(p.captured_minor - p.refunded_minor) <> b.owed_minor
    from jsonb_to_recordset(payments) p (status text, captured_minor bigint, refunded_minor bigint)
$$;
comment on function booking.was_in_progress(booking.booking, jsonb) is 'Whether money was still to move by itself for a booking, given it and its payments as they were.';
grant execute on function booking.was_in_progress(booking.booking, jsonb) to holdfast_reader;
