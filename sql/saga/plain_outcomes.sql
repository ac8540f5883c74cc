create or replace function saga.plain_outcomes(outcomes jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    single jsonb; -- by saga: an outcome that is the only one about it
    done jsonb;
    bookings jsonb;
    held jsonb;
begin
    select jsonb_object_agg(o.saga_id, o.outcome) filter (where o.times = 1) into single
    from (
        select o.value as outcome, k.saga_id, count(*) over (partition by k.saga_id) as times
        from jsonb_array_elements(outcomes) o
        cross join lateral (select (o.value ->> 'saga_id')::uuid as saga_id) k
    ) o;
    -- What comes with an error, or wants to wait, is not what these are.
    select jsonb_agg(o.outcome || jsonb_build_object(
               'step', s.step, 'booking_id', s.booking_id, 'organiser_id', s.organiser_id, 'worker', s.worker,
               'claimed_at', s.claimed_at))
    into done
    from saga.saga s
    cross join lateral (select single -> s.id::text as outcome) o
    where s.id = any (array(select k::uuid from jsonb_object_keys(single) k))
      and saga.is_held(s, (o.outcome ->> 'lease')::integer) and saga.judge(s, o.outcome) = 'DONE'
      and o.outcome ->> 'operation_id' is not null and not o.outcome ?| array['error', 'code', 'retry_in_ms']
      and s.kind = 'booking' and s.state = 'RUNNING' and s.deadline > clock_timestamp();
    bookings := booking.standing(array(select (d ->> 'booking_id')::uuid from jsonb_array_elements(done) d));
    held := payment.held_after(array(
        select (d ->> 'operation_id')::uuid from jsonb_array_elements(done) d where d ->> 'step' = 'capture'));

    return (
        select jsonb_agg(d.value)
        from jsonb_array_elements(done) d
        cross join lateral (
            select b ->> 'status' as status, (b ->> 'owed_minor')::bigint as owed_minor
            from (select bookings -> (d.value ->> 'booking_id')) of (b)) b
        where d.value ->> 'step' = 'authorize' and b.status = 'PENDING'
           -- It got where it was going, and nothing is to be given back.
           or d.value ->> 'step' = 'capture' and b.status in ('CONFIRMED', 'COMPLETED')
              and (held ->> (d.value ->> 'operation_id'))::bigint <= b.owed_minor
              and exists (
                  select from saga.step p
                  where p.organiser_id = (d.value ->> 'organiser_id')::uuid
                    and p.saga_id = (d.value ->> 'saga_id')::uuid and p.step = 'confirm'));
end
$$;
comment on function saga.plain_outcomes(jsonb) is 'Those outcomes of locked sagas that go the way of most bookings, each with what saga.record_plain needs to know: an authorization of a pending booking that was done, and a capture that settles a confirmed one.';
