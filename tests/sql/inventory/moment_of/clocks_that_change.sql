begin;
\i tests/sql/helpers.sql
select plan(6);

select is(inventory.moment_of('2027-03-28 02:30', 'Europe/Berlin'), '2027-03-28 01:00Z'::timestamptz,
    'a time that is left out in spring is the first moment after the gap');
select is(inventory.moment_of('2027-03-28 03:30', 'Europe/Berlin'), '2027-03-28 01:30Z'::timestamptz, 'just after it');
select is(inventory.moment_of('2027-10-31 02:30', 'Europe/Berlin'), '2027-10-31 00:30Z'::timestamptz,
    'a time that comes twice in autumn is the first');
select is(inventory.moment_of('2027-10-31 03:00', 'Europe/Berlin'), '2027-10-31 02:00Z'::timestamptz, 'just after it');
select is(inventory.moment_of('2027-04-04 01:45', 'Australia/Lord_Howe'), '2027-04-03 14:45Z'::timestamptz,
    'where the clocks change by half an hour');
select is(inventory.moment_of('2011-12-30 12:00', 'Pacific/Apia'), '2011-12-30 10:00Z'::timestamptz,
    'where a whole day was left out');

select * from finish();
rollback;
