create or replace function saga.cases_of(source text, cause text)
returns table (gateway text, reference text, state text, opened_at timestamptz)
language sql stable set search_path = '' as $$
    select distinct on (d.gateway, d.reference) d.gateway, d.reference, d.state, d.opened_at
    from saga.dead_letter d
    where d.source = cases_of.source and d.cause = cases_of.cause
    order by d.gateway, d.reference, d.id desc
$$;
comment on function saga.cases_of(text, text) is 'The latest case of each thing that a gateway names, by source and cause.';
grant execute on function saga.cases_of(text, text) to holdfast_reader;
