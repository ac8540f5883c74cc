create or replace function invariant.is_resting(seconds double precision) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    -- What is quick is looked at whenever its time comes; of what nobody has looked at, nobody knows.
    return coalesce(seconds, 1) > 0.1 and exists (
        select from holdfast.invariant_check k
        where k.seconds > 0.1 and k.checked_at + make_interval(secs => 21 * k.seconds) > clock_timestamp());
end
$$;
comment on function invariant.is_resting(double precision) is 'Whether a view that took so long (null: nobody knows) is not to be looked at yet, because one has just been looked at that took long: they rest twenty times as long, so that all of them together take a twentieth of one core.';
