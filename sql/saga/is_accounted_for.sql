create or replace function saga.is_accounted_for(booking_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select exists (
        select from saga.saga s
        where s.booking_id = is_accounted_for.booking_id
          and (s.ended_at is null and s.deadline >= clock_timestamp() or s.state = 'DEAD' or exists (
              select from saga.dead_letter d where d.saga_id = s.id and d.state = 'OPEN'))));
end
$$;
comment on function saga.is_accounted_for(uuid) is 'Whether an open saga within its deadline, or a case in the operator''s inbox, accounts for what looks wrong about a booking.';
grant execute on function saga.is_accounted_for(uuid) to holdfast_report;
