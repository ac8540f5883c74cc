create or replace function inventory.seats_differ(plan uuid, plan_rows jsonb) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return exists (
        select from (
            select t.seat_no, t.section, t.row_label, t.label, t.row_rank, t.col, t.price_class
            from inventory.venue_seat t
            where t.organiser_id = (select v.organiser_id from inventory.venue_plan v where v.id = plan)
              and t.plan_id = plan
        ) written
        full join inventory.draft_seats(plan_rows) drafted on drafted.seat_no = written.seat_no
        where (written.section, written.row_label, written.label, written.row_rank, written.col, written.price_class)
              is distinct from (drafted.section, drafted.row_label, drafted.label, drafted.row_rank, drafted.col,
                                drafted.price_class));
end
$$;
comment on function inventory.seats_differ(uuid, jsonb) is 'Whether a venue plan has other seats than these rows.';
