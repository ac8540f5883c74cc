create or replace function payment.submit_method(booking_id uuid, method text) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    ready payment.payment;
begin
    update payment.payment p
    set method = submit_method.method, attempts = p.attempts + 1, failure = null
    where p.booking_id = submit_method.booking_id and p.status = 'REQUIRES_METHOD' and p.attempts < 3
    returning * into ready;
    if ready.id is null then
        return false;
    end if;
    perform payment.open_operation(ready.id, 'AUTHORIZE', ready.amount_minor);
    return true;
end
$$;
comment on function payment.submit_method(uuid, text) is 'Writes down the authorization of the next attempt; false when the payment does not wait for a method.';
