create or replace function saga.is_moving(organiser_id uuid, booking_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    -- All sagas of the booking, which are few, and then those under way: a plan made while there were hardly any sagas would
    -- rather look through all that are, by an index that has these alone, and is kept until the tables are analysed.
    return coalesce((
        select bool_or(s.ended_at is null and s.state <> 'WAITING')
        from saga.saga s where s.booking_id = is_moving.booking_id), false);
end
$$;
comment on function saga.is_moving(uuid, uuid) is 'Whether a saga of the booking is under way: money may move without anybody doing anything.';
grant execute on function saga.is_moving(uuid, uuid) to holdfast_reader;
