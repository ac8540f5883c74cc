create or replace function booking.group_drafts(commands jsonb, outcomes jsonb[], firsts integer[])
returns table (
    ordinal integer, organiser_id uuid, currency text, total bigint, hold_seconds integer, places integer[],
    frees integer[], quantities integer[], is_seated boolean, is_limited boolean, lines jsonb, refusal jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    with draft as (
        select d.ordinal, min(d.organiser_id::text)::uuid as organiser_id, min(d.currency) as currency,
               min(d.organiser_id::text) <> max(d.organiser_id::text) as organisers_differ,
               min(d.currency) <> max(d.currency) as currencies_differ,
               sum(d.quantity * d.unit_price_minor::numeric) as total, min(d.hold_seconds) as hold_seconds,
               array_agg(d.place order by d.line_no) as places, array_agg(d.free order by d.line_no) as frees,
               array_agg(d.quantity order by d.line_no) as quantities, bool_or(d.admission = 'SEATED') as is_seated,
               bool_or(d.limit_per_customer is not null or d.limit_per_slot is not null) as is_limited,
               jsonb_agg(jsonb_build_object(
                   'slot_id', d.slot_id, 'listing_id', d.listing_id, 'starts_at', d.starts_at, 'quantity', d.quantity,
                   'rate_plan', d.plan -> 'code', 'policy_version', d.plan -> 'policy_version',
                   'policy', d.plan -> 'policy', 'list_price_minor', d.list_price_minor,
                   'unit_price_minor', d.unit_price_minor, 'limit_per_customer', d.limit_per_customer,
                   'limit_per_slot', d.limit_per_slot)
                   || case when d.admission = 'SEATED' then jsonb_build_object(
                       'wish', d.wish, 'class_prices', d.class_prices, 'price_percent', d.plan -> 'price_percent')
                      else '{}' end
                   order by d.line_no) as lines,
               (array_agg(d.refusal order by d.line_no) filter (where d.refusal is not null))[1] as refusal
        from booking.draft_lines(commands) d
        where outcomes[d.ordinal] is null and firsts[d.ordinal] = d.ordinal
        group by d.ordinal
    )
    select d.ordinal, d.organiser_id, d.currency, case when judged.refusal is null then d.total::bigint end,
           d.hold_seconds, d.places, d.frees, d.quantities, d.is_seated, d.is_limited, d.lines, judged.refusal
    from draft d
    cross join lateral (select case
        when d.refusal is not null then d.refusal
        when d.organisers_differ then
            holdfast.refuse('INVALID_INPUT', 'All lines of a booking are of one organiser.', array['lines'])
        when d.currencies_differ then
            holdfast.refuse('CURRENCY_MISMATCH', 'All lines of a booking are in one currency.', array['lines'])
        when d.total > 1000000000000 then
            holdfast.refuse('INVALID_PRICE', 'A booking can''t cost that much.', array['lines'])
        end as refusal) judged
    order by d.ordinal;
end
$$;
comment on function booking.group_drafts(jsonb, jsonb[], integer[]) is 'The unanswered commands of a batch, each with its lines, or why it can''t be accepted whatever is free.';
