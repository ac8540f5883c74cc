create or replace function booking.refuse_strangers(commands jsonb, outcomes jsonb[], firsts integer[])
returns jsonb[]
language plpgsql immutable security definer set search_path = '' as $$
begin
    return (
        select array_agg(
            case
                when outcomes[c.n] is not null then outcomes[c.n]
                -- A twin in the same batch hears what its first hears.
                when firsts[c.n] <> c.n then null
                when c.value #>> '{actor,role}' = 'CUSTOMER'
                     and c.value ->> 'customer_id' <> c.value #>> '{actor,subject}' then
                    holdfast.refuse('NOT_ALLOWED', 'Customers book for themselves.', array['customerId'])
                when c.value #>> '{actor,role}' in ('ORGANISER', 'SERVICE', 'OPERATOR')
                     and c.value ->> 'customer_id' is null then
                    holdfast.refuse('INVALID_INPUT', 'Say for which customer.', array['customerId'])
            end order by c.n)
        from jsonb_array_elements(commands) with ordinality c (value, n));
end
$$;
comment on function booking.refuse_strangers(jsonb, jsonb[], integer[]) is 'Refuses createBooking commands for a customer that the actor may not book for.';
