create or replace function payment.all_differences()
returns table (
    id text, organiser_id uuid, booking_id uuid, gateway text, reference text, kind text, operation_key text,
    verdict text, handling text, amount_minor bigint, expected_minor bigint, currency text, happened_at timestamptz,
    found_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query select * from payment.differences();
end
$$;
comment on function payment.all_differences() is 'What payment.differences tells, for views: whoever may select from a view calls its functions with rights of his own.';
grant execute on function payment.all_differences() to holdfast_report;
