create or replace function payment.document(payments jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    -- Most bookings have one payment, and many none.
    if jsonb_array_length(payments) < 2 then
        return payments -> 0;
    end if;
    return (
        with counted as (
            select p.* from jsonb_to_recordset(payments) p (
                number integer, status text, amount_minor bigint, captured_minor bigint, refunded_minor bigint,
                attempts integer, failure text)
            -- The charge of a change that came to nothing leaves the rest as it was.
            where p.number = 1 or p.captured_minor > 0 or p.status not in ('VOIDED', 'FAILED')
        ), summed as (
            select sum(c.amount_minor) as amount_minor, sum(c.captured_minor) as captured_minor,
                   sum(c.refunded_minor) as refunded_minor
            from counted c
        )
        select payments -> 0 || jsonb_build_object(
            'amount_minor', s.amount_minor, 'captured_minor', s.captured_minor, 'refunded_minor', s.refunded_minor,
            'attempts', latest.attempts, 'failure', latest.failure,
            'status', case
                when latest.status not in ('CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED') then latest.status
                when s.refunded_minor = 0 then 'CAPTURED'
                when s.refunded_minor = s.captured_minor then 'REFUNDED'
                else 'PARTIALLY_REFUNDED'
            end)
        from summed s, lateral (select * from counted c order by c.number desc limit 1) latest);
end
$$;
comment on function payment.document(jsonb) is 'The payments of a booking (payment.documents) in one: their sums, and the state of the latest that stands; null for a free booking.';
grant execute on function payment.document(jsonb) to holdfast_reader;
