create or replace function invariant.is_resting() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    -- What takes less is not worth a rest.
    return exists (
        select from holdfast.invariant_check k
        where k.seconds > 0.1 and k.checked_at + make_interval(secs => 21 * k.seconds) > clock_timestamp());
end
$$;
comment on function invariant.is_resting() is 'Whether a view has just been looked at for so long that none is to be looked at yet: twenty times as long, so that all of them together take a twentieth of one core.';
