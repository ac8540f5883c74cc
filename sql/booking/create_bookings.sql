create or replace function booking.create_bookings(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'createBooking') k;

    outcomes := booking.refuse_strangers(commands, outcomes, firsts);
    perform booking.lock_limits(commands, outcomes);
    perform booking.lock_for_sale(commands, outcomes);
    select p.outcomes, p.organisers into outcomes, organisers
    from booking.place_drafts(commands, outcomes, firsts) p;
    return query select * from holdfast.store_outcomes(commands, 'createBooking', firsts, outcomes, organisers);
end
$$;
comment on function booking.create_bookings(jsonb) is 'Accepts bookings: one outcome for each command, whatever becomes of the others. Key, hold, booking and lines, payment, event, saga and its message are written in this one transaction.';
grant execute on function booking.create_bookings(jsonb) to holdfast_api;
