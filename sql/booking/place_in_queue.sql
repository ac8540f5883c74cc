create or replace function booking.place_in_queue(entry booking.waitlist_entry) returns bigint
language plpgsql stable security definer set search_path = '' as $$
begin
    return (
        select count(*) from booking.waitlist_entry e
        where e.slot_id = entry.slot_id and e.status = 'WAITING'
          and (e.joined_at, e.id) <= (entry.joined_at, entry.id));
end
$$;
comment on function booking.place_in_queue(booking.waitlist_entry) is 'Which place a waiting entry has in its queue, from 1: a number, of entries that the one who asks may not see.';
grant execute on function booking.place_in_queue(booking.waitlist_entry) to holdfast_reader;
