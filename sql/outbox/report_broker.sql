create or replace function outbox.report_broker(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
begin
    insert into outbox.broker as b (away_since, back_at)
    values (case when (argument ->> 'away')::boolean then now end, now)
    on conflict (only_one) do update
    set away_since = case when (argument ->> 'away')::boolean then coalesce(b.away_since, now) end,
        back_at = case when b.away_since is not null and not (argument ->> 'away')::boolean then now else b.back_at end,
        was_away_for = case when b.away_since is not null and not (argument ->> 'away')::boolean
                            then now - b.away_since else b.was_away_for end;
    return query select jsonb_build_object('ok', true);
end
$$;
comment on function outbox.report_broker(jsonb) is 'What a relay says of the broker: whether it is {away}.';
grant execute on function outbox.report_broker(jsonb) to holdfast_worker;
