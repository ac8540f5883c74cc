begin;
\i tests/sql/helpers.sql
select plan(5);

-- A booking of 100.00 moves to a slot of 150.00: both are held until the extra charge is authorized.
create temp table it as
select t.slot(t.listing(), 5, 30) as cheap, t.slot(t.listing(), 5, 31, '{"price_minor": 15000}') as dear;
create temp table b as select t.book_paid(cheap) as id from it;
do $$ begin
    perform t.accepted(t.ask('reschedule', id, jsonb_build_object(
        'payment_method', 'pm_card_visa', 'lines', jsonb_build_array(t.line(dear))))) from b, it;
    perform t.settle(id) from b;
end $$;
create temp table version as
select e.version, e.type, booking.document(k, e.version) as document
from b join booking.booking k on k.id = b.id join booking.event e on e.booking_id = b.id;

create function pg_temp.told(kind text) returns text language sql as $$
    select format('%s owed, change of %s, %s payments: %s', document ->> 'owed_minor',
        coalesce(document #>> '{change,charge_minor}', 'none'), jsonb_array_length(document -> 'payments'),
        (select string_agg(l ->> 'amount_minor', ', ') from jsonb_array_elements(document -> 'lines') l))
    from version where type = kind order by version desc limit 1
$$;

select is(pg_temp.told('booking.confirmed'), '10000 owed, change of none, 1 payments: 10000', 'before the change');
select is(pg_temp.told('booking.change_started'), '10000 owed, change of 5000, 2 payments: 10000', 'under way');
select is(pg_temp.told('booking.rescheduled'), '15000 owed, change of none, 2 payments: 15000', 'done');
select is(document #>> '{change,lines,0,amount_minor}', '15000', 'what the change was to bring')
from version where type = 'booking.change_started';
select is(document, t.document(id), 'told from the events it is as it stands')
from version, b order by version desc limit 1;

select * from finish();
rollback;
