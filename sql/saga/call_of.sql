create or replace function saga.call_of(target saga.saga) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    if target.kind = 'stray' then
        return (select o from payment.open_stray_operation_of(target.subject_id) o);
    end if;
    return payment.open_operation_of(target.payment_id);
end
$$;
comment on function saga.call_of(saga.saga) is 'The call to a gateway that a saga stands at; null when there is none.';
