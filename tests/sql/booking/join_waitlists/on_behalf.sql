begin;
\i tests/sql/helpers.sql
select plan(5);

select t.slot(t.listing(), 1) as slot \gset
select t.book(:'slot', 1);
create function pg_temp.join_for(customer text, actor jsonb) returns text language sql as $$
    select t.code(t.write('booking.join_waitlists', actor, jsonb_build_object(
        'slot_id', (select id from inventory.slot), 'quantity', 1, 'rate_plan', 'saver', 'customer_id', customer)))
$$;

select is(pg_temp.join_for('berta', t.actor('ORGANISER')), 'OK', 'an organiser for a customer');
select is(pg_temp.join_for(null, t.actor('ORGANISER')), 'INVALID_INPUT', 'but not for nobody');
select is(pg_temp.join_for('carl', t.actor('ORGANISER', organiser => t.organiser('other'))), 'NOT_FOUND',
    'and not at another house');
select is(pg_temp.join_for('carl', t.actor('OPERATOR')), 'OK', 'an operator for a customer');
select results_eq('select customer_id, rate_plan from booking.waitlist_entry order by joined_at',
    $$ values ('berta', 'saver'), ('carl', 'saver') $$, 'who wait themselves');

select * from finish();
rollback;
