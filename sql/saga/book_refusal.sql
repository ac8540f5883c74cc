create or replace function saga.book_refusal(
    target saga.saga, step text, detail text, out amount_minor bigint, out attempts_left integer)
language plpgsql volatile security definer set search_path = '' as $$
declare
    refused record;
begin
    select * into refused from payment.book_refusal(target.payment_id, upper(step), detail);
    perform booking.record_event(target.booking_id, 'payment.declined', 'SYSTEM', 'saga', jsonb_build_object(
        'operation', upper(step), 'code', detail, 'attemptsLeft', refused.attempts_left) || refused.data);
    amount_minor := refused.amount_minor;
    attempts_left := refused.attempts_left;
end
$$;
comment on function saga.book_refusal(saga.saga, text, text) is 'Writes down that an authorization or a capture was refused for good, and tells it.';
