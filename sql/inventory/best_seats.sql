create or replace function inventory.best_seats(
    of_slot uuid, quantity integer, of_section text, of_class text, excluded integer[])
returns integer[]
language plpgsql volatile security definer set search_path = '' as $$
declare
    best_row integer;
begin
    -- Reads the free seats in order of the rows, and stops at the first row with enough neighbours. Seats that other
    -- buyers have just locked are passed over here already: to try for each of them would cost more than the sale.
    select run.row_rank into best_row
    from (
        select t.row_rank, t.col, lead(t.col, quantity - 1) over (partition by t.row_rank order by t.col) as last_col
        from inventory.seat t
        where t.slot_id = of_slot and t.booking_id is null and not t.set_aside
          and (of_section is null or t.section = of_section) and (of_class is null or t.price_class = of_class)
          and t.seat_no <> all (excluded)
          and (t.xmax = 0 or inventory.is_under_way(t.xmin) or not inventory.is_under_way(t.xmax))
    ) run
    where run.last_col = run.col + quantity - 1
    limit 1;
    if best_row is null then
        return inventory.nearest_seats(of_slot, quantity, of_section, of_class, excluded);
    end if;

    return (
        select run.seat_nos
        from (
            select t.col, t.off_centre, array_agg(t.seat_no) over next_seats as seat_nos,
                   last_value(t.col) over next_seats as last_col
            from inventory.seat t
            where t.slot_id = of_slot and t.row_rank = best_row and t.booking_id is null and not t.set_aside
              and (of_section is null or t.section = of_section) and (of_class is null or t.price_class = of_class)
              and t.seat_no <> all (excluded)
              and (t.xmax = 0 or inventory.is_under_way(t.xmin) or not inventory.is_under_way(t.xmax))
            window next_seats as (order by t.col rows between current row and quantity - 1 following)
        ) run
        where run.last_col = run.col + quantity - 1
        -- The middle of the run is so many half columns from the middle of the row.
        order by abs(run.off_centre + quantity - 1), run.col
        limit 1);
end
$$;
comment on function inventory.best_seats(uuid, integer, text, text, integer[]) is 'The best free seats that are side by side: in the first row that has so many, those nearest to its middle. Without such a row, the free seats nearest together; null when there are fewer. Locks nothing.';
