create or replace function notification.channels_of(customer text, message text) returns table (channel text)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select h.channel
    from notification.contact c
    cross join lateral (values ('EMAIL', c.email), ('SMS', c.phone), ('PUSH', c.push_token)) h (channel, address)
    left join notification.preference p
        on p.subject = c.subject and p.message = channels_of.message and p.channel = h.channel
    where c.subject = customer and h.address is not null and coalesce(p.enabled, h.channel = 'EMAIL');
end
$$;
comment on function notification.channels_of(text, text) is 'By which channels a customer can be told, and wants to be.';
