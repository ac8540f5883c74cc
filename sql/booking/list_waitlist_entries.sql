create or replace function booking.list_waitlist_entries(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    actor constant jsonb := argument -> 'actor';
    filter constant jsonb := argument -> 'filter';
    after booking.waitlist_entry;
begin
    select * into after from booking.waitlist_entry e where e.id = (argument ->> 'after')::uuid;

    return query
    select jsonb_build_object('cursor', e.id, 'row', booking.waitlist_document(e))
    from booking.waitlist_entry e
    where (after.id is null or (e.joined_at, e.id) > (after.joined_at, after.id))
      and booking.may_see(actor, e.organiser_id, e.customer_id)
      and (actor ->> 'role' <> 'CUSTOMER' or e.customer_id = actor ->> 'subject')
      and (actor ->> 'role' not in ('ORGANISER', 'SERVICE') or e.organiser_id = (actor ->> 'organiser_id')::uuid)
      and (filter ->> 'slot_id' is null or e.slot_id = (filter ->> 'slot_id')::uuid)
      and (filter ->> 'status' is null or booking.waitlist_status(e) = filter ->> 'status')
    order by e.joined_at, e.id
    limit (argument ->> 'first')::integer + 1;
end
$$;
comment on function booking.list_waitlist_entries(jsonb) is 'Entries that {actor} may see, in the order of joining: {filter: {slot_id, status}, first, after}; one row more than {first} when there is one.';
grant execute on function booking.list_waitlist_entries(jsonb) to holdfast_api;
alter function booking.list_waitlist_entries(jsonb) owner to holdfast_reader;
