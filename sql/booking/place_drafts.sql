create or replace function booking.place_drafts(
    commands jsonb, inout outcomes jsonb[], firsts integer[], out organisers uuid[])
language plpgsql volatile security definer set search_path = '' as $$
declare
    accepted jsonb[];
    draft record;
begin
    for draft in select * from booking.judge_drafts(commands, outcomes, firsts) loop
        organisers[draft.ordinal] := draft.organiser_id;
        if draft.refusal is null then
            draft.refusal := jsonb_build_object('id', draft.id, 'refusal', null);
            accepted := accepted || to_jsonb(draft);
        end if;
        outcomes[draft.ordinal] := draft.refusal;
    end loop;
    perform booking.write_drafts(commands, to_jsonb(accepted));

    for n in 1 .. cardinality(firsts) loop
        if outcomes[n] is null and firsts[n] = n then
            outcomes[n] := holdfast.refuse('INVALID_INPUT', 'A booking has at least one line.', array['lines']);
        end if;
    end loop;
end
$$;
comment on function booking.place_drafts(jsonb, jsonb[], integer[]) is 'Judges the unanswered commands of a batch and writes the bookings that are accepted. Customer limits and slots are locked.';
