begin;
\i tests/sql/helpers.sql
select plan(5);

select t.listing() as listing \gset
create function t.schedule(fields jsonb default '{}') returns jsonb language sql volatile as $$
    select t.write('inventory.schedule_slots', t.actor('ORGANISER'), jsonb_build_object(
        'listing_id', (select l.id from inventory.listing l), 'weekdays', '[5]'::jsonb, 'local_time', '20:00',
        'duration_minutes', 120, 'from', '2027-01-01', 'until', '2027-12-31', 'price_minor', 10000, 'currency', 'EUR',
        'capacity', 10, 'venue_plan_id', null, 'class_prices', null) || fields)
$$;
select t.schedule() as first \gset
select is(jsonb_array_length(:'first'::jsonb -> 'ids'), 53, 'a slot for each Friday');
select is((select array_agg(distinct to_char(s.starts_at at time zone 'Europe/Berlin', 'FMDay HH24:MI'))
           from inventory.slot s), array['Friday 20:00'], 'all at the same local time, summer and winter');
select is(t.schedule() -> 'ids', :'first'::jsonb -> 'ids', 'a second run finds the same slots');
select is((select max(s.version) from inventory.slot s), 1, 'and changes nothing');
select is(t.code(t.schedule('{"weekdays": [1, 2, 3, 4, 5, 6, 7], "until": "2030-12-31"}')), 'INVALID_INPUT',
    'at most 1000 slots a call');

select * from finish();
rollback;
