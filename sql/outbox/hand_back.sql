create or replace function outbox.hand_back(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    update outbox.subject s
    set lease_until = clock_timestamp()
    from (
        select h.kind, h.id from outbox.subject h
        where h.worker = argument ->> 'relay' and h.lease_until > clock_timestamp()
        order by h.kind, h.id for update
    ) h
    where s.kind = h.kind and s.id = h.id;
    return query select jsonb_build_object('ok', true);
end
$$;
comment on function outbox.hand_back(jsonb) is 'Ends the leases of {relay}: whoever looks next takes over what it did not finish.';
grant execute on function outbox.hand_back(jsonb) to holdfast_worker;
