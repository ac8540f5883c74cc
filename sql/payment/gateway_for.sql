create or replace function payment.gateway_for(call jsonb, in_doubt boolean, gateways jsonb) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
    chosen text;
begin
    if gateways ? (call ->> 'gateway') and not exists (
            select from payment.gateway g where g.code = call ->> 'gateway' and g.paused_at is not null) then
        return call ->> 'gateway';
    end if;
    -- The same operation is never asked of two gateways: another may take only what was never sent.
    if call ->> 'operation' <> 'AUTHORIZE' or in_doubt or (call ->> 'failures')::integer > 0 then
        return null;
    end if;
    chosen := payment.route(call ->> 'currency', among => gateways);
    if chosen is not null then
        update payment.operation o set gateway = chosen where o.id = (call ->> 'operation_id')::uuid;
    end if;
    return chosen;
end
$$;
comment on function payment.gateway_for(jsonb, boolean, jsonb) is 'The gateway that a worker, who can ask these, shall ask: the operation''s own, or another for an authorization that was never sent; null when there is none now. The caller holds the saga''s lock.';
