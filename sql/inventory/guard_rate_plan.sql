create or replace function inventory.guard_rate_plan(plan jsonb, path text[]) returns jsonb
language sql immutable set search_path = '' as $$
    select case
        when plan ->> 'code' !~ '^[a-z0-9][a-z0-9-]{0,49}$' then
            holdfast.refuse('INVALID_INPUT', 'A code is of 1 to 50 small letters, digits and hyphens.', path || array['code'])
        when length(plan ->> 'name') not between 1 and 200 then
            holdfast.refuse('INVALID_INPUT', 'A name has 1 to 200 letters.', path || array['name'])
        when (plan ->> 'price_percent')::numeric not between 0 and 1000 then
            holdfast.refuse('INVALID_PRICE', 'A rate plan costs 0 to 1000 percent.', path || array['pricePercent'])
        when jsonb_array_length(plan -> 'policy') > 20 then
            holdfast.refuse('INVALID_INPUT', 'A policy has at most 20 steps.', path || array['policy'])
        when exists (
            select from jsonb_array_elements(plan -> 'policy') s
            where (s ->> 'refund_percent')::numeric not between 0 and 100
               or (s ->> 'hours_before_start')::numeric not between 0 and 87600) then
            holdfast.refuse('INVALID_INPUT', 'A step gives back 0 to 100 percent until 0 to 87600 hours before the start.',
                path || array['policy'])
        when exists (
            select from jsonb_array_elements(plan -> 'policy') s
            where (s ->> 'fee_minor')::numeric not between 0 and 10000000000) then
            holdfast.refuse('INVALID_PRICE', 'A fee is at least 0 and not that large.', path || array['policy'])
        when exists (
            select from jsonb_array_elements(plan -> 'policy') s
            group by s -> 'hours_before_start' having count(*) > 1) then
            holdfast.refuse('INVALID_INPUT', 'Each step has a deadline of its own.', path || array['policy'])
    end
$$;
comment on function inventory.guard_rate_plan(jsonb, text[]) is 'Why this rate plan can''t be written; null when it can.';
