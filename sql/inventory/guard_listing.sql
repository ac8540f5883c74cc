create or replace function inventory.guard_listing(command jsonb, organiser uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
    select case
        when organiser is null then
            holdfast.refuse('INVALID_INPUT', 'Say for which organiser.', array['organiserId'])
        when not holdfast.may_act_for(command -> 'actor', organiser) then
            holdfast.refuse('NOT_ALLOWED', 'Only the organiser writes its listings.', array['organiserId'])
        when not exists (select from pg_catalog.pg_timezone_names t where t.name = command ->> 'time_zone') then
            holdfast.refuse('INVALID_INPUT', 'There is no such IANA time zone.', array['timeZone'])
        when (command ->> 'hold_seconds')::numeric not between 30 and 600 then
            holdfast.refuse('INVALID_INPUT', 'Places are held for 30 to 600 seconds.', array['holdSeconds'])
        when (command ->> 'sales_window_days')::numeric not between 1 and 3650 then
            holdfast.refuse('INVALID_INPUT', 'The sales window is 1 to 3650 days.', array['salesWindowDays'])
        when (command ->> 'hold_extensions')::numeric not between 0 and 10 then
            holdfast.refuse('INVALID_INPUT', 'A hold is extended at most 10 times.', array['holdExtensions'])
        when (command ->> 'offer_seconds')::numeric not between 60 and 86400 then
            holdfast.refuse('INVALID_INPUT', 'An offer stands for 60 to 86400 seconds.', array['offerSeconds'])
        when (command ->> 'sales_close_minutes')::numeric not between 0 and 525600 then
            holdfast.refuse('INVALID_INPUT', 'Sales close 0 to 525600 minutes before the start.',
                array['salesCloseMinutes'])
        when (command ->> 'limit_per_customer')::numeric not between 1 and 1000000 then
            holdfast.refuse('INVALID_QUANTITY', 'A limit is 1 to 1000000 places.', array['limitPerCustomer'])
        when (command ->> 'limit_per_slot')::numeric not between 1 and 1000000 then
            holdfast.refuse('INVALID_QUANTITY', 'A limit is 1 to 1000000 places.', array['limitPerSlot'])
        when jsonb_array_length(command -> 'rate_plans') not between 1 and 20 then
            holdfast.refuse('INVALID_INPUT', 'A listing has 1 to 20 rate plans.', array['ratePlans'])
        else (
            select inventory.guard_rate_plan(p.value, array['ratePlans', (p.n - 1)::text])
            from jsonb_array_elements(command -> 'rate_plans') with ordinality p (value, n)
            where inventory.guard_rate_plan(p.value, array['ratePlans', (p.n - 1)::text]) is not null
            union all
            select holdfast.refuse('INVALID_INPUT', 'A code names one rate plan.', array['ratePlans'])
            from jsonb_array_elements(command -> 'rate_plans') p
            group by p ->> 'code' having count(*) > 1
            limit 1)
    end
$$;
comment on function inventory.guard_listing(jsonb, uuid) is 'Why this listing can''t be written as asked; null when it can.';
