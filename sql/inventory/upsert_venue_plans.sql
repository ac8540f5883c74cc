create or replace function inventory.upsert_venue_plans(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'upsertVenuePlan') k;
    -- In the order in which inventory.lock_for_writing locks them too.
    perform from inventory.venue_plan v
    where (v.organiser_id, v.code) in (
        select coalesce(c ->> 'organiser_id', c #>> '{actor,organiser_id}')::uuid, c ->> 'code'
        from jsonb_array_elements(commands) c)
    order by v.id for update;

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        organisers[n] := coalesce(command ->> 'organiser_id', command #>> '{actor,organiser_id}');
        outcomes[n] := inventory.guard_venue_plan(command, organisers[n]);
        if outcomes[n] is not null then
            -- The key is stored with an organiser only where that organiser is known.
            organisers[n] := (select o.id from inventory.organiser o where o.id = organisers[n]);
        else
            outcomes[n] := inventory.write_venue_plan(command, organisers[n]);
        end if;
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'upsertVenuePlan', firsts, outcomes, organisers);
end
$$;
comment on function inventory.upsert_venue_plans(jsonb) is 'Writes venue plans, each known by its code, with all their seats.';
grant execute on function inventory.upsert_venue_plans(jsonb) to holdfast_api;
