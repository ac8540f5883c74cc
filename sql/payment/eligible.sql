create or replace function payment.eligible(currency text) returns setof payment.gateway
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select g.* from payment.gateway g
    where g.weight > 0 and g.paused_at is null and (g.currencies is null or eligible.currency = any (g.currencies));
end
$$;
comment on function payment.eligible(text) is 'The gateways that new payments in a currency may go to, as long as they are well.';
