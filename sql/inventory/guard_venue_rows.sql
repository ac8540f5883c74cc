create or replace function inventory.guard_venue_rows(plan_rows jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return (
        select holdfast.refuse('INVALID_INPUT', wrong.message, array['rows', (r.n - 1)::text, wrong.field])
        from jsonb_array_elements(plan_rows) with ordinality r (value, n)
        cross join lateral (values
            (coalesce(length(r.value ->> 'section'), 0) not between 1 and 100, 'section',
             'A section has 1 to 100 letters.'),
            (coalesce(length(r.value ->> 'row'), 0) not between 1 and 20, 'row', 'A row has 1 to 20 letters.'),
            (coalesce(length(r.value ->> 'price_class'), 0) not between 1 and 50, 'priceClass',
             'A price class has 1 to 50 letters.'),
            ((r.value ->> 'first_col')::numeric not between 1 and 100000, 'firstCol',
             'The first column is 1 to 100000.'),
            (exists (select from jsonb_array_elements_text(r.value -> 'seats') s
                     where coalesce(length(s), 0) not between 1 and 20), 'seats', 'A seat has 1 to 20 letters.')
        ) wrong (is_so, field, message)
        where wrong.is_so
        order by r.n limit 1);
end
$$;
comment on function inventory.guard_venue_rows(jsonb) is 'Why one of these rows can''t be written, whatever the others are; null when all can.';
