create or replace function booking.trim_set_aside(of_slot uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    surplus constant integer := (select q.set_aside - q.waiting from inventory.queues(array[of_slot]) q);
begin
    if surplus > 0 then
        perform inventory.move(array[null::uuid], array[of_slot], array[surplus], 'aside', 'available');
    end if;
end
$$;
comment on function booking.trim_set_aside(uuid) is 'Gives back to everybody what is set aside in an exclusively locked slot beyond what its queue asks for.';
