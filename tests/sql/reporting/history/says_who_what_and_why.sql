begin;
\i tests/sql/helpers.sql
select plan(1);

do $$ declare booking_id constant uuid := t.book(t.slot(t.listing())); begin
    perform t.ask('cancel', booking_id, '{"lines": null, "note": "ill"}');
end $$;

select results_eq(
    'select from_version, version, type, to_status, actor_role, actor_id, reason, note, owed_minor from reporting.history order by version',
    $$ values (0, 1, 'booking.created', 'PENDING', 'CUSTOMER', 'anna', null::text, null::text, 10000::bigint),
              (1, 2, 'booking.cancelled', 'CANCELLED', 'CUSTOMER', 'anna', 'CUSTOMER', 'ill', 0) $$, 'each change of a booking');

select * from finish();
rollback;
