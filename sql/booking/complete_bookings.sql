create or replace function booking.complete_bookings(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
    target booking.booking;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'completeBooking') k;
    perform booking.lock_targets(commands, outcomes, with_slots => false);

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        select * into target from booking.booking b where b.id = (command ->> 'booking_id')::uuid;
        organisers[n] := target.organiser_id;
        outcomes[n] := coalesce(booking.guard_change(command, target), booking.guard_completion(command, target));
        continue when outcomes[n] is not null;
        perform booking.record_event(target.id, 'booking.completed', command #>> '{actor,role}',
            command #>> '{actor,subject}', '{}', 'COMPLETED',
            case when (command ->> 'no_show')::boolean then 'NO_SHOW' end, trace => command -> 'trace');
        outcomes[n] := jsonb_build_object('id', target.id, 'refusal', null);
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'completeBooking', firsts, outcomes, organisers);
end
$$;
comment on function booking.complete_bookings(jsonb) is 'Completes bookings whose first slot has begun; a no-show completes with the reason NO_SHOW.';
grant execute on function booking.complete_bookings(jsonb) to holdfast_api;
