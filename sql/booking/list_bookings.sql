create or replace function booking.list_bookings(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    actor constant jsonb := argument -> 'actor';
    filter constant jsonb := argument -> 'filter';
    after constant uuid := argument ->> 'after';
begin
    -- Ids are ordered by time, so that the newest come first. Each branch has an index of its own order.
    return query
    select jsonb_build_object('cursor', b.id, 'row', booking.document(b))
    from booking.booking b
    where (after is null or b.id < after)
      and booking.may_see(actor, b.organiser_id, b.customer_id)
      and (actor ->> 'role' <> 'CUSTOMER' or b.customer_id = actor ->> 'subject')
      and (actor ->> 'role' not in ('ORGANISER', 'SERVICE') or b.organiser_id = (actor ->> 'organiser_id')::uuid)
      and (filter ->> 'customer_id' is null or b.customer_id = filter ->> 'customer_id')
      and (filter ->> 'status' is null or b.status = filter ->> 'status')
      and (filter ->> 'listing_id' is null or exists (
            select from booking.line l
            where l.organiser_id = b.organiser_id and l.booking_id = b.id
              and l.listing_id = (filter ->> 'listing_id')::uuid))
    order by b.id desc
    limit (argument ->> 'first')::integer + 1;
end
$$;
comment on function booking.list_bookings(jsonb) is 'Bookings that {actor} may see, newest first: {filter: {status, customer_id, listing_id}, first, after}; one row more than {first} when there is one.';
grant execute on function booking.list_bookings(jsonb) to holdfast_api;
alter function booking.list_bookings(jsonb) owner to holdfast_reader;
