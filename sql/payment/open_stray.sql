create or replace function payment.open_stray(line payment.statement) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    found_money payment.stray;
begin
    insert into payment.stray as s (
        organiser_id, id, payment_id, gateway, reference, kind, amount_minor, currency, found_at)
    select coalesce(o.organiser_id, '00000000-0000-0000-0000-000000000000'), holdfast.uuid_v7(), o.payment_id,
           line.gateway, line.reference, line.kind,
           case line.kind when 'AUTHORIZE' then line.amount_minor
                else least(line.amount_minor, payment.excess_of(line.gateway, line."authorization")) end,
           line.currency, clock_timestamp()
    from (select 1) once
    left join payment.operation o on o.id = line.operation_id
    on conflict do nothing
    returning s.* into found_money;
    if found_money.id is null then
        return false;
    end if;
    perform payment.open_stray_operation(found_money.id);
    perform saga.begin_stray(found_money.organiser_id, found_money.id,
        case line.kind when 'AUTHORIZE' then 'void' else 'refund' end);
    return true;
end
$$;
comment on function payment.open_stray(payment.statement) is 'Writes down stray money and starts the saga that gives it back; false when somebody has done so before. Money under a key that no operation of ours has is nobody''s: its organiser is nil.';
