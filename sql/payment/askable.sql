create or replace function payment.askable(gateways jsonb) returns text[]
language plpgsql stable security definer set search_path = '' as $$
begin
    return array(
        select named.code from jsonb_array_elements_text(gateways) named (code)
        where not exists (select from payment.gateway g where g.code = named.code and g.paused_at is not null));
end
$$;
comment on function payment.askable(jsonb) is 'Those of these gateways that no operator has paused.';
