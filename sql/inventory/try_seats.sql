create or replace function inventory.try_seats(of_slot uuid, seat_nos integer[], for_booking uuid) returns integer[]
language plpgsql volatile security definer set search_path = '' as $$
declare
    missing integer[];
begin
    if cardinality(seat_nos) = 1 then
        -- One seat is had or not had; nothing is left locked.
        return inventory.take_seats(of_slot, seat_nos, for_booking);
    end if;
    begin
        missing := inventory.take_seats(of_slot, seat_nos, for_booking);
        if missing <> '{}' then
            raise exception 'only some of the seats' using errcode = 'HF003';
        end if;
    exception when sqlstate 'HF003' then
        -- The way back to before this block is what lets go of the locks.
        return missing;
    end;
    return '{}';
end
$$;
comment on function inventory.try_seats(uuid, integer[], uuid) is 'Takes all of these seats for a booking, or none, without ever waiting; gives those that could not be had, and leaves no seat locked that it did not take.';
