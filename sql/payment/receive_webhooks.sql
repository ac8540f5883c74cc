create or replace function payment.receive_webhooks(events jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    messages jsonb[];
    fresh jsonb;
begin
    with written as (
        insert into payment.webhook as w (
            gateway, event_id, id, type, operation_key, reference, is_exceptional, occurred_at, received_at)
        select e.gateway, e.event_id, holdfast.uuid_v7(), e.type, e.operation_key, e.reference,
               coalesce(e.is_exceptional, false), e.occurred_at, clock_timestamp()
        from jsonb_to_recordset(events) e (
            gateway text, event_id text, type text, operation_key text, reference text, is_exceptional boolean,
            occurred_at timestamptz)
        -- Sorted, so that two batches with the same events never wait for each other crosswise.
        order by e.gateway, e.event_id
        on conflict do nothing
        returning w.gateway, w.event_id
    )
    select array_agg(jsonb_build_object('gateway', w.gateway, 'event_id', w.event_id)),
           coalesce(jsonb_object_agg(w.gateway || ' ' || w.event_id, true), '{}')
    into messages, fresh
    from written w;
    -- In this same transaction: an event that is written down is worked, whatever is killed.
    if messages is not null then
        perform pgmq.send_batch('webhook', messages);
    end if;

    return query
    select jsonb_build_object('event_id', e.value ->> 'event_id', 'is_new',
        fresh ? named.name
        -- The same one twice in a batch is new once.
        and row_number() over (partition by named.name order by e.n) = 1)
    from jsonb_array_elements(events) with ordinality e (value, n)
    cross join lateral (select (e.value ->> 'gateway') || ' ' || (e.value ->> 'event_id') as name) named
    order by e.n;
end
$$;
comment on function payment.receive_webhooks(jsonb) is 'Writes down what gateways told, each event once, and puts the new ones on the queue: [{gateway, event_id, type, operation_key, reference, is_exceptional, occurred_at}]. Gives {event_id, is_new} for each, in order.';
grant execute on function payment.receive_webhooks(jsonb) to holdfast_api;
