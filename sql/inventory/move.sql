create or replace function inventory.move(
    booking_ids uuid[], slot_ids uuid[], quantities integer[], from_account text, to_account text)
returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    -- What one place changes in the counters of a slot.
    taken_by constant integer :=
        (to_account in ('held', 'sold'))::integer - (from_account in ('held', 'sold'))::integer;
    aside_by constant integer := (to_account = 'aside')::integer - (from_account = 'aside')::integer;
    is_release constant boolean := to_account = 'available' and from_account <> 'aside';
    kept jsonb;
begin
    if taken_by <> 0 or aside_by <> 0 or is_release then
        with change as (
            -- Of the places that come back, the waiting list gets what it waits for and has not been given yet.
            select s.organiser_id, s.id, c.quantity,
                   case when is_release then least(c.quantity, greatest(0, s.waiting - s.set_aside)) else 0 end as kept
            from (
                select m.slot_id, sum(m.quantity)::integer as quantity
                from unnest(slot_ids, quantities) m (slot_id, quantity)
                group by m.slot_id
            ) c
            join inventory.slot s on s.id = c.slot_id
            where s.admission = 'QUOTA'
        ), counted as (
            update inventory.slot s
            set taken = s.taken + taken_by * c.quantity, set_aside = s.set_aside + aside_by * c.quantity + c.kept,
                version = s.version + 1, updated_at = clock_timestamp()
            from change c
            where s.organiser_id = c.organiser_id and s.id = c.id and (taken_by <> 0 or aside_by <> 0 or c.kept > 0)
        )
        select jsonb_object_agg(c.id, c.kept) into kept from change c where c.kept > 0;
    end if;

    insert into inventory.transfer (organiser_id, slot_id, booking_id, debit, credit, quantity)
    select s.organiser_id, m.slot_id, m.booking_id, to_account, from_account, m.quantity
    from unnest(booking_ids, slot_ids, quantities) m (booking_id, slot_id, quantity)
    join inventory.slot s on s.id = m.slot_id;

    perform inventory.tell_waiting_list(kept);
    if from_account = 'held' and to_account = 'sold' then
        perform inventory.count_sale(booking_ids, slot_ids);
    end if;
    if aside_by <> 0 then
        perform inventory.flag_seats(m.slot_id, m.quantity, to_account = 'aside')
        from unnest(slot_ids, quantities) m (slot_id, quantity)
        join inventory.slot s on s.id = m.slot_id
        where s.admission = 'SEATED';
    end if;
end
$$;
comment on function inventory.move(uuid[], uuid[], integer[], text, text) is 'Moves places of locked slots from one account to another, and writes it in the ledger: parallel arrays, one element per booking (or null) and slot. Places that come back go to the waiting list first. The constraint never_oversold has the last word.';
