begin;
\i tests/sql/helpers.sql
select plan(4);

select t.slot(t.listing(), 1) as slot \gset
select t.book(:'slot', 1);
create function pg_temp.join(key text) returns jsonb language sql as $$
    select t.write('booking.join_waitlists', t.actor('CUSTOMER', 'berta'), jsonb_build_object(
        'slot_id', (select id from inventory.slot), 'quantity', 1, 'rate_plan', null, 'customer_id', null), key)
$$;
create temporary table answer as select pg_temp.join('k') as outcome;

select is(pg_temp.join('k'), outcome || '{"replayed": true}', 'the stored outcome comes back') from answer;
select is((select count(*) from booking.waitlist_entry), 1::bigint, 'it joined once');
create temporary table twins as
select t.batch('booking.join_waitlists', command, command) as outcome
from t.command(t.actor('CUSTOMER', 'carl'), jsonb_build_object('slot_id', :'slot', 'quantity', 1)) command;
select results_eq('select (outcome ->> ''id'')::uuid from twins',
    $$ select id from booking.waitlist_entry, generate_series(1, 2) where customer_id = 'carl' $$,
    'twins in a batch hear the same');
select is(t.places(:'slot'), '1 taken, 0 aside, 2 waiting of 1', 'two wait');

select * from finish();
rollback;
