create or replace function payment.retry_stray(stray_id uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
    update payment.stray s set state = 'FOUND', ended_at = null
    where s.id = retry_stray.stray_id and s.state = 'FAILED';
    if found then
        perform payment.open_stray_operation(stray_id);
    end if;
    return found;
end
$$;
comment on function payment.retry_stray(uuid) is 'Stray money that could not be given back is tried again, under a new key; false when there is nothing to try.';
