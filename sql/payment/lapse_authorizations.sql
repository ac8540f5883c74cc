create or replace function payment.lapse_authorizations(batch jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    return next to_jsonb(saga.lapse_steps(batch::integer));
end
$$;
comment on function payment.lapse_authorizations(jsonb) is 'Ends the captures whose authorization has lapsed before they were made, and the voids that need no call any more, at most `batch` of them; gives their number.';
grant execute on function payment.lapse_authorizations(jsonb) to holdfast_worker;
