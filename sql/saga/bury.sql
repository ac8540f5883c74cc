create or replace function saga.bury(target saga.saga, cause text, detail text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform saga.finish(target.id, 'DEAD');
    perform saga.open_case(target, cause, detail, array['RETRY', 'RESOLVE']);
end
$$;
comment on function saga.bury(saga.saga, text, text) is 'Ends a saga that can''t go on by itself, and puts it in the operators'' inbox.';
