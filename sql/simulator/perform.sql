create or replace function simulator.perform(call jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    entry simulator.ledger;
    declined text;
begin
    insert into simulator.ledger as l (key, operation, amount_minor, currency, payment_method, "authorization", tries)
    values (call ->> 'key', call ->> 'operation', (call ->> 'amount_minor')::bigint, call ->> 'currency',
            call ->> 'payment_method', call ->> 'authorization', 1)
    on conflict (key) do update set tries = l.tries + 1
    returning * into entry;

    -- The same key with another payload is an error of the caller, and never worked.
    if entry.operation <> call ->> 'operation' or entry.amount_minor <> (call ->> 'amount_minor')::bigint then
        return next jsonb_build_object('answer', 'DECLINED', 'code', 'idempotency_key_reused', 'tries', entry.tries);
        return;
    end if;
    if entry.done_at is null then
        if entry.payment_method in ('pm_sim_serverErrorOnce', 'pm_sim_timeoutBeforeCharge') and entry.tries = 1
           or entry.payment_method = 'pm_sim_serverErrorAlways' then
            return next jsonb_build_object('answer', 'SERVER_ERROR', 'tries', entry.tries);
            return;
        end if;
        declined := simulator.decline_code(entry);
        update simulator.ledger l
        set decline_code = declined,
            reference = case when declined is null
                        then format('sim_%s_%s', lower(l.operation), encode(sha256(l.key::bytea), 'hex')) end,
            done_at = clock_timestamp()
        where l.key = entry.key
        returning * into entry;
    end if;
    return next case
        when entry.decline_code is null then
            jsonb_build_object('answer', 'SUCCEEDED', 'reference', entry.reference, 'tries', entry.tries)
        else jsonb_build_object('answer', 'DECLINED', 'code', entry.decline_code, 'tries', entry.tries)
    end;
end
$$;
comment on function simulator.perform(jsonb) is 'The simulated gateway: works each idempotency key once and answers the same ever after. What it does is chosen by the payment method''s token.';
grant execute on function simulator.perform(jsonb) to holdfast_worker;
