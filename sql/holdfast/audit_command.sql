create or replace function holdfast.audit_command(command jsonb, action text, subject text, outcome jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into holdfast.audit (id, actor_role, actor_id, action, subject, argument, outcome)
    values (holdfast.uuid_v7(), command #>> '{actor,role}', command #>> '{actor,subject}', action, subject,
            command - 'actor' - 'key' - 'fingerprint', outcome);
end
$$;
comment on function holdfast.audit_command(jsonb, text, text, jsonb) is 'Writes down what an operator commanded, and what came of it, in the transaction that does it.';
