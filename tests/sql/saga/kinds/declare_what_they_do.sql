begin;
\i tests/sql/helpers.sql
select plan(5);

select is_empty($$ select t.kind, t.step from saga.transition t
    where not exists (select from saga.definition d where d.kind = t.kind and d.step = t.step) $$,
    'every step that may follow another is declared');
select is_empty($$ select d.kind, d.step from saga.definition d
    where not exists (select from saga.transition t where t.kind = d.kind and t.step = d.step) $$,
    'every declared step can be reached');
select is_empty($$ select d.kind, d.step, d.undo from saga.definition d
    where d.undo is not null and not exists (select from saga.definition u where u.kind = d.kind and u.step = d.undo) $$,
    'what undoes a step is a step of its kind');
select is_empty($$ select d.kind from saga.definition d
    where d.action = 'LOCAL' and to_regprocedure(format('saga.act_%s(saga.saga)', d.kind)) is null $$,
    'what is ours to do, a routine does');

create temp table before as select * from saga.transition t where t.kind = 'refund';
select saga.declare('refund', 'saga.follow_refund', 60, '[{"step": "refund", "action": "REFUND", "max_failures": 2}]',
    '{"refund": ["refund"]}') is null as done \gset
select results_eq($$ select t.from_step, t.step from saga.transition t where t.kind = 'refund' order by t.id $$,
    $$ select b.from_step, b.step from before b order by b.id $$, 'a newer declaration takes nothing away');

select * from finish();
rollback;
