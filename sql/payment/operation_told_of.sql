create or replace function payment.operation_told_of(gateway text, operation_key text, reference text)
returns table (operation_id uuid, organiser_id uuid, booking_id uuid, subject_id uuid, waits boolean)
language plpgsql stable security definer set search_path = '' as $$
declare
    found payment.operation;
begin
    select * into found from payment.operation o
    where o.gateway_key = operation_told_of.operation_key and o.gateway = operation_told_of.gateway;
    if found.id is null then
        select * into found from payment.operation o
        where o.gateway_ref = operation_told_of.reference and o.gateway = operation_told_of.gateway
        order by o.id desc limit 1;
    end if;
    if found.id is null then
        return;
    end if;
    return query
    select found.id, found.organiser_id, p.booking_id, coalesce(p.booking_id, found.stray_id),
           -- A gateway names the authorization where it means its capture: what is in doubt is looked up then, too.
           found.closed_at is null or exists (
               select from payment.operation o
               where o.payment_id = found.payment_id and o.closed_at is null and o.state = 'UNKNOWN')
    from (select 1) once
    left join payment.payment p on p.organiser_id = found.organiser_id and p.id = found.payment_id;
end
$$;
comment on function payment.operation_told_of(text, text, text) is 'The operation that a gateway names, by its key or by the gateway''s own reference; whose saga it is of; and whether it, or another of its payment, waits for an outcome.';
