create or replace function saga.is_held(target saga.saga, lease integer) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
    -- A worker that was paused past its lease changes nothing when it wakes. Nor does one that records a second time,
    -- because its connection broke after the first: that has let go of the lease.
    return coalesce(target.lease = lease and target.lease_until is not null and target.ended_at is null, false);
end
$$;
comment on function saga.is_held(saga.saga, integer) is 'Whether a saga is still held under this fencing version: a lease that has run out is, until another worker claims it.';
