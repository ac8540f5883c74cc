create or replace function inventory.list_seats(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    of_section constant text := argument ->> 'section';
    after constant integer := argument ->> 'after';
begin
    return query
    with page as materialized (
        select t.* from (select distinct i::uuid as id from jsonb_array_elements_text(argument -> 'slot_ids') i) o
        cross join lateral (
            select e.* from inventory.seat e
            where e.slot_id = o.id and (after is null or e.seat_no > after)
              and (of_section is null or e.section = of_section)
            order by e.seat_no
            limit (argument ->> 'first')::integer + 1
        ) t
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
    order by p.slot_id, p.seat_no;
end
$$;
comment on function inventory.list_seats(jsonb) is 'The seats of each slot of {slot_ids} by number: {section, first, after}; of each one row more than {first} when there is one. Who has a seat is told to nobody.';
grant execute on function inventory.list_seats(jsonb) to holdfast_api;
alter function inventory.list_seats(jsonb) owner to holdfast_reader;
