create or replace function saga.claim_calls(messages jsonb, argument jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    askable constant text[] := payment.askable(argument -> 'gateways');
    named jsonb;
    locked uuid[];
    paid uuid[];
    calls jsonb;
    now timestamptz;
    claims jsonb;
begin
    -- Those with one message alone.
    select jsonb_agg(m.message) into named
    from (
        select jsonb_build_object('saga_id', m.value #>> '{message,saga_id}', 'message', m.value - 'message', 'n', m.n)
                   as message,
               count(*) over (partition by m.value #>> '{message,saga_id}') as times
        from jsonb_array_elements(messages) with ordinality m (value, n)
        where saga.is_uuid(m.value #>> '{message,saga_id}')) m
    where m.times = 1;
    -- Never waits: a claim holds messages, and whoever holds a saga may want them.
    select array_agg(s.id), array_agg(s.payment_id) into locked, paid
    from (
        select s.id, s.payment_id from saga.saga s
        where s.id = any (array(select (m ->> 'saga_id')::uuid from jsonb_array_elements(named) m))
        for update skip locked) s;
    calls := payment.open_operations_of(paid);
    now := clock_timestamp();

    with found as (
        select s.organiser_id, s.id, s.claimed_at, k.how, calls -> s.payment_id::text as call, m.message, m.n
        from jsonb_to_recordset(named) m (saga_id uuid, message jsonb, n integer)
        cross join lateral (select * from saga.saga s where s.id = m.saga_id limit 1) s
        cross join lateral (
            select d as how, d.action from saga.definition d where d.kind = s.kind and d.step = s.step limit 1) k
        where m.saga_id = any (locked) and s.kind <> 'stray' and s.state in ('RUNNING', 'COMPENSATING')
          and coalesce(s.lease_until <= now, true)
          and k.action in ('AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND') and argument -> 'actions' ? k.action
          and calls -> s.payment_id::text ->> 'gateway' = any (askable)
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
