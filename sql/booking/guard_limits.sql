create or replace function booking.guard_limits(command jsonb, lines jsonb, given jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
    customer constant text := booking.customer_of(command);
    over record;
begin
    with asked as (
        select a.* from jsonb_to_recordset(lines) a (
            slot_id uuid, listing_id uuid, quantity integer, limit_per_slot integer, limit_per_customer integer)
    ), held as (
        -- A hold past its end counts no longer.
        select l.slot_id, l.listing_id, l.starts_at, l.quantity
        from booking.booking b
        join booking.line l on l.organiser_id = b.organiser_id and l.booking_id = b.id
        where b.customer_id = customer and l.active and l.listing_id in (select a.listing_id from asked a)
          and (b.status <> 'PENDING' or b.expire_due_at > now)
        union all
        select l.slot_id, l.listing_id, l.starts_at, l.quantity
        from jsonb_array_elements(given) g
        cross join lateral jsonb_to_recordset(g -> 'lines') l (
            slot_id uuid, listing_id uuid, starts_at timestamptz, quantity integer)
        where g ->> 'customer_id' = customer
        union all
        select r.slot_id, r.listing_id, null, -r.quantity
        from jsonb_to_recordset(nullif(command -> 'replaces', 'null')) r (
            slot_id uuid, listing_id uuid, quantity integer)
        union all
        select a.slot_id, a.listing_id, null, a.quantity from asked a
    ), counted as (
        select a.*, row_number() over () as nth,
               (select sum(h.quantity) from held h where h.slot_id = a.slot_id) as of_slot,
               (select sum(h.quantity) from held h
                where h.listing_id = a.listing_id and (h.starts_at is null or h.starts_at > now)) as of_listing
        from asked a
    )
    select c.nth, case when c.of_slot > c.limit_per_slot then format('%s places of this slot', c.limit_per_slot)
                       else format('%s places of this listing', c.limit_per_customer) end as most
    into over
    from counted c
    where c.of_slot > c.limit_per_slot or c.of_listing > c.limit_per_customer
    order by c.nth limit 1;

    return case when over.nth is not null then
        holdfast.refuse('LIMIT_PER_CUSTOMER', format('One customer may hold %s at most.', over.most),
            array['lines', (over.nth - 1)::text, 'quantity'])
    end;
end
$$;
comment on function booking.guard_limits(jsonb, jsonb, jsonb) is 'Why a customer may not have that many places more; null when it may. `given` is what earlier commands of the batch were given, `replaces` of the command what it lets go of. The customer''s purchases are locked by booking.lock_limits.';
