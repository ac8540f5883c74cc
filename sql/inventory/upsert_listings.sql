create or replace function inventory.upsert_listings(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'upsertListing') k;
    -- In the order in which inventory.lock_for_writing locks them too.
    perform from inventory.listing l
    where l.slug in (select c ->> 'slug' from jsonb_array_elements(commands) c)
    order by l.id for update;

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        organisers[n] := coalesce(command ->> 'organiser_id', command #>> '{actor,organiser_id}');
        outcomes[n] := inventory.guard_listing(command, organisers[n]);
        if outcomes[n] is not null then
            -- The key is stored with an organiser only where that organiser is known.
            organisers[n] := (select o.id from inventory.organiser o where o.id = organisers[n]);
        else
            outcomes[n] := inventory.write_listing(command, organisers[n]);
        end if;
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'upsertListing', firsts, outcomes, organisers);
end
$$;
comment on function inventory.upsert_listings(jsonb) is 'Writes listings, each known by its slug, with all their rate plans.';
grant execute on function inventory.upsert_listings(jsonb) to holdfast_api;
