create or replace function saga.state_of_case(source text, gateway text, reference text) returns text
language plpgsql stable set search_path = '' as $$
begin
    return (
        select d.state from saga.dead_letter d
        where d.source = state_of_case.source and d.gateway = state_of_case.gateway
          and d.reference = state_of_case.reference
        order by d.id desc limit 1);
end
$$;
comment on function saga.state_of_case(text, text, text) is 'The state of the latest case about something that a gateway names; null when there was none.';
grant execute on function saga.state_of_case(text, text, text) to holdfast_reader;
