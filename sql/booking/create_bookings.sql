create or replace function booking.create_bookings(commands jsonb)
returns table (ordinal integer, outcome jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    firsts integer[];
    outcomes jsonb[];
    organisers uuid[];
    accepted jsonb := '[]';
    draft record;
begin
    select k.firsts, k.outcomes into firsts, outcomes from holdfast.claim_keys(commands, 'createBooking') k;

    outcomes := booking.refuse_strangers(commands, outcomes);
    perform booking.lock_for_sale(commands, outcomes);

    for draft in select * from booking.judge_drafts(commands, outcomes, firsts) loop
        organisers[draft.ordinal] := draft.organiser_id;
        if draft.refusal is not null then
            outcomes[draft.ordinal] := draft.refusal;
        else
            draft.refusal := jsonb_build_object('id', holdfast.uuid_v7(), 'refusal', null);
            outcomes[draft.ordinal] := draft.refusal;
            accepted := accepted || (to_jsonb(draft) || draft.refusal);
        end if;
    end loop;
    perform booking.write_drafts(commands, accepted);

    for draft in select n as ordinal from generate_series(1, cardinality(firsts)) n
                 where outcomes[n] is null and firsts[n] = n loop
        outcomes[draft.ordinal] :=
            holdfast.refuse('INVALID_INPUT', 'A booking has at least one line.', array['lines']);
    end loop;
    return query select * from holdfast.store_outcomes(commands, 'createBooking', firsts, outcomes, organisers);
end
$$;
comment on function booking.create_bookings(jsonb) is 'Accepts bookings: one outcome for each command, whatever becomes of the others. Key, hold, booking and lines, payment, event, saga and its message are written in this one transaction.';
grant execute on function booking.create_bookings(jsonb) to holdfast_api;
