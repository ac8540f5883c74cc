create or replace function saga.follow_money(
    target saga.saga, step text, result text, operation_id uuid, detail text)
returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    if result = 'DONE' then
        perform saga.book_success(target, operation_id);
        perform saga.give_back_or_finish(target.id, target.booking_id);
    else
        -- Money is where it should not be, or is not where it should be, and we can't move it: an operator's case.
        perform payment.book_failure(target.payment_id, detail);
        perform booking.record_event(target.booking_id, 'payment.failed', 'SYSTEM', 'saga',
            jsonb_build_object('operation', upper(step), 'detail', detail)
            || payment.event_data_of(target.payment_id));
        perform saga.bury(target, upper(step) || '_FAILED', detail);
    end if;
end
$$;
comment on function saga.follow_money(saga.saga, text, text, uuid, text) is 'What follows a step at a gateway, whatever the kind: the next refund or the end when it was done, an operator''s case when it can''t be done.';
