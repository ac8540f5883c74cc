begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table it as select t.slot(t.listing()) as slot;
create temp table b as
select t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as open, t.book_paid(slot, customer => 'berta') as ended from it;
create temp table s as
select (select s.id from saga.saga s where s.booking_id = open) as open, (select s.id from saga.saga s where s.booking_id = ended) as ended from b;
create function t.cancel_saga(saga_id uuid, actor jsonb default t.actor()) returns text language sql volatile as $$
    select t.code(t.write('saga.cancel_sagas', actor, jsonb_build_object('saga_id', saga_id)))
$$;
select t.play(open, 'DONE') is null from b \g /dev/null

select is(t.cancel_saga(gen_random_uuid()), 'NOT_FOUND', 'there has to be one');
select is(t.cancel_saga(open, t.actor('ORGANISER')), 'NOT_ALLOWED', 'is for operators') from s;
select is(t.cancel_saga(ended), 'INVALID_STATE', 'what has ended can''t be turned round') from s;
select is(t.cancel_saga(open), 'OK', 'what goes forward can') from s;
do $$ begin
    perform t.settle(open) from b;
end $$;
select is(array[t.status(open), t.payments(open)], array['CANCELLED OPERATOR', 'REFUNDED 10000/10000'], 'all of it is given back') from b;
select t.expect_invariants();

select * from finish();
rollback;
