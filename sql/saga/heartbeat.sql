create or replace function saga.heartbeat(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    ends_in constant interval := make_interval(secs => (argument ->> 'lease_seconds')::integer);
begin
    -- Nobody waits here: who has the row is recording this very step, or taking it over, and the next beat comes soon.
    with beating as (
        select s.organiser_id, s.id, c.msg_id, c.read_ct
        from jsonb_to_recordset(argument -> 'claims') c (saga_id uuid, lease integer, msg_id bigint, read_ct integer)
        join saga.saga s on s.id = c.saga_id and s.lease = c.lease
        where s.lease_until is not null and s.ended_at is null
        for update of s skip locked
    ), extended as (
        update saga.saga s set lease_until = clock_timestamp() + ends_in
        from beating b where s.organiser_id = b.organiser_id and s.id = b.id
    ), waiting as (
        select m.msg_id from pgmq.q_saga m join beating b on b.msg_id = m.msg_id and b.read_ct = m.read_ct
        for update of m skip locked
    )
    update pgmq.q_saga m set vt = clock_timestamp() + ends_in from waiting w where w.msg_id = m.msg_id;

    return query
    select to_jsonb(s.id)
    from jsonb_to_recordset(argument -> 'claims') c (saga_id uuid, lease integer)
    join saga.saga s on s.id = c.saga_id and s.lease = c.lease
    where s.lease_until is not null and s.ended_at is null;
end
$$;
comment on function saga.heartbeat(jsonb) is 'Makes the leases of {claims: [{saga_id, lease, msg_id, read_ct}]} and their messages'' last {lease_seconds} from now; gives the ids of the sagas that are still held. One whose row is locked counts as held, and is not extended.';
grant execute on function saga.heartbeat(jsonb) to holdfast_worker;
