create or replace function inventory.list_seats(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    of_slot constant uuid := argument ->> 'slot_id';
    of_section constant text := argument ->> 'section';
    after constant integer := argument ->> 'after';
begin
    return query
    with page as materialized (
        select t.* from inventory.seat t
        where t.slot_id = of_slot and (after is null or t.seat_no > after)
          and (of_section is null or t.section = of_section)
        order by t.seat_no
        limit (argument ->> 'first')::integer + 1
    ), holder as materialized (
        select h.booking_id, h.status from booking.seat_holders(array(
            select distinct p.booking_id from page p where p.booking_id is not null)) h
    )
    select jsonb_build_object('cursor', p.seat_no::text, 'row', jsonb_build_object(
        'slot_id', p.slot_id, 'seat_no', p.seat_no, 'section', p.section, 'row', p.row_label, 'label', p.label,
        'row_rank', p.row_rank, 'col', p.col, 'price_class', p.price_class,
        'price_minor', coalesce(c.price_minor, s.price_minor), 'currency', l.currency, 'status', case
            when p.set_aside then 'SET_ASIDE'
            when p.booking_id is null then 'FREE'
            -- A hold past its end counts no longer; where somebody waits, its seats are theirs.
            when h.status = 'LAPSED' then case when s.waiting > 0 then 'SET_ASIDE' else 'FREE' end
            else h.status
        end))
    from page p
    join inventory.slot s on s.organiser_id = p.organiser_id and s.id = p.slot_id
    join inventory.listing l on l.organiser_id = s.organiser_id and l.id = s.listing_id
    left join inventory.class_price c on c.organiser_id = p.organiser_id and c.slot_id = p.slot_id
                                     and c.price_class = p.price_class
    left join holder h on h.booking_id = p.booking_id
    order by p.seat_no;
end
$$;
comment on function inventory.list_seats(jsonb) is 'The seats of a slot by number: {slot_id, section, first, after}; one row more than {first} when there is one. Who has a seat is told to nobody.';
grant execute on function inventory.list_seats(jsonb) to holdfast_api;
