create or replace function inventory.refuse_seats(of_slot uuid, seats integer[], missing integer[], path text[])
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    here constant text[] := path || array['seats'];
    refusal jsonb;
begin
    select case
        when t.seat_no is null then
            holdfast.refuse('NOT_FOUND', 'There is no such seat.', here || (c.n - 1)::text)
        when t.booking_id is not null or t.set_aside then
            holdfast.refuse('SEAT_TAKEN', format('Seat %s %s %s is taken.', t.section, t.row_label, t.label),
                here || (c.n - 1)::text)
        end
    into refusal
    from unnest(seats) with ordinality c (seat_no, n)
    left join inventory.seat t on t.slot_id = of_slot and t.seat_no = c.seat_no
    where c.seat_no = any (missing) and (t.seat_no is null or t.booking_id is not null or t.set_aside)
    order by t.seat_no is not null, c.n
    limit 1;
    return coalesce(refusal, holdfast.refuse('CONTENDED', 'Another buyer is just taking one of these seats.', here));
end
$$;
comment on function inventory.refuse_seats(uuid, integer[], integer[], text[]) is 'Why some of the chosen seats could not be had.';
