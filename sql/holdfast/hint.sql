create or replace function holdfast.hint(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- A hint that a crash takes along is no loss: its commit waits for no disk.
    perform set_config('synchronous_commit', 'off', true);
    perform pg_notify('holdfast_hints', argument #>> '{}');
end
$$;
comment on function holdfast.hint(jsonb) is 'Says to every process that listens what may have changed: a string of under 8,000 bytes. Never called by a write, whose commit would wait for all others that notify: each process calls it now and then, for many writes at once.';
grant execute on function holdfast.hint(jsonb) to holdfast_api, holdfast_worker;
