create or replace function inventory.has_organiser(organiser uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return exists (select from inventory.organiser o where o.id = organiser);
end
$$;
comment on function inventory.has_organiser(uuid) is 'Whether there is such an organiser.';
