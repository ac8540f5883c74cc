create or replace function saga.let_go(
    target saga.saga, amount_minor bigint, detail text default null, is_cancelled_next boolean default false)
returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    told record;
begin
    if detail is distinct from 'authorization_lapsed' and not payment.capture_due(target.payment_id, clock_timestamp()) then
        perform saga.go_on(target.id, 'VOID', amount_minor);
        return;
    end if;
    -- Nothing is reserved any more: there is nothing to ask the gateway for.
    select * into told from payment.book_lapse(target.payment_id);
    perform booking.record_event(target.booking_id, told.event_type, 'SYSTEM', 'saga', told.data);
    perform saga.log_step(target.id, 'void', 'DONE', 'authorization_lapsed');
    if not is_cancelled_next then
        perform saga.give_back_or_finish(target.id, target.booking_id);
    end if;
end
$$;
comment on function saga.let_go(saga.saga, bigint, text, boolean) is 'Voids an authorization; one that has lapsed is gone without a call. `is_cancelled_next`: the caller cancels the booking, which ends the saga.';
