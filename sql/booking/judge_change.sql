create or replace function booking.judge_change(
    command jsonb, target booking.booking, added jsonb, dropped jsonb, out draft jsonb, out refusal jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    judged record;
begin
    if added = '[]' then
        draft := jsonb_build_object('total_minor', 0, 'lines', '[]'::jsonb);
        return;
    end if;
    select * into judged from booking.judge_drafts(jsonb_build_array(jsonb_build_object(
        'actor', command -> 'actor', 'customer_id', target.customer_id, 'booking_id', target.id, 'lines', added,
        'replaces', dropped)), array[null::jsonb], array[1]);
    draft := to_jsonb(judged);
    refusal := judged.refusal;
    if refusal is not null then
        -- The caller named more lines than were judged.
        refusal := jsonb_set(refusal, '{id}', to_jsonb(target.id));
        if refusal #>> '{refusal,path,0}' = 'lines' and refusal #> '{refusal,path,1}' is not null then
            refusal := jsonb_set(refusal, '{refusal,path,1}',
                to_jsonb(added -> (refusal #>> '{refusal,path,1}')::integer ->> 'origin'));
        end if;
    elsif judged.organiser_id <> target.organiser_id then
        refusal := holdfast.refuse('INVALID_INPUT', 'All lines of a booking are of one organiser.', array['lines'],
            target.id);
    elsif judged.currency <> target.currency then
        refusal := holdfast.refuse('CURRENCY_MISMATCH', format('The booking is in %s.', target.currency),
            array['lines'], target.id);
    end if;
end
$$;
comment on function booking.judge_change(jsonb, booking.booking, jsonb, jsonb) is 'Prices the lines that a change adds and claims their seats, or says why not.';
