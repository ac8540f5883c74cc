create or replace function booking.join_waitlists(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
    queue jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'joinWaitlist') k;
    outcomes := booking.refuse_strangers(commands, outcomes, firsts);
    -- The order of joining is the order in which this lock is got.
    perform inventory.lock_slots_exclusively(array(
        select (c.value ->> 'slot_id')::uuid from jsonb_array_elements(commands) with ordinality c (value, n)
        where outcomes[c.n] is null));

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        queue := (select to_jsonb(q) from inventory.queues(array[(command ->> 'slot_id')::uuid]) q);
        organisers[n] := queue ->> 'organiser_id';
        outcomes[n] := coalesce(booking.guard_joining(command, queue), booking.join_waitlist(command, queue));
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'joinWaitlist', firsts, outcomes, organisers);
end
$$;
comment on function booking.join_waitlists(jsonb) is 'Puts customers at the end of the queue for places of a slot that has too few.';
grant execute on function booking.join_waitlists(jsonb) to holdfast_api;
