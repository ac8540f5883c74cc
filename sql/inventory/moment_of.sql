create or replace function inventory.moment_of(local_time timestamp, zone text) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
    by_zone constant timestamptz := local_time at time zone zone;
    day_before constant timestamptz := by_zone - interval '24 hours';
    -- As the clock would have it that was not changed since the day before.
    unchanged constant timestamptz :=
        local_time at time zone 'UTC' - (day_before at time zone zone - day_before at time zone 'UTC');
begin
    -- In autumn a time comes twice: the first one is by the clock of the day before.
    if unchanged at time zone zone = local_time then
        return unchanged;
    elsif by_zone at time zone zone = local_time then
        return by_zone;
    end if;
    -- In spring a time is left out: what was meant is the first moment after the gap.
    return (
        select min(m) from generate_series(
            unchanged - (unchanged at time zone zone - local_time), unchanged, interval '1 minute') m
        where m at time zone zone > local_time);
end
$$;
comment on function inventory.moment_of(timestamp, text) is 'When a local time is. One that comes twice (clocks set back) is the first; one that does not come at all (clocks set forward) is the first moment after the gap.';
