begin;
\i tests/sql/helpers.sql
select plan(5);

create temp table b as select t.book_paid(t.slot(t.listing())) as id;
do $$ begin perform t.ask('cancel', id, '{"lines": null, "note": "ill"}', t.actor()) from b; end $$;
create temp table event as
select e.e from b, booking.list_events(jsonb_build_object(
    'actor', t.actor(), 'ids', jsonb_build_array(b.id), 'after_version', 3, 'limit', 10)) e (e);

select is((select array_agg(e ->> 'version' order by e -> 'version') from event), array['4', '5'], 'after a version, in order');
select is(e - array['booking_id', 'occurred_at', 'data'],
    '{"version": 5, "from_version": 4, "type": "booking.cancelled", "from_status": "CONFIRMED", "to_status": "CANCELLED",
      "actor_role": "OPERATOR", "actor_id": "olga", "reason": "OPERATOR"}', 'who, what, why, and from which version')
from event where e ->> 'version' = '5';
select is(e #>> '{data,note}', 'ill', 'in whose words') from event where e ->> 'version' = '5';
select is(e #>> '{data,owedMinor}', '0', 'and what is owed since') from event where e ->> 'version' = '5';
select is(count(*), 0::bigint, 'nothing for another customer')
from b, booking.list_events(jsonb_build_object(
    'actor', t.actor('CUSTOMER', 'berta'), 'ids', jsonb_build_array(b.id), 'after_version', 0, 'limit', 10)) e;

select * from finish();
rollback;
