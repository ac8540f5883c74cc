create or replace function notification.claim_deliveries(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
    due uuid[];
begin
    due := notification.due_deliveries(argument);
    -- Whoever had them before will not come back to say.
    update notification.attempt a set result = 'LOST'
    from notification.delivery d
    where d.id = any (due) and d.state = 'SENDING' and a.organiser_id = d.organiser_id and a.delivery_id = d.id
      and a.number = d.attempts and a.result is null;
    return query
    with before as (
        select d.id, d.state from notification.delivery d where d.id = any (due)
    ), claimed as (
        update notification.delivery d
        set state = 'SENDING', worker = argument ->> 'worker', fence = d.fence + 1, attempts = d.attempts + 1,
            repeats = d.repeats + (b.state = 'SENDING')::integer,
            lease_until = now + make_interval(secs => (argument ->> 'lease_seconds')::integer)
        from before b
        where d.id = b.id
        returning d.*, b.state = 'SENDING' as repeated
    ), logged as (
        insert into notification.attempt (organiser_id, delivery_id, number, worker, started_at)
        select c.organiser_id, c.id, c.attempts, c.worker, now from claimed c
    )
    select jsonb_build_object(
        'delivery_id', c.id, 'fence', c.fence, 'message', c.message, 'channel', c.channel, 'repeated', c.repeated,
        'attempts', c.attempts - 1, 'planned_at', c.planned_at, 'give_up_at', c.give_up_at, 'document', c.event,
        -- Who has paid since is not to be told to hurry, nor who has another end by now.
        'moot', case c.message
            when 'HOLD_ENDING' then not booking.is_held(c.booking_id, (c.event #>> '{booking,hold_expires_at}')::timestamptz)
            when 'WAITLIST_OFFER' then not booking.is_held(c.booking_id, null)
            else false end,
        'address', case c.channel when 'EMAIL' then k.email when 'SMS' then k.phone when 'PUSH' then k.push_token end,
        'language', k.language,
        'context', jsonb_build_object('organiser', jsonb_build_object('name', null), 'listings', inventory.names_of(array(
            select (l ->> 'listing_id')::uuid from jsonb_array_elements(c.event #> '{booking,lines}') l))),
        'endpoint', case when p.id is not null then jsonb_build_object(
            'id', p.id, 'url', p.url, 'secrets', case when p.old_secret_until > now then p.secrets else p.secrets[1:1] end) end)
    from claimed c
    left join notification.contact k on c.recipient_kind = 'CUSTOMER' and k.subject = c.recipient_id
    left join notification.endpoint p on c.recipient_kind = 'ENDPOINT' and p.id::text = c.recipient_id
        -- One that has said 410 meanwhile is not called again by what was under way.
        and p.state = 'ENABLED';
end
$$;
comment on function notification.claim_deliveries(jsonb) is 'Gives {worker} up to {batch} deliveries of its {channels} that are due, or whose worker is gone, for {lease_seconds}, and writes down that each is being sent. At most {per_endpoint} of one endpoint and none of those that are {busy}; with {lapsed} only those that are past their time.';
grant execute on function notification.claim_deliveries(jsonb) to holdfast_worker;
