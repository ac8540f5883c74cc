create or replace function booking.leave_waitlists(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
    entry booking.waitlist_entry;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'leaveWaitlist') k;
    -- Whoever changes an entry holds its slot, so that the entries need no locks of their own.
    perform inventory.lock_slots_exclusively(array(
        select e.slot_id
        from jsonb_array_elements(commands) with ordinality c (value, n)
        join booking.waitlist_entry e on e.id = (c.value ->> 'entry_id')::uuid
        where outcomes[c.n] is null));

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        select * into entry from booking.waitlist_entry e where e.id = (command ->> 'entry_id')::uuid;
        organisers[n] := entry.organiser_id;
        outcomes[n] := booking.guard_leaving(command, entry);
        continue when outcomes[n] is not null;
        perform booking.end_waiting(entry, 'LEFT');
        perform booking.trim_set_aside(entry.slot_id);
        outcomes[n] := jsonb_build_object('id', entry.id, 'refusal', null);
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'leaveWaitlist', firsts, outcomes, organisers);
end
$$;
comment on function booking.leave_waitlists(jsonb) is 'Takes customers out of the queue; what was set aside for nobody else is free again.';
grant execute on function booking.leave_waitlists(jsonb) to holdfast_api;
