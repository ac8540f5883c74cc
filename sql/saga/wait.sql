create or replace function saga.wait(saga_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update saga.saga s
    set state = 'WAITING', in_doubt = false, was_in_doubt = false, failures = 0, unknowns = 0
    where s.id = wait.saga_id;
end
$$;
comment on function saga.wait(uuid) is 'Lets a saga wait for its customer''s next payment method; saga.resume sets it going.';
