create or replace function outbox.versions_after(kind text, after uuid, page integer)
returns table (organiser_id uuid, id uuid, version integer)
language plpgsql stable security definer set search_path = '' as $$
begin
    if kind = 'BOOKING' then
        return query select * from booking.versions_after(after, page);
    elsif kind = 'SLOT' then
        return query select * from inventory.versions_after(after, page);
    else
        return query select * from notification.versions_after(after, page);
    end if;
end
$$;
comment on function outbox.versions_after(text, uuid, integer) is 'A page of the subjects of a kind, by id, with how many events each has.';
