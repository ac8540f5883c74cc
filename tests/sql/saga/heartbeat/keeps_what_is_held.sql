begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table it as select t.slot(t.listing()) as slot;
create temp table b as
select t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as kept,
       t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as lost from it;
create temp table claims as select t.claim(kept) as kept, t.claim(lost) as lost from b;
update saga.saga s set lease = s.lease + 1 from claims c where s.id = (c.lost ->> 'saga_id')::uuid;
create temp table before as select s.id, s.lease_until, m.vt from saga.saga s
join pgmq.q_saga m on m.message ->> 'saga_id' = s.id::text;

select is(array(select saga.heartbeat(jsonb_build_object('lease_seconds', 600, 'claims', jsonb_build_array(kept, lost)))),
    array[kept -> 'saga_id'], 'says what is still held') from claims;
select is((select s.lease_until > b.lease_until + interval '5 minutes' from saga.saga s join before b on b.id = s.id
           join claims c on c.kept ->> 'saga_id' = s.id::text), true, 'its lease lasts');
select is((select m.vt > b.vt + interval '5 minutes' from pgmq.q_saga m join before b on m.message ->> 'saga_id' = b.id::text
           join claims c on c.kept ->> 'saga_id' = b.id::text), true, 'and so does its message');
select is((select s.lease_until = b.lease_until from saga.saga s join before b on b.id = s.id
           join claims c on c.lost ->> 'saga_id' = s.id::text), true, 'what has passed on is left alone');
select is((select m.vt = b.vt from pgmq.q_saga m join before b on m.message ->> 'saga_id' = b.id::text
           join claims c on c.lost ->> 'saga_id' = b.id::text), true, 'with its message');
select t.record(kept) is null as done from claims \gset
select is_empty($$ select saga.heartbeat(jsonb_build_object('lease_seconds', 600, 'claims', jsonb_build_array(kept)))
    from claims $$, 'what is recorded is not held');

select * from finish();
rollback;
