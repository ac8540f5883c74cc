create or replace function booking.extend_holds(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
    target booking.booking;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'extendHold') k;
    perform booking.lock_targets(commands, outcomes, with_slots => false);

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        select * into target from booking.booking b where b.id = (command ->> 'booking_id')::uuid;
        organisers[n] := target.organiser_id;
        outcomes[n] := coalesce(
            booking.guard(command, target), booking.guard_extension(target), booking.extend_hold(target, command));
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'extendHold', firsts, outcomes, organisers);
end
$$;
comment on function booking.extend_holds(jsonb) is 'Gives holds that are not over yet another hold time from now, as often as the listings allow it.';
grant execute on function booking.extend_holds(jsonb) to holdfast_api;
