create or replace function saga.begin_bookings(accepted jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    ends_by constant timestamptz := saga.deadline_of('booking');
begin
    if accepted is null then
        return;
    end if;

    with opened as (
        select * from payment.open_payments(accepted)
    ), begun as (
        insert into saga.saga (
            organiser_id, id, kind, subject_id, booking_id, payment_id, state, step, deadline, steps, created_at)
        select a.organiser_id, holdfast.uuid_v7(), 'booking', a.id, a.id, o.payment_id,
               case when a.payment_method is null then 'WAITING' else 'RUNNING' end,
               'authorize', ends_by, 1, clock_timestamp()
        from jsonb_to_recordset(accepted) a (id uuid, organiser_id uuid, payment_method text)
        join opened o on o.booking_id = a.id
        returning organiser_id, id, state
    ), reserved as (
        insert into saga.step (organiser_id, saga_id, seq, from_step, step, result, at)
        select organiser_id, id, 1, null, 'reserve', 'DONE', clock_timestamp() from begun
    )
    -- What pgmq.send_batch does, with a plan that is kept: that one makes its own for each call.
    insert into pgmq.q_saga (vt, message)
    select clock_timestamp(), jsonb_build_object('saga_id', b.id) from begun b where b.state = 'RUNNING';
end
$$;
comment on function saga.begin_bookings(jsonb) is 'Opens payment and saga of accepted bookings that cost something; those with a payment method go on the queue at once, the others wait for payBooking. Takes [{id, organiser_id, currency, total_minor, payment_method}].';
