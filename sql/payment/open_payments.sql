create or replace function payment.open_payments(accepted jsonb) returns table (booking_id uuid, payment_id uuid)
language plpgsql volatile security definer set search_path = '' as $$
begin
    return query
    with askable as materialized (
        -- Looked up once for a batch; drawn for each payment, as payment.route does.
        select c.currency, g.code, g.weight
        from (select distinct a.currency from jsonb_to_recordset(accepted) a (currency text, payment_method text)
              where a.payment_method is not null) c
        cross join lateral payment.eligible(c.currency) g
        where not payment.is_down(g.code)
    ), opened as (
        insert into payment.payment as p (
            organiser_id, id, booking_id, currency, amount_minor, status, method, attempts)
        select a.organiser_id, holdfast.uuid_v7(), a.id, a.currency, a.total_minor,
               case when a.payment_method is null then 'REQUIRES_METHOD' else 'AUTHORIZING' end, a.payment_method,
               case when a.payment_method is null then 0 else 1 end
        from jsonb_to_recordset(accepted) a (
            id uuid, organiser_id uuid, currency text, total_minor bigint, payment_method text)
        returning p.organiser_id, p.id, p.booking_id, p.currency, p.amount_minor, p.status
    ), written as (
        insert into payment.operation (
            organiser_id, id, payment_id, gateway, kind, amount_minor, attempt, gateway_key, state, opened_at)
        select o.organiser_id, k.id, o.id, (
                   select e.code from askable e where e.currency = o.currency
                   order by -ln(1 - random()) / e.weight limit 1), 'AUTHORIZE', o.amount_minor, 1, 'hf-' || k.id,
               'OPEN', clock_timestamp()
        from opened o cross join lateral (select holdfast.uuid_v7() as id where o.id is not null) k
        where o.status = 'AUTHORIZING'
    )
    select o.booking_id, o.id from opened o;
end
$$;
comment on function payment.open_payments(jsonb) is 'Opens the payment of each booking; where a method is known, the authorization is written down along with it. Gives the payments, whose ids the sagas need.';
