create or replace function inventory.put_slots(
    commands jsonb, inout outcomes jsonb[], firsts integer[], out organisers uuid[])
language plpgsql volatile security definer set search_path = '' as $$
declare
    command jsonb;
    target inventory.listing;
begin
    perform inventory.lock_for_writing(commands);
    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        select * into target from inventory.listing l where l.id = (command ->> 'listing_id')::uuid;
        organisers[n] := target.organiser_id;
        outcomes[n] := coalesce(inventory.guard_slots(command, target), inventory.write_slots(command, target));
    end loop;
end
$$;
comment on function inventory.put_slots(jsonb, jsonb[], integer[]) is 'Works the unanswered commands of a batch that write slots, each all or nothing.';
