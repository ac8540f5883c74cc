begin;
\i tests/sql/helpers.sql
select plan(4);

select t.listing('often', '{"hold_extensions": 2}') as often \gset
select t.listing('once', '{"hold_extensions": 1}') as once \gset
select t.book(t.slot(:'often')) as patient \gset
select t.book_lines(jsonb_build_array(t.line(t.slot(:'often', day => 31)), t.line(t.slot(:'once')))) as mixed \gset

select is(array[t.code(t.ask('extend', :'patient')), t.code(t.ask('extend', :'patient')), t.code(t.ask('extend', :'patient'))],
    array['OK', 'OK', 'EXTENSIONS_USED_UP'], 'as often as the listing allows');
select is(t.code(t.ask('extend', :'patient', actor => t.actor('OPERATOR'))), 'EXTENSIONS_USED_UP',
    'an operator does not get round it');
select is(array[t.code(t.ask('extend', :'mixed')), t.code(t.ask('extend', :'mixed'))],
    array['OK', 'EXTENSIONS_USED_UP'], 'of two listings, the stricter one counts');
select is(t.version(:'mixed'), 2, 'a refusal changes nothing');

select * from finish();
rollback;
