begin;
\i tests/sql/helpers.sql
select plan(7);

select t.slot(t.listing()) as slot \gset
select t.book(:'slot', customer => 'berta') as waiting \gset
select t.book(:'slot') as lapsed \gset
select t.lapse(:'lapsed');
select t.book_paid(:'slot') as paid \gset

select is(t.code(t.ask('extend', :'lapsed')), 'HOLD_EXPIRED', 'a hold that is over');
select booking.expire_holds('10');
select is(t.code(t.ask('extend', :'lapsed')), 'HOLD_EXPIRED', 'and when it has been expired');
select is(t.code(t.ask('extend', :'paid')), 'INVALID_STATE', 'a booking that holds no longer');
select is(t.code(t.ask('extend', :'waiting', '{"expected_version": 7}')), 'STALE_VERSION', 'another version');
select is(t.code(t.ask('extend', :'waiting', actor => t.actor('CUSTOMER', 'anna'))), 'NOT_FOUND', 'somebody else''s');
select is(t.code(t.ask('extend', :'waiting', key => 'k')), 'OK', 'all is well');
select is(t.ask('extend', :'waiting', key => 'k') ->> 'replayed', 'true', 'the same key extends it once');

select * from finish();
rollback;
