create or replace function notification.set_contacts(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'setContact') k;
    perform notification.lock_subjects(commands);

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := coalesce(
            notification.guard_setting(command), notification.guard_contact(command), notification.put_contact(command));
        if command #>> '{actor,role}' = 'OPERATOR' then
            -- The log is never changed, and what it says of a contact could not be erased.
            perform holdfast.audit_command(command - 'email' - 'phone' - 'push_token', 'setContact', command ->> 'subject',
                outcomes[n]);
        end if;
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'setContact', firsts, outcomes, organisers);
end
$$;
comment on function notification.set_contacts(jsonb) is 'Says where somebody can be reached: {subject, email, phone, push_token, language}. One''s own; an organiser for its customers of whom nothing is known yet; an operator for all.';
grant execute on function notification.set_contacts(jsonb) to holdfast_api;
