create or replace function payment.lock_strays(stray_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform from payment.stray s where s.id = any (stray_ids) order by s.id for update;
end
$$;
comment on function payment.lock_strays(uuid[]) is 'Locks stray money in the order of its ids, until the transaction ends; payments are locked before.';
