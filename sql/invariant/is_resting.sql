create or replace function invariant.is_resting(seconds double precision) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
    -- Of what nobody has looked at yet, nobody knows how long it takes.
    is_quick constant boolean := coalesce(seconds, 1) <= 0.1;
begin
    return exists (
        select from holdfast.invariant_check k
        where k.seconds > 0.1 and clock_timestamp() < k.checked_at + make_interval(
            secs => k.seconds + case when is_quick then least(30, 20 * k.seconds) else 20 * k.seconds end));
end
$$;
comment on function invariant.is_resting(double precision) is 'Whether a view that took so long (null: nobody knows) is not to be looked at yet, because one has just been looked at that took long: twenty times as long, so that all of them together take a twentieth of one core; but what is quick waits for half a minute at most.';
