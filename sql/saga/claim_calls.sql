create or replace function saga.claim_calls(messages jsonb, argument jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    askable constant text[] := payment.askable(argument -> 'gateways');
    locked uuid[];
    paid uuid[];
    now timestamptz;
    claims jsonb;
begin
    -- Those with one message alone. Never waits: a claim holds messages, and whoever holds a saga may want them.
    select array_agg(s.id), array_agg(s.payment_id) into locked, paid
    from (
        select s.id, s.payment_id from saga.saga s
        where s.id = any (array(
            select (m #>> '{message,saga_id}')::uuid from jsonb_array_elements(messages) m
            where saga.is_uuid(m #>> '{message,saga_id}')
            group by 1 having count(*) = 1))
        for update skip locked) s;
    now := clock_timestamp();

    with call as materialized (
        select c.payment_id, c.call from payment.open_operations_of(paid) c
        where c.call ->> 'gateway' = any (askable)
    ), found as (
        select s.organiser_id, s.id, s.claimed_at, d as how, c.call, m.value - 'message' as message, m.n
        from jsonb_array_elements(messages) with ordinality m (value, n)
        join saga.saga s on s.id = case
            when saga.is_uuid(m.value #>> '{message,saga_id}') then (m.value #>> '{message,saga_id}')::uuid end
        join saga.definition d on d.kind = s.kind and d.step = s.step
        join call c on c.payment_id = s.payment_id
        where s.id = any (locked) and s.kind <> 'stray' and s.ended_at is null and s.state <> 'WAITING'
          and coalesce(s.lease_until <= now, true)
          and d.action in ('AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND') and argument -> 'actions' ? d.action
    ), held as (
        -- From here on nobody knows whether the call is made, until its outcome is written down.
        update saga.saga s
        set lease = s.lease + 1, worker = argument ->> 'worker', claimed_at = now,
            lease_until = now + make_interval(secs => (argument ->> 'lease_seconds')::integer),
            was_in_doubt = s.in_doubt, in_doubt = true
        from found f
        where s.organiser_id = f.organiser_id and s.id = f.id
        returning saga.claim_document(s, f.how, f.claimed_at, f.call) || f.message as claim, f.n
    )
    select jsonb_agg(h.claim order by h.n) into claims from held h;
    return claims;
end
$$;
comment on function saga.claim_calls(jsonb, jsonb) is 'saga.claim_step for all those messages whose sagas nobody holds and whose next call can be made at its own gateway; null when there is none. Takes [{msg_id, read_ct, message}] and the argument of saga.claim_steps.';
