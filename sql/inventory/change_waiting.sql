create or replace function inventory.change_waiting(of_slot uuid, quantity integer) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update inventory.slot s
    set waiting = s.waiting + quantity, version = s.version + 1, updated_at = clock_timestamp()
    where s.id = of_slot;
end
$$;
comment on function inventory.change_waiting(uuid, integer) is 'Counts places that somebody begins, or with a negative quantity ceases, to wait for. The slot is locked exclusively: who releases places reads this number under a lock that may be shared.';
