create or replace function inventory.expand_schedule(command jsonb, zone text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    return (
        select jsonb_agg(jsonb_build_object(
            'starts_at', start.at,
            'ends_at', start.at + make_interval(mins => (command ->> 'duration_minutes')::integer),
            'price_minor', command -> 'price_minor', 'currency', command -> 'currency',
            'capacity', command -> 'capacity', 'venue_plan_id', command -> 'venue_plan_id',
            'class_prices', command -> 'class_prices') order by day)
        from generate_series((command ->> 'from')::date, (command ->> 'until')::date, interval '1 day') day
        cross join lateral (
            select inventory.moment_of(day::date + (command ->> 'local_time')::time, coalesce(zone, 'UTC')) as at) start
        where exists (
            select from jsonb_array_elements_text(command -> 'weekdays') d
            where d::numeric = extract(isodow from day)));
end
$$;
comment on function inventory.expand_schedule(jsonb, text) is 'The slots of a schedule, as inventory.upsert_slots takes them. The clock of the zone says when each begins; it lasts as long as it lasts, whatever the clock does meanwhile.';
