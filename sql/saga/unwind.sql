create or replace function saga.unwind(booking_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    owed record;
    open_saga saga.saga;
begin
    for owed in select * from payment.lock_for_unwinding(booking_ids) loop
        select * into open_saga from saga.saga s
        where s.booking_id = owed.booking_id and s.ended_at is null for update;
        -- A refund under way goes on until all is given back that is to be.
        continue when open_saga.id is null or open_saga.kind = 'refund';

        perform saga.log_step(open_saga.id, 'cancel', 'DONE');
        if owed.operation_open then
            -- What is under way is never broken off: its outcome decides what has to be given back.
            update saga.saga s set state = 'COMPENSATING' where s.id = open_saga.id;
            if open_saga.step = 'authorize' and not open_saga.in_doubt then
                -- It is known that nothing was done, and now nothing has to be.
                perform saga.record_step(open_saga, jsonb_build_object(
                    'operation_id', saga.call_of(open_saga) ->> 'operation_id', 'result', 'FAILED', 'error', 'not_sent',
                    'doubt_over', true));
            end if;
        else
            perform payment.abandon(open_saga.payment_id);
            perform saga.finish(open_saga.id, 'UNWOUND');
        end if;
    end loop;
    perform saga.begin_refund(booking_ids);
end
$$;
comment on function saga.unwind(uuid[]) is 'Sees to the money of bookings, or of their changes, that were just given up: ends a saga that took nothing, turns round one with an operation under way, and starts the refund of what was captured beyond what is owed.';
