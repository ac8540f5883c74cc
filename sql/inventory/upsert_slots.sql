create or replace function inventory.upsert_slots(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
    target inventory.listing;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'upsertSlots') k;
    perform inventory.lock_slots(array(
        select s.id
        from jsonb_array_elements(commands) c
        cross join lateral jsonb_array_elements(c -> 'slots') d
        join inventory.slot s on s.listing_id = (c ->> 'listing_id')::uuid
                             and s.starts_at = (d ->> 'starts_at')::timestamptz
                             and s.ends_at = (d ->> 'ends_at')::timestamptz));

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        select * into target from inventory.listing l where l.id = (command ->> 'listing_id')::uuid;
        organisers[n] := target.organiser_id;
        outcomes[n] := coalesce(inventory.guard_slots(command, target), inventory.write_slots(command, target));
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'upsertSlots', firsts, outcomes, organisers);
end
$$;
comment on function inventory.upsert_slots(jsonb) is 'Writes many slots of a listing, all or nothing; each is known by its start and end.';
grant execute on function inventory.upsert_slots(jsonb) to holdfast_api;
