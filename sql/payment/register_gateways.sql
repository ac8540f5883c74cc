create or replace function payment.register_gateways(gateways jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    return query
    insert into payment.gateway as g (code, weight, currencies)
    select r.code, coalesce(r.weight, 1), r.currencies
    from jsonb_to_recordset(gateways) r (code text, weight integer, currencies text[])
    order by r.code
    on conflict do nothing
    returning to_jsonb(g.code);
end
$$;
comment on function payment.register_gateways(jsonb) is 'Makes gateways known: [{code, weight, currencies}]. What operators have set since for one that is known stays. Gives the codes of those that are new.';
grant execute on function payment.register_gateways(jsonb) to holdfast_worker;
