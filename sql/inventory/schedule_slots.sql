create or replace function inventory.schedule_slots(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
    slots jsonb;
    zone text;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'scheduleSlots') k;

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        outcomes[n] := inventory.guard_schedule(command);
        continue when outcomes[n] is not null;
        -- A listing that does not exist is refused where its slots are put.
        zone := (select l.time_zone from inventory.listing l where l.id = (command ->> 'listing_id')::uuid);
        slots := coalesce(inventory.expand_schedule(command, zone), '[]');
        if jsonb_array_length(slots) not between 1 and 1000 then
            outcomes[n] := holdfast.refuse('INVALID_INPUT', 'A schedule makes 1 to 1000 slots a call.', array['until']);
        else
            commands := jsonb_set(commands, array[(n - 1)::text, 'slots'], slots);
        end if;
    end loop;
    select p.outcomes, p.organisers into outcomes, organisers from inventory.put_slots(commands, outcomes, firsts) p;
    return query select * from holdfast.store_outcomes(commands, 'scheduleSlots', firsts, outcomes, organisers);
end
$$;
comment on function inventory.schedule_slots(jsonb) is 'Writes the slots of a recurring schedule: one on every weekday named, from the first day to the last, at a local time of the listing''s zone. They are written as inventory.upsert_slots writes them, so that a second run changes nothing.';
grant execute on function inventory.schedule_slots(jsonb) to holdfast_api;
