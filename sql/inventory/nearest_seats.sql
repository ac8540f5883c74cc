create or replace function inventory.nearest_seats(
    of_slot uuid, quantity integer, of_section text, of_class text, excluded integer[])
returns integer[]
language plpgsql volatile security definer set search_path = '' as $$
begin
    return (
        with near as materialized (
            -- Every pair of free seats would be too many in a large hall, so that only the best seats are compared.
            select t.seat_no, t.row_rank, t.col
            from inventory.seat t
            where t.slot_id = of_slot and t.booking_id is null and not t.set_aside
              and (of_section is null or t.section = of_section) and (of_class is null or t.price_class = of_class)
              and t.seat_no <> all (excluded)
              and (t.xmax = 0 or inventory.is_under_way(t.xmin) or not inventory.is_under_way(t.xmax))
            order by t.row_rank, t.col
            limit greatest(200, 2 * quantity)
        ), centre as (
            select * from near order by row_rank, col limit 200
        )
        select party.seat_nos
        from centre c
        cross join lateral (
            select array_agg(n.seat_no) as seat_nos, sum(n.distance) as distance
            from (
                -- The next row is about two seats away.
                select s.seat_no, abs(s.col - c.col) + 2 * abs(s.row_rank - c.row_rank) as distance
                from near s
                order by 2, s.row_rank, s.col
                limit quantity
            ) n
        ) party
        where cardinality(party.seat_nos) = quantity
        order by party.distance, c.row_rank, c.col
        limit 1);
end
$$;
comment on function inventory.nearest_seats(uuid, integer, text, text, integer[]) is 'The free seats nearest together, for a party that no row can seat side by side; null when there are too few.';
