begin;
\i tests/sql/helpers.sql
select plan(9);

select is(array(select payment.register_gateways('[{"code": "simulator", "weight": 9}, {"code": "dollars", "weight": 1,
    "currencies": ["USD"]}, {"code": "none", "weight": 0}]')), array['"dollars"', '"none"']::jsonb[], 'two are new');
select is((select g.weight from payment.gateway g where g.code = 'simulator'), 1, 'what is known stays as it is');
select is(payment.route('EUR'), 'simulator', 'by currency, and never without a weight');
select is((select array_agg(distinct payment.route(c) order by payment.route(c)) from generate_series(1, 200) n, (values ('USD')) v (c)),
    array['dollars', 'simulator'], 'at random');
select payment.report_health('{"worker": "w1", "gateways": [{"code": "simulator", "state": "OPEN",
    "retry_after_ms": 30000}, {"code": "unheard_of", "state": "OPEN"}]}') is null as done \gset
select is(payment.route('EUR'), null, 'not where all say that it is down');
select is(payment.route('EUR', among => '["simulator"]'), 'simulator', 'unless a worker knows better');
select payment.report_health('{"worker": "w2", "gateways": [{"code": "simulator", "state": "CLOSED"}]}') is null as done \gset
select is(payment.route('EUR'), 'simulator', 'one that can is enough');
select is(payment.route('EUR', array['simulator']), null, 'not what is excluded');
update payment.gateway set paused_at = now(), paused_by = 'olga';
select is(payment.route('USD'), null, 'nor what is paused');

select * from finish();
rollback;
