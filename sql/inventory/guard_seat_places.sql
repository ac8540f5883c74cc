create or replace function inventory.guard_seat_places(plan_rows jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return (
        select holdfast.refuse('INVALID_INPUT', case
                when c.same_name then format('Seat %s %s %s is there twice.', c.section, c.row_label, c.label)
                else format('Seat %s %s %s stands where another one is.', c.section, c.row_label, c.label) end,
            array['rows'])
        from (
            select s.*, count(*) over (partition by s.section, s.row_label, s.label) > 1 as same_name,
                   count(*) over (partition by s.row_rank, s.col) > 1 as same_place
            from inventory.draft_seats(plan_rows) s
        ) c
        where c.same_name or c.same_place
        order by c.seat_no limit 1);
end
$$;
comment on function inventory.guard_seat_places(jsonb) is 'Why the seats of these rows can''t stand together; null when they can.';
