create or replace function notification.set_preferences(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes
    from holdfast.claim_keys(commands, 'setNotificationPreferences') k;
    perform notification.lock_subjects(commands);

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := coalesce(
            notification.guard_subject(command), notification.guard_preferences(command -> 'preferences'),
            notification.put_preferences(command));
        if command #>> '{actor,role}' = 'OPERATOR' then
            perform holdfast.audit_command(command, 'setNotificationPreferences', command ->> 'subject', outcomes[n]);
        end if;
    end loop;
    return query
    select * from holdfast.store_outcomes(commands, 'setNotificationPreferences', firsts, outcomes, organisers);
end
$$;
comment on function notification.set_preferences(jsonb) is 'Says what somebody wants to hear by which way: {subject, preferences: [{message, channel, enabled}]}; what is not named stays as it is. One''s own, or at an operator''s word.';
grant execute on function notification.set_preferences(jsonb) to holdfast_api;
