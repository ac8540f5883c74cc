create or replace function saga.plain_outcomes(outcomes jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    done jsonb;
begin
    select jsonb_agg(c.outcome) into done
    from (
        select o || jsonb_build_object('step', s.step, 'booking_id', s.booking_id, 'organiser_id', s.organiser_id,
                   'worker', s.worker, 'claimed_at', s.claimed_at) as outcome,
               count(*) over (partition by s.id) as times
        from jsonb_array_elements(outcomes) o
        join saga.saga s on s.id = (o ->> 'saga_id')::uuid
        where saga.is_held(s, (o ->> 'lease')::integer) and saga.judge(s, o) = 'DONE'
          and o ->> 'operation_id' is not null
          and s.kind = 'booking' and s.state = 'RUNNING' and s.deadline > clock_timestamp()
    ) c
    where c.times = 1;

    return (
        select jsonb_agg(d)
        from jsonb_array_elements(done) d
        join booking.standing(array(select (b ->> 'booking_id')::uuid from jsonb_array_elements(done) b)) b
            on b.booking_id = (d ->> 'booking_id')::uuid
        left join payment.held_after(array(
            select (c ->> 'operation_id')::uuid from jsonb_array_elements(done) c where c ->> 'step' = 'capture')) h
            on h.operation_id = (d ->> 'operation_id')::uuid
        where d ->> 'step' = 'authorize' and b.status = 'PENDING'
           -- It got where it was going, and nothing is to be given back.
           or d ->> 'step' = 'capture' and b.status in ('CONFIRMED', 'COMPLETED') and h.held_minor <= b.owed_minor
              and exists (
                  select from saga.step p
                  where p.organiser_id = (d ->> 'organiser_id')::uuid and p.saga_id = (d ->> 'saga_id')::uuid
                    and p.step = 'confirm'));
end
$$;
comment on function saga.plain_outcomes(jsonb) is 'Those outcomes of locked sagas that go the way of most bookings, each with what saga.record_plain needs to know: an authorization of a pending booking that was done, and a capture that settles a confirmed one.';
