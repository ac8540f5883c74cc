begin;
\i tests/sql/helpers.sql
select plan(4);

create temp table b as
select t.book_lines(t.line(t.slot(t.listing()), 1, '{"rate_plan": "saver"}'),
    fields => '{"payment_method": "pm_card_visa"}') as id;
do $$ begin
    perform t.settle(id), t.accepted(t.cancel(id)) from b;
end $$;

select is(t.payments(id), 'CAPTURED 8000/0', 'the policy gives nothing back') from b;
select is(t.code(t.ask('refund', id, '{"amount_minor": null, "currency": null}', t.actor())), 'OK',
    'an operator does') from b;
select t.settle(id) is null as done from b \gset
select is(t.payments(id), 'REFUNDED 8000/8000', 'all of it') from b;
select t.expect_invariants();

select * from finish();
rollback;
