begin;
\i tests/sql/helpers.sql
select plan(9);

create function pg_temp.report(away boolean) returns jsonb language sql as $$
    select outbox.report_broker(jsonb_build_object('away', away))
$$;
select is_empty('select from outbox.broker', 'no broker was named');
select pg_temp.report(false) is null as done \g /dev/null
select is((select away_since from outbox.broker), null, 'it is there');
select pg_temp.report(true) is null as done \g /dev/null
create temp table gone as select away_since from outbox.broker;
select isnt((select away_since from gone), null, 'it is away');
select pg_temp.report(true) is null as done \g /dev/null
select is((select b.away_since from outbox.broker b), (select away_since from gone), 'since when is not told anew');
update outbox.broker set heard_at = heard_at - interval '1 minute';
select pg_temp.report(null) is null as done \g /dev/null
select is((select b.away_since from outbox.broker b), (select away_since from gone), 'who does not know leaves it at that');
select ok((select heard_at > now() from outbox.broker), 'but is heard of');
update outbox.broker set away_since = away_since - interval '1 hour';
select pg_temp.report(false) is null as done \g /dev/null
select is((select away_since from outbox.broker), null, 'it is back');
select ok((select was_away_for between '1 hour' and '61 minutes' from outbox.broker), 'after an hour');
select ok((select back_at > now() from outbox.broker), 'since now');

select * from finish();
rollback;
