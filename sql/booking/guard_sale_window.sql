create or replace function booking.guard_sale_window(
    state text, opens_at timestamptz, closes_at timestamptz, path text[])
returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
begin
    return case
        when state = 'CANCELLED' then
            holdfast.refuse('SALES_CLOSED', 'This slot is cancelled.', path || array['slotId'])
        when closes_at <= now then
            holdfast.refuse('SALES_CLOSED', 'This slot is on sale no longer.', path || array['slotId'])
        when opens_at > now then
            holdfast.refuse('SALES_CLOSED', format('This slot goes on sale at %s.',
                to_char(opens_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), path || array['slotId'])
    end;
end
$$;
comment on function booking.guard_sale_window(text, timestamptz, timestamptz, text[]) is 'Why a slot is not on sale now; null when it is.';
