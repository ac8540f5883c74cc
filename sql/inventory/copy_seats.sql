create or replace function inventory.copy_seats(slot_ids uuid[]) returns void
language sql volatile security definer set search_path = '' as $$
    insert into inventory.seat (organiser_id, slot_id, seat_no, section, row_label, label, row_rank, col, off_centre,
                                price_class)
    select s.organiser_id, s.id, t.seat_no, t.section, t.row_label, t.label, t.row_rank, t.col,
           2 * t.col - min(t.col) over in_row - max(t.col) over in_row, t.price_class
    from inventory.slot s
    join inventory.venue_seat t on t.organiser_id = s.organiser_id and t.plan_id = s.venue_plan_id
    where s.id = any (slot_ids)
    window in_row as (partition by s.id, t.row_rank)
    order by s.id, t.seat_no
$$;
comment on function inventory.copy_seats(uuid[]) is 'Gives new slots the seats of their venue plans.';
