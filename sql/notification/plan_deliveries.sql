create or replace function notification.plan_deliveries(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
begin
    return query
    with told as (
        select distinct on (e.event_id) e.event_id, e.message, e.document,
               coalesce(e.message is not null
                   and (e.document ->> 'occurred_at')::timestamptz < now - make_interval(secs => e.longest_seconds), false) as too_old
        from jsonb_to_recordset(argument) e (event_id text, message text, document jsonb, longest_seconds double precision)
        order by e.event_id
    ), wanted as (
        select t.event_id, t.document, t.message, c.channel, 'CUSTOMER' as recipient_kind,
               t.document #>> '{booking,customer_id}' as recipient_id,
               case t.message when 'HOLD_ENDING' then (t.document #>> '{booking,hold_expires_at}')::timestamptz
                   else now + interval '1 day' end as give_up_at
        from told t
        cross join lateral notification.channels_of(t.document #>> '{booking,customer_id}', t.message) c
        where t.message is not null and not t.too_old
        union all
        select t.event_id, t.document, t.document ->> 'type', 'WEBHOOK', 'ENDPOINT', p.id::text, now + interval '3 days'
        from told t
        join notification.endpoint p on p.organiser_id = (t.document ->> 'organiser_id')::uuid
            and p.state = 'ENABLED' and notification.wants(p.event_types, t.document ->> 'type')
        where t.message is distinct from 'HOLD_ENDING'
    ), planned as (
        insert into notification.delivery (organiser_id, id, event_id, event, booking_id, message, channel,
                                           recipient_kind, recipient_id, due_at, give_up_at)
        select (w.document ->> 'organiser_id')::uuid, holdfast.uuid_v7(), w.event_id, w.document,
               (w.document ->> 'booking_id')::uuid, w.message, w.channel, w.recipient_kind, w.recipient_id, now, w.give_up_at
        from wanted w
        order by w.event_id, w.channel, w.recipient_id
        on conflict on constraint an_event_is_told_once do nothing
        returning event_id
    )
    select jsonb_build_object('event_id', t.event_id, 'planned', (select count(*) from planned p where p.event_id = t.event_id),
        'too_old', t.too_old)
    from told t;
end
$$;
comment on function notification.plan_deliveries(jsonb) is 'Plans what each of [{event_id, message, document, longest_seconds}] is told to whom: the customer by the channels that he has and wants, unless it happened longer ago than that, and the organiser''s endpoints that want its type, whenever it happened. Once, however often it is asked; gives {event_id, planned, too_old}.';
grant execute on function notification.plan_deliveries(jsonb) to holdfast_worker;
