create or replace function saga.put_off(booking_id uuid, ends_at timestamptz) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update saga.saga s set deadline = greatest(s.deadline, ends_at + interval '5 minutes')
    where s.booking_id = put_off.booking_id and s.ended_at is null;
end
$$;
comment on function saga.put_off(uuid, timestamptz) is 'Moves the deadline of the saga of a locked booking that may last until `ends_at`: unwinding it then takes a while longer. Never makes it earlier.';
