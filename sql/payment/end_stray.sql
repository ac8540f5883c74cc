create or replace function payment.end_stray(stray_id uuid, state text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update payment.stray s set state = end_stray.state, ended_at = clock_timestamp() where s.id = end_stray.stray_id;
end
$$;
comment on function payment.end_stray(uuid, text) is 'Notes what became of stray money: GIVEN_BACK, or FAILED.';
