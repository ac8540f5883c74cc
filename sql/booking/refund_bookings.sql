create or replace function booking.refund_bookings(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
    target booking.booking;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'refundBooking') k;
    perform booking.lock_targets(commands, outcomes, with_slots => false);

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        select * into target from booking.booking b where b.id = (command ->> 'booking_id')::uuid;
        organisers[n] := target.organiser_id;
        outcomes[n] := coalesce(booking.guard_change(command, target), booking.guard_refund(command, target),
            booking.grant_refund(command, target));
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'refundBooking', firsts, outcomes, organisers);
end
$$;
comment on function booking.refund_bookings(jsonb) is 'Gives money back beyond what the policy does, at the word of an operator; the bookings stay as they are.';
grant execute on function booking.refund_bookings(jsonb) to holdfast_api;
