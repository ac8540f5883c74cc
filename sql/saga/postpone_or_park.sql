create or replace function saga.postpone_or_park(msg_id bigint, read_ct integer, saga_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    if exists (select from saga.saga s where s.id = postpone_or_park.saga_id) then
        perform saga.delay_message(msg_id, read_ct, 50);
    else
        perform pgmq.archive('saga', msg_id);
    end if;
end
$$;
comment on function saga.postpone_or_park(bigint, integer, uuid) is 'For a saga that could not be locked: comes back in a moment when it exists, and parks the message when it does not.';
