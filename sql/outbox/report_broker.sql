create or replace function outbox.report_broker(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
    away constant boolean := (argument ->> 'away')::boolean;
begin
    insert into outbox.broker as b (away_since, back_at, heard_at)
    values (case when coalesce(away, true) then now end, now, now)
    on conflict (only_one) do update
    set heard_at = now,
        away_since = case when away then coalesce(b.away_since, now) when away is null then b.away_since end,
        back_at = case when b.away_since is not null and not away then now else b.back_at end,
        was_away_for = case when b.away_since is not null and not away then now - b.away_since else b.was_away_for end;
    return query select jsonb_build_object('ok', true);
end
$$;
comment on function outbox.report_broker(jsonb) is 'What a relay says of the broker: whether it is {away}, null when it does not know; and that the relay is there.';
grant execute on function outbox.report_broker(jsonb) to holdfast_worker;
