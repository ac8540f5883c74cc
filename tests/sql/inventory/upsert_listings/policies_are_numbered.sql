begin;
\i tests/sql/helpers.sql
select plan(4);

select t.listing('show', jsonb_build_object('rate_plans', jsonb_build_array(t.plan('flexible', '[[24, 100, 0]]')))) as listing \gset
select t.listing('show', jsonb_build_object('rate_plans', jsonb_build_array(t.plan('flexible', '[[24, 50, 100]]'))));
select is((select array_agg(p.version order by p.version) from inventory.policy p where p.listing_id = :'listing'),
    array[1, 2], 'each change of the steps is a version');
select t.listing('show', jsonb_build_object('rate_plans', jsonb_build_array(t.plan('saver', '[]'))));
select t.listing('show', jsonb_build_object('rate_plans', jsonb_build_array(t.plan('flexible', '[[24, 100, 0]]'))));
select is((select r.policy_version from inventory.rate_plan r where r.listing_id = :'listing'), 3,
    'a plan that comes back counts on');
select is(t.code(t.write('inventory.upsert_listings', t.actor('ORGANISER'), (
    select inventory.listing_document(l) from inventory.listing l where l.id = :'listing')
    || jsonb_build_object('rate_plans', jsonb_build_array(t.plan('flexible', '[[24, 100, -1]]'))))), 'INVALID_PRICE',
    'a fee is not negative');
select is(t.code(t.write('inventory.upsert_listings', t.actor('ORGANISER'), (
    select inventory.listing_document(l) from inventory.listing l where l.id = :'listing') || '{"limit_per_slot": 0}')),
    'INVALID_QUANTITY', 'a limit is at least 1');

select * from finish();
rollback;
