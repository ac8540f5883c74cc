create or replace function inventory.take(slot_ids uuid[], quantities integer[]) returns void
language sql volatile security definer set search_path = '' as $$
    update inventory.slot s
    set taken = s.taken + change.quantity, version = s.version + 1, updated_at = clock_timestamp()
    from (
        select c.slot_id, sum(c.quantity)::integer as quantity
        from unnest(slot_ids, quantities) c (slot_id, quantity)
        group by c.slot_id
    ) change
    where s.id = change.slot_id
$$;
comment on function inventory.take(uuid[], integer[]) is 'Takes places of locked slots, or with negative quantities gives them back. The constraint never_oversold has the last word.';
