create or replace function payment.open_stray_operation(stray_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into payment.operation (
        organiser_id, id, stray_id, gateway, kind, amount_minor, gateway_key, state, opened_at)
    select s.organiser_id, k.id, s.id, s.gateway, case s.kind when 'AUTHORIZE' then 'VOID' else 'REFUND' end,
           s.amount_minor, 'hf-' || k.id, 'OPEN', clock_timestamp()
    from payment.stray s cross join lateral (select holdfast.uuid_v7() as id where s.id is not null) k
    where s.id = open_stray_operation.stray_id;
end
$$;
comment on function payment.open_stray_operation(uuid) is 'Writes down what gives stray money back, with a key of its own: a void of what is reserved, a refund of what is taken.';
