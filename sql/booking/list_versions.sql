create or replace function booking.list_versions(booking_ids jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select jsonb_build_array(b.id, b.version)
    from booking.booking b
    where b.id = any (array(select i::uuid from jsonb_array_elements_text(booking_ids) i));
end
$$;
comment on function booking.list_versions(jsonb) is 'The present version of each booking, for the watcher of subscriptions: it tells nothing but that there is something new.';
grant execute on function booking.list_versions(jsonb) to holdfast_api;
