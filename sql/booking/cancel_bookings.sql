create or replace function booking.cancel_bookings(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    changes jsonb;
    command jsonb;
    target booking.booking;
    chosen record;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'cancelBooking') k;
    perform booking.lock_targets(commands, outcomes, with_slots => true);

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        select * into target from booking.booking b where b.id = (command ->> 'booking_id')::uuid;
        organisers[n] := target.organiser_id;
        outcomes[n] := booking.guard_change(command, target);
        if outcomes[n] is null and (target.status not in ('PENDING', 'CONFIRMED')
                or changes @> jsonb_build_array(jsonb_build_object('booking_id', target.id))) then
            outcomes[n] := holdfast.refuse('INVALID_STATE', 'The booking is cancelled or completed already.',
                array['bookingId'], target.id);
        end if;
        if outcomes[n] is null and jsonb_typeof(command -> 'lines') = 'array' then
            select * into chosen from booking.chosen_lines(target, command -> 'lines');
            outcomes[n] := chosen.refusal;
            if outcomes[n] is null and not booking.is_all_of(target, chosen.dropped) then
                outcomes[n] := booking.cancel_lines(target, command, chosen.dropped);
            end if;
        end if;
        if outcomes[n] is null then
            changes := coalesce(changes, '[]') || booking.cancellation(target, command);
            outcomes[n] := jsonb_build_object('id', target.id, 'refusal', null);
        end if;
    end loop;
    perform booking.cancel_locked(changes);
    return query select * from holdfast.store_outcomes(commands, 'cancelBooking', firsts, outcomes, organisers);
end
$$;
comment on function booking.cancel_bookings(jsonb) is 'Cancels bookings, or parts of them: the places are free at once, and what the policy snapshot gives back follows as a refund.';
grant execute on function booking.cancel_bookings(jsonb) to holdfast_api;
