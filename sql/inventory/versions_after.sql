create or replace function inventory.versions_after(after uuid, page integer)
returns table (organiser_id uuid, id uuid, version integer)
language plpgsql stable security definer set search_path = '' as $$
begin
    -- Whether a slot differs from what was told last is seen when its state is made: each counts as having one more.
    return query
    select s.organiser_id, s.id, coalesce(k.sequence, 0) + 1
    from inventory.slot s
    left join inventory.slot_state k on k.slot_id = s.id
    where s.id > after order by s.id limit page;
end
$$;
comment on function inventory.versions_after(uuid, integer) is 'A page of slots by id, each with the sequence that its next state would have.';
