create or replace function notification.due_deliveries(argument jsonb) returns uuid[]
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
    batch constant integer := (argument ->> 'batch')::integer;
    channels constant text[] := array(select jsonb_array_elements_text(argument -> 'channels'));
    busy constant text[] := array(select jsonb_array_elements_text(coalesce(argument -> 'busy', '[]')));
    lapsed constant boolean := coalesce((argument ->> 'lapsed')::boolean, false);
begin
    return array(
        with due as (
            -- More than are wanted are looked at, so that one endpoint's many don't hide the others; and each channel by
            -- itself, or all that is due would be sorted for a handful.
            select d.* from unnest(channels) c (channel)
            cross join lateral (
                select d.id, d.channel, d.recipient_id, d.due_at from notification.delivery d
                where d.state = 'PLANNED' and d.channel = c.channel and d.due_at <= now
                  and (not lapsed or d.give_up_at <= now) and d.recipient_id <> all (busy)
                order by d.due_at limit batch * 10
            ) d
        ), lost as (
            select d.* from unnest(channels) c (channel)
            cross join lateral (
                select d.id, d.channel, d.recipient_id, d.due_at from notification.delivery d
                where d.state = 'SENDING' and d.channel = c.channel and d.lease_until <= now
                  and (not lapsed or d.give_up_at <= now) and d.recipient_id <> all (busy)
                order by d.lease_until limit batch
            ) d
        ), ranked as (
            select a.id, a.due_at, a.channel,
                   row_number() over (partition by a.channel, a.recipient_id order by a.due_at, a.id) as place
            from (select * from due union all select * from lost) a
        )
        select d.id from notification.delivery d
        join ranked r on r.id = d.id
        where (r.channel <> 'WEBHOOK' or r.place <= (argument ->> 'per_endpoint')::integer)
          -- Another one may have been quicker.
          and (d.state = 'PLANNED' and d.due_at <= now or d.state = 'SENDING' and d.lease_until <= now)
        order by r.due_at, d.id limit batch
        for update of d skip locked);
end
$$;
comment on function notification.due_deliveries(jsonb) is 'Locks what notification.claim_deliveries may give out.';
