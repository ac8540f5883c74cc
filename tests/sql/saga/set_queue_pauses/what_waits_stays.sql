begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table b as
select t.book(t.slot(t.listing()), fields => '{"payment_method": "pm_card_visa"}') as id;
create function t.pause(queue text, is_paused boolean, actor jsonb default t.actor()) returns text language sql volatile as $$
    select t.code(t.write('saga.set_queue_pauses', actor,
        jsonb_build_object('queue', queue, 'is_paused', is_paused, 'reason', 'a look')))
$$;

select is(t.pause('saga', true, t.actor('ORGANISER')), 'NOT_ALLOWED', 'is for operators');
select is(t.pause('nowhere', true), 'NOT_FOUND', 'there has to be one');
select is(t.pause('saga', true), 'OK', 'paused');
select is(t.claim(id), null, 'nothing is claimed') from b;
select is(t.pause('saga', false), 'OK', 'resumed');
select isnt(t.claim(id), null, 'what waited is there') from b;

select * from finish();
rollback;
