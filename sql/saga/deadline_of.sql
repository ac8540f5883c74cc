create or replace function saga.deadline_of(kind text) returns timestamptz
language plpgsql volatile security definer set search_path = '' as $$
begin
    return clock_timestamp() + (
        select make_interval(secs => k.deadline_seconds) from saga.kind k where k.kind = deadline_of.kind);
end
$$;
comment on function saga.deadline_of(text) is 'By when a saga of this kind should have ended that begins now.';
