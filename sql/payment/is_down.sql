create or replace function payment.is_down(gateway text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return (
        -- An open breaker that lets the next call through soon needs somebody who makes it.
        select coalesce(bool_and(h.state = 'OPEN'
            and coalesce(h.calls_allowed_at, 'infinity') > clock_timestamp()), false)
        from payment.gateway_health h
        where h.gateway = is_down.gateway and h.reported_at > clock_timestamp() - interval '10 seconds');
end
$$;
comment on function payment.is_down(text) is 'Whether the breaker of every worker that has said something of a gateway in the last 10 seconds is open. Without a report it is not.';
