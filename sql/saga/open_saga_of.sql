create or replace function saga.open_saga_of(subject_id uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select s.id from saga.saga s where s.subject_id = open_saga_of.subject_id and s.ended_at is null);
end
$$;
comment on function saga.open_saga_of(uuid) is 'The saga of a booking, a slot''s cancellation or stray money that has not ended; null when there is none.';
