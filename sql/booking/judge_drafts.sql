create or replace function booking.judge_drafts(commands jsonb, outcomes jsonb[], firsts integer[])
returns table (ordinal integer, organiser_id uuid, currency text, total_minor bigint, hold_seconds integer, refusal jsonb)
language plpgsql stable security definer set search_path = '' as $$
declare
    draft record;
    free integer[]; -- by place: what is left as the batch is worked in order of arrival
    line integer;
begin
    for draft in
        select d.ordinal, count(distinct d.organiser_id) as organisers, count(distinct d.currency) as currencies,
               min(d.organiser_id::text)::uuid as organiser_id, min(d.currency) as currency,
               sum(d.quantity * d.unit_price_minor::numeric) as total, min(d.hold_seconds) as hold_seconds,
               array_agg(d.place order by d.line_no) as places, array_agg(d.quantity order by d.line_no) as quantities,
               array_agg(d.free order by d.line_no) as frees,
               (array_agg(d.refusal order by d.line_no) filter (where d.refusal is not null))[1] as refusal
        from booking.draft_lines(commands) d
        where outcomes[d.ordinal] is null and firsts[d.ordinal] = d.ordinal
        group by d.ordinal
        order by d.ordinal
    loop
        ordinal := draft.ordinal;
        organiser_id := draft.organiser_id;
        currency := draft.currency;
        hold_seconds := draft.hold_seconds;
        refusal := draft.refusal;
        total_minor := null;
        if refusal is null and draft.organisers > 1 then
            refusal := holdfast.refuse('INVALID_INPUT', 'All lines of a booking are of one organiser.', array['lines']);
        elsif refusal is null and draft.currencies > 1 then
            refusal := holdfast.refuse('CURRENCY_MISMATCH', 'All lines of a booking are in one currency.', array['lines']);
        elsif refusal is null and draft.total > 1000000000000 then
            refusal := holdfast.refuse('INVALID_PRICE', 'A booking can''t cost that much.', array['lines']);
        end if;

        if refusal is null then
            total_minor := draft.total;
            -- Places are given line by line; a booking that does not fit hands back what it was given.
            for line in 1 .. cardinality(draft.places) loop
                free[draft.places[line]] :=
                    coalesce(free[draft.places[line]], draft.frees[line]) - draft.quantities[line];
            end loop;
            for line in 1 .. cardinality(draft.places) loop
                if free[draft.places[line]] < 0 then
                    refusal := holdfast.refuse('SOLD_OUT', 'Fewer places are free than were asked for.',
                        array['lines', (line - 1)::text, 'slotId']);
                    exit;
                end if;
            end loop;
            if refusal is not null then
                for line in 1 .. cardinality(draft.places) loop
                    free[draft.places[line]] := free[draft.places[line]] + draft.quantities[line];
                end loop;
            end if;
        end if;
        return next;
    end loop;
end
$$;
comment on function booking.judge_drafts(jsonb, jsonb[], integer[]) is 'Gives the free places of locked slots to the commands of a batch, greedily in order of arrival, each all or nothing; a refused one takes nothing from its neighbours.';
