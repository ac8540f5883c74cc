create or replace function booking.view_waitlist_entries(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select booking.waitlist_document(e)
    from booking.waitlist_entry e
    where e.id = any (array(select i::uuid from jsonb_array_elements_text(argument -> 'ids') i))
      and booking.may_see(argument -> 'actor', e.organiser_id, e.customer_id);
end
$$;
comment on function booking.view_waitlist_entries(jsonb) is 'The entries of {ids} that {actor} may see.';
grant execute on function booking.view_waitlist_entries(jsonb) to holdfast_api;
alter function booking.view_waitlist_entries(jsonb) owner to holdfast_reader;
