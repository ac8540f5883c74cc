create or replace function notification.erase_contacts(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'eraseContact') k;
    perform notification.lock_subjects(commands);

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := coalesce(notification.guard_subject(command), notification.erase_contact(command ->> 'subject'));
        -- Whoever asks for it, that it was done must be shown later.
        perform holdfast.audit_command(command, 'eraseContact', command ->> 'subject', outcomes[n]);
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'eraseContact', firsts, outcomes, organisers);
end
$$;
comment on function notification.erase_contacts(jsonb) is 'Forgets where people can be reached: {subject}. One''s own, or at an operator''s word; written down in the audit log.';
grant execute on function notification.erase_contacts(jsonb) to holdfast_api;
