-- Takes units from buckets, by the generic cell rate algorithm and by this server's clock alone.
-- A key holds the moment, in microseconds, at which its bucket will be full again; one that is not there is full.
-- KEYS: the buckets. ARGV: for each bucket the units it holds, then the units to take from it.
-- Gives {0, left, left, ...}, or {n, milliseconds to wait} when bucket n does not hold enough; those before it are taken
-- from all the same.
local MINUTE = 60000000
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local answer = {0}
for n, key in ipairs(KEYS) do
    local size, units = tonumber(ARGV[2 * n - 1]), tonumber(ARGV[2 * n])
    local unit = MINUTE / size
    local full_at = tonumber(redis.call('GET', key) or '') or now
    -- A clock that was set back, or a limit that was lowered, makes nobody wait for more than a minute.
    full_at = math.min(math.max(full_at, now), now + MINUTE) + units * unit
    local short = full_at - now - MINUTE
    -- Less than a microsecond is rounding.
    if short > 1 then
        return {n, math.ceil(short / 1000)}
    end
    redis.call('SET', key, string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000) + 1)
    answer[n + 1] = math.floor(size - (full_at - now) / unit + 0.001)
end
return answer
