create or replace function booking.cancel_slots(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
    slot jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'cancelSlot') k;
    perform inventory.lock_slots_exclusively(array(
        select distinct (c.value ->> 'slot_id')::uuid
        from jsonb_array_elements(commands) with ordinality c (value, n) where outcomes[c.n] is null));

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        slot := (select v from inventory.view_slots(jsonb_build_array(command -> 'slot_id')) v);
        organisers[n] := slot ->> 'organiser_id';
        outcomes[n] := coalesce(
            booking.guard_slot_cancellation(command, slot), booking.cancel_slot(command, organisers[n]));
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'cancelSlot', firsts, outcomes, organisers);
end
$$;
comment on function booking.cancel_slots(jsonb) is 'Cancels slots: they are off sale at once, and nobody waits for them any more. Their bookings are cancelled in the background, by a saga.';
grant execute on function booking.cancel_slots(jsonb) to holdfast_api;
