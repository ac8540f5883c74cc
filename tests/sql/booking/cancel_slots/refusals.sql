begin;
\i tests/sql/helpers.sql
select plan(6);

create temp table it as select t.slot(t.listing()) as slot;
create function pg_temp.refused(slot uuid, actor jsonb, version integer default null) returns text language sql as $$
    select concat_ws(' ', o #>> '{refusal,code}', o #> '{refusal,path}')
    from t.write('booking.cancel_slots', actor, jsonb_build_object('slot_id', slot, 'expected_version', version,
        'note', null)) o
$$;

select is(pg_temp.refused(slot, t.actor('CUSTOMER')), 'NOT_FOUND ["slotId"]', 'a customer') from it;
select is(pg_temp.refused(slot, t.actor('ORGANISER', organiser => t.organiser('other'))), 'NOT_FOUND ["slotId"]',
    'another organiser') from it;
select is(pg_temp.refused(gen_random_uuid(), t.actor()), 'NOT_FOUND ["slotId"]', 'no such slot');
select is(pg_temp.refused(slot, t.actor(), 99), 'STALE_VERSION ["expectedVersion"]', 'a stale version') from it;
select t.start_in(slot, '-1 day') is null as done from it \gset
select is(pg_temp.refused(slot, t.actor()), 'INVALID_STATE ["slotId"]', 'a slot that is over') from it;
select t.expect_invariants();

select * from finish();
rollback;
