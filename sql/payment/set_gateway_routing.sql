create or replace function payment.set_gateway_routing(command jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    update payment.gateway g
    set weight = (command ->> 'weight')::integer,
        currencies = case when jsonb_typeof(command -> 'currencies') = 'array'
            then array(select jsonb_array_elements_text(command -> 'currencies')) end
    where g.code = command ->> 'gateway';
    return case when found then jsonb_build_object('id', null, 'refusal', null)
                else holdfast.refuse('NOT_FOUND', 'There is no such gateway.', array['gateway']) end;
end
$$;
comment on function payment.set_gateway_routing(jsonb) is 'Sets a gateway''s share of new payments and its currencies (null is all); the outcome of the command.';
