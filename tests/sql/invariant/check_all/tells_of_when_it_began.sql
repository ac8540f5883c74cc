-- Over many bookings a check takes minutes, and all that it sees is as it was when it began.
begin;
\i tests/sql/helpers.sql
select plan(3);

do $$ begin perform t.book(t.slot(t.listing())); end $$;
update booking.booking set expire_due_at = clock_timestamp() - interval '29 seconds';
select is(seen.broken, null::text[], 'what is late only by the time that the check took is not late')
from (select pg_sleep(2) is null as slept) s
cross join lateral (select array_agg(b) as broken from t.broken() b where s.slept is not null) seen;
select is((select array_agg(b) from t.broken() b), array['expired_hold: 1'], 'and what is late when it begins is');

-- What was given up at its end must have ended, and may have since the check began.
select is(array_agg(v.viewname::text), array['orphan_authorization'], 'no other goes by the clock')
from pg_views v where v.schemaname = 'invariant' and v.definition like '%clock_timestamp%';

select * from finish();
rollback;
