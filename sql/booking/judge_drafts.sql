create or replace function booking.judge_drafts(commands jsonb, outcomes jsonb[], firsts integer[])
returns table (
    ordinal integer, id uuid, organiser_id uuid, currency text, total_minor bigint, hold_seconds integer, lines jsonb,
    refusal jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    draft record;
    command jsonb;
    free integer[]; -- by place: what is left as the batch is worked in order of arrival
    given jsonb := '[]'; -- what earlier commands of the batch were given, where customers are limited
    place integer;
    cut_off jsonb := '{}'; -- by currency: whether no gateway can be asked
begin
    for draft in select * from booking.group_drafts(commands, outcomes, firsts) loop
        command := commands -> (draft.ordinal - 1);
        ordinal := draft.ordinal;
        id := coalesce((command ->> 'booking_id')::uuid, holdfast.uuid_v7());
        organiser_id := draft.organiser_id;
        currency := draft.currency;
        hold_seconds := coalesce((command ->> 'hold_seconds')::integer, draft.hold_seconds);
        total_minor := draft.total;
        lines := draft.lines;
        refusal := draft.refusal;
        if refusal is null and draft.is_limited and command #>> '{actor,role}' not in ('ORGANISER', 'SERVICE', 'OPERATOR') then
            refusal := booking.guard_limits(command, lines, given);
        end if;

        if refusal is null and command ->> 'payment_method' is not null and command ->> 'booking_id' is null
           and coalesce(draft.total, 1) > 0 then
            if not cut_off ? draft.currency then
                cut_off := cut_off || jsonb_build_object(draft.currency, payment.unavailable(draft.currency));
            end if;
            if (cut_off ->> draft.currency)::boolean then
                refusal := booking.refuse_payment(id => null);
            end if;
        end if;

        if refusal is null then
            -- Places are given line by line; a booking that does not fit hands back what it was given.
            for line in 1 .. cardinality(draft.places) loop
                place := draft.places[line];
                free[place] := coalesce(free[place], draft.frees[line]) - draft.quantities[line];
                if free[place] < 0 and refusal is null then
                    refusal := holdfast.refuse('SOLD_OUT', 'Fewer places are free than were asked for.',
                        array['lines', (line - 1)::text, 'slotId']);
                end if;
            end loop;
            if refusal is null and draft.is_seated then
                select s.lines, s.total_minor, s.refusal into lines, total_minor, refusal
                from booking.seat_lines(lines, id) s;
            end if;
            if refusal is not null then
                for line in 1 .. cardinality(draft.places) loop
                    place := draft.places[line];
                    free[place] := free[place] + draft.quantities[line];
                end loop;
            elsif draft.is_limited then
                given := given || jsonb_build_object('customer_id', booking.customer_of(command), 'lines', lines);
            end if;
        end if;
        return next;
    end loop;
end
$$;
comment on function booking.judge_drafts(jsonb, jsonb[], integer[]) is 'Gives the free places and seats of locked slots to the commands of a batch, greedily in order of arrival, each all or nothing; a refused one takes nothing from its neighbours. Seats are claimed for the booking `id`: the command''s `booking_id`, or a new one. `lines` is what booking.write_lines then writes.';
