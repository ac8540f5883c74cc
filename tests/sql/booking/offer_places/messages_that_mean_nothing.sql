begin;
\i tests/sql/helpers.sql
select plan(4);

select t.slot(t.listing(), 1) as slot \gset
select t.book(:'slot', 1) as booking \gset
select t.accepted(t.join(:'slot', 1, 'berta')) as entry \gset
select pgmq.send_batch('waitlist', array['{"slot_id": "that one"}', '[1]', '"x"', '{}', 'null',
    jsonb_build_object('slot_id', md5('nothing')::uuid)]::jsonb[]);
select t.cancel(:'booking');
select pgmq.send('waitlist', jsonb_build_object('slot_id', :'slot'));

select is(t.serve(), 8, 'all are handled');
select is(t.status(t.offered(:'entry')), 'PENDING', 'the one that means something is followed');
select is((select count(*) from saga.dead_letter d where d.cause = 'POISON' and d.queue = 'waitlist'), 5::bigint,
    'those of another form are cases');
select is((select count(*) from pgmq.q_waitlist), 0::bigint, 'and none is left');

select * from finish();
rollback;
