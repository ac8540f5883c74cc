create or replace function inventory.upsert_slots(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'upsertSlots') k;
    select p.outcomes, p.organisers into outcomes, organisers from inventory.put_slots(commands, outcomes, firsts) p;
    return query select * from holdfast.store_outcomes(commands, 'upsertSlots', firsts, outcomes, organisers);
end
$$;
comment on function inventory.upsert_slots(jsonb) is 'Writes many slots of a listing, all or nothing; each is known by its start and end.';
grant execute on function inventory.upsert_slots(jsonb) to holdfast_api;
