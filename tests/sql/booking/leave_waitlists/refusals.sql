begin;
\i tests/sql/helpers.sql
select plan(6);

select t.slot(t.listing(), 1) as slot \gset
select t.book(:'slot', 1) as booking \gset
select t.accepted(t.join(:'slot', 1, 'berta')) as entry \gset

select is(t.code(t.leave(:'entry', 'carl')), 'NOT_FOUND', 'somebody else''s');
select is(t.code(t.leave(md5('nothing')::uuid)), 'NOT_FOUND', 'no such entry');
select is(t.code(t.write('booking.leave_waitlists', t.actor(), jsonb_build_object(
    'entry_id', :'entry', 'expected_version', 2))), 'STALE_VERSION', 'another version');
select t.cancel(:'booking'), t.serve();
select is(t.code(t.leave(:'entry', 'berta')), 'INVALID_STATE', 'the places are offered already');
select t.accepted(t.join(:'slot', 1, 'carl')) as second \gset
select is(t.code(t.write('booking.leave_waitlists', t.actor('ORGANISER'), jsonb_build_object(
    'entry_id', :'second', 'expected_version', 1))), 'OK', 'an organiser may take somebody out');
select is(t.code(t.leave(:'second', 'carl')), 'INVALID_STATE', 'once');

select * from finish();
rollback;
