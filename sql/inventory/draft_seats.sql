create or replace function inventory.draft_seats(plan_rows jsonb)
returns table (
    seat_no integer, section text, row_label text, label text, row_rank integer, col integer, price_class text)
language plpgsql immutable set search_path = '' as $$
begin
    return query
    with part as (
        -- A row may be given in parts, for an aisle or for several price classes; its rank is that of its first part.
        select e.n, r.section, r.row, r.seats, r.price_class, r.first_col,
               min(e.n) over (partition by r.section, r.row) as first_n,
               count(r.first_col) over (partition by r.section, r.row order by e.n) as stretch
        from jsonb_array_elements(plan_rows) with ordinality e (value, n)
        cross join lateral jsonb_to_record(e.value) r (
            section text, "row" text, seats jsonb, price_class text, first_col integer)
    ), placed as (
        -- A part that does not say where it begins goes on where the one before it ended.
        select p.*, dense_rank() over (order by p.first_n)::integer as row_rank,
               coalesce(max(p.first_col) over stretch, 1)
               + coalesce(sum(jsonb_array_length(p.seats)) over (
                     stretch order by p.n rows between unbounded preceding and 1 preceding), 0)::integer as starts_at
        from part p
        window stretch as (partition by p.section, p.row, p.stretch)
    )
    select (row_number() over (order by p.row_rank, p.starts_at, p.n, s.n))::integer, p.section, p.row, s.label,
           p.row_rank, p.starts_at + s.n::integer - 1, p.price_class
    from placed p
    cross join lateral jsonb_array_elements_text(p.seats) with ordinality s (label, n);
end
$$;
comment on function inventory.draft_seats(jsonb) is 'The seats of a venue plan''s rows: [{section, row, seats: [labels], price_class, first_col}], the best row first, the seats of a row from left to right.';
