create or replace function booking.pay_bookings(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    command jsonb;
    target booking.booking;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'payBooking') k;
    perform booking.lock_targets(commands, outcomes, with_slots => false);

    for n in 1 .. cardinality(firsts) loop
        continue when outcomes[n] is not null or firsts[n] <> n;
        command := commands -> (n - 1);
        select * into target from booking.booking b where b.id = (command ->> 'booking_id')::uuid;
        organisers[n] := target.organiser_id;
        outcomes[n] := booking.guard(command, target);
        if outcomes[n] is null and target.status = 'CANCELLED' and target.reason = 'EXPIRED'
           or outcomes[n] is null and target.status = 'PENDING' and target.expire_due_at <= clock_timestamp() then
            outcomes[n] := holdfast.refuse('HOLD_EXPIRED', 'The hold has ended.', array['bookingId'], target.id);
        end if;
        if outcomes[n] is null and target.status = 'PENDING' and payment.unavailable(target.currency) then
            outcomes[n] := booking.refuse_payment(target.id);
        end if;
        if outcomes[n] is null then
            outcomes[n] := booking.submit_payment(target, command);
        end if;
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'payBooking', firsts, outcomes, organisers);
end
$$;
comment on function booking.pay_bookings(jsonb) is 'Gives pending bookings a payment method: the authorization is written down and the saga set going.';
grant execute on function booking.pay_bookings(jsonb) to holdfast_api;
