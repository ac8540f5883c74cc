create or replace function inventory.release_seats(
    booking_id uuid, seat_nos integer[] default null, of_slot uuid default null)
returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    kept jsonb;
begin
    with released as (
        select t.slot_id, t.seat_no, row_number() over (partition by t.slot_id order by t.row_rank, t.col) as nth
        from inventory.seat t
        where t.booking_id = release_seats.booking_id
          and (of_slot is null or t.slot_id = of_slot)
          and (seat_nos is null or t.seat_no = any (seat_nos))
    ), wanted as (
        select s.id as slot_id, case when s.waiting > 0 then s.waiting - (
                   select count(*) from inventory.seat a where a.slot_id = s.id and a.set_aside) else 0 end as places
        from inventory.slot s
        where s.id in (select r.slot_id from released r)
    ), freed as (
        update inventory.seat t
        set booking_id = null, set_aside = r.nth <= w.places, changes = t.changes + 1
        from released r join wanted w on w.slot_id = r.slot_id
        where t.slot_id = r.slot_id and t.seat_no = r.seat_no
        returning t.slot_id, t.set_aside
    ), aside as (
        select f.slot_id, count(*) as seats from freed f where f.set_aside group by f.slot_id
    )
    select jsonb_object_agg(a.slot_id, a.seats) into kept from aside a;
    perform inventory.tell_waiting_list(kept);
end
$$;
comment on function inventory.release_seats(uuid, integer[], uuid) is 'Frees seats of a locked booking, all or these, in every slot or in one; their slots are locked. As many as the waiting list still needs are set aside for it; sellers that release at the same moment may set aside more than that, never less. The places themselves are moved by inventory.move.';
