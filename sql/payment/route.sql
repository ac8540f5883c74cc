create or replace function payment.route(currency text, excluded text[] default '{}', among jsonb default null)
returns text
language plpgsql volatile security definer set search_path = '' as $$
begin
    return (
        select g.code from payment.eligible(route.currency) g
        where g.code <> all (excluded)
          -- A worker knows better than any report what it can ask.
          and case when among is null then not payment.is_down(g.code) else among ? g.code end
        -- Drawn by weight: the first of exponentially distributed waits at the rate of each weight.
        order by -ln(1 - random()) / g.weight limit 1);
end
$$;
comment on function payment.route(text, text[], jsonb) is 'The gateway for a new payment in a currency: not paused, not down by all reports or else `among` those that a worker can ask, not `excluded`; null when there is none.';
