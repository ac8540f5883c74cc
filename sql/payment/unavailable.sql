create or replace function payment.unavailable(currency text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    -- Nothing registered: no worker has started yet, and one that does will find what was accepted.
    return exists (select from payment.gateway)
       and not exists (
           select from payment.eligible(unavailable.currency) g where not payment.is_down(g.code));
end
$$;
comment on function payment.unavailable(text) is 'Whether no gateway can take a new payment in this currency: each is paused, or down by all reports.';
