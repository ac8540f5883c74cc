create or replace function notification.versions_after(after uuid, page integer)
returns table (organiser_id uuid, id uuid, version integer)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select d.organiser_id, d.id, d.version from notification.delivery d where d.id > after order by d.id limit page;
end
$$;
comment on function notification.versions_after(uuid, integer) is 'A page of deliveries by id, each with its version.';
