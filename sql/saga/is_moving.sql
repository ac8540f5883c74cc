create or replace function saga.is_moving(organiser_id uuid, booking_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select exists (
        select from saga.saga s
        where s.booking_id = is_moving.booking_id and s.ended_at is null and s.state <> 'WAITING'));
end
$$;
comment on function saga.is_moving(uuid, uuid) is 'Whether a saga of the booking is under way: money may move without anybody doing anything.';
grant execute on function saga.is_moving(uuid, uuid) to holdfast_reader;
