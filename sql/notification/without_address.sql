create or replace function notification.without_address(target notification.delivery, detail text) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
    known notification.contact;
begin
    if target.recipient_kind = 'ENDPOINT' then
        return left(detail, 1000);
    end if;
    select * into known from notification.contact c where c.subject = target.recipient_id;
    -- Servers quote whom they don't know, in whatever case they like.
    return left(regexp_replace(
        replace(replace(detail, coalesce(known.phone, ''), '***'), coalesce(known.push_token, ''), '***'),
        '[^[:space:]<>"'']+@[^[:space:]<>"'']+', '***', 'g'), 1000);
end
$$;
comment on function notification.without_address(notification.delivery, text) is 'What was answered to a try, as it may be kept and told: without the customer''s address.';
