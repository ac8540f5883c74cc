create or replace function payment.try_elsewhere(operation_id uuid, outcome jsonb) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    failed payment.operation;
    other text;
begin
    select * into failed from payment.operation o where o.id = try_elsewhere.operation_id;
    if failed.kind = 'AUTHORIZE' and failed.payment_id is not null then
        other := payment.route(
            (select p.currency from payment.payment p where p.id = failed.payment_id),
            array(select distinct o.gateway from payment.operation o
                  where o.payment_id = failed.payment_id and o.kind = 'AUTHORIZE' and o.attempt = failed.attempt
                    and o.gateway is not null));
    end if;
    if other is null and (outcome ->> 'spent_key')::boolean is not true then
        return false;
    end if;

    update payment.operation o set state = 'FAILED', closed_at = clock_timestamp() where o.id = failed.id;
    insert into payment.operation (
        organiser_id, id, payment_id, stray_id, gateway, kind, amount_minor, attempt, gateway_key, state, opened_at)
    select failed.organiser_id, k.id, failed.payment_id, failed.stray_id, coalesce(other, failed.gateway), failed.kind,
           failed.amount_minor, failed.attempt, 'hf-' || k.id, 'OPEN', clock_timestamp()
    from (select holdfast.uuid_v7() as id) k;
    return other is not null;
end
$$;
comment on function payment.try_elsewhere(uuid, jsonb) is 'After a failure of an operation that is known to have done nothing: an authorization goes to another gateway that this attempt has not tried, and whatever has spent its key gets a new one. Gives whether another gateway has it now.';
