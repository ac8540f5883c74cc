create or replace function saga.book_success(target saga.saga, operation_id uuid) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
    money record;
begin
    select * into money from payment.book_success(operation_id);
    perform booking.record_event(target.booking_id, money.event_type, 'SYSTEM', 'saga', money.data);
    return money.amount_minor;
end
$$;
comment on function saga.book_success(saga.saga, uuid) is 'Moves the payment by the operation that just succeeded, and tells it; gives what the payment is about.';
