create or replace function booking.reschedule_bookings(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
    target booking.booking;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'rescheduleBooking') k;
    perform booking.lock_for_reschedule(commands, outcomes);

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        select * into target from booking.booking b where b.id = (command ->> 'booking_id')::uuid;
        organisers[n] := target.organiser_id;
        outcomes[n] := coalesce(booking.guard_change(command, target), booking.guard_reschedule(command, target),
            booking.reschedule(command, target));
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'rescheduleBooking', firsts, outcomes, organisers);
end
$$;
comment on function booking.reschedule_bookings(jsonb) is 'Changes what confirmed bookings are for. The new places are taken before the old ones are let go of; a change that costs more waits for its charge with both.';
grant execute on function booking.reschedule_bookings(jsonb) to holdfast_api;
