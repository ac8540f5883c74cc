begin;
\i tests/sql/helpers.sql
select plan(11);

create temp table it as
with l as (select t.listing() as id)
select t.slot(id, 5, 30) as slot, t.slot(id, 5, 31, '{"price_minor": 15000}') as dear from l;
create temp table b as
select t.book(slot, fields => '{"payment_method": "pm_card_visa"}') as booked, t.book_paid(slot) as moving,
       t.book_paid(slot) as back from it;
do $$ begin
    perform t.play(booked, 'DONE') from b;
    perform t.accepted(t.ask('reschedule', moving, jsonb_build_object('payment_method', 'pm_card_visa',
        'lines', jsonb_build_array(t.line(dear))))) from b, it;
    perform t.accepted(t.cancel(back)) from b;
end $$;
create function pg_temp.cancel(of_booking uuid) returns text language plpgsql as $$
declare
    id constant uuid := (select s.id from saga.saga s where s.booking_id = of_booking order by s.id desc limit 1);
begin
    perform saga.lock_sagas(array[id]);
    return t.code(saga.cancel(id, t.actor()));
end
$$;

select is(pg_temp.cancel(back), 'INVALID_STATE', 'a refund is owed') from b;
select is(pg_temp.cancel(booked), 'OK', 'a booking is turned round') from b;
select is(t.status(booked), 'CANCELLED OPERATOR', 'is cancelled') from b;
select is(pg_temp.cancel(booked), 'INVALID_STATE', 'once') from b;
select is(pg_temp.cancel(moving), 'OK', 'a change is given up') from b;
select is(t.places(dear), '0 taken, 0 aside, 0 waiting of 5', 'its places are free') from it;
select is(t.status(moving), 'CONFIRMED', 'the booking stays what it was') from b;
select t.settle_all() is null as done \gset
select is(t.payments(booked), 'REFUNDED 10000/10000', 'what was taken meanwhile comes back') from b;
select is(t.payments(moving), 'CAPTURED 10000/0, FAILED 0/0', 'what was never asked for need not be') from b;
select is(saga.cancel(md5('none')::uuid, t.actor()) #>> '{refusal,code}', 'INVALID_STATE', 'no such saga');
select t.expect_invariants();

select * from finish();
rollback;
