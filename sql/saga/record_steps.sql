-- Its argument had another name, which only a new function may have.
drop function if exists saga.record_steps(jsonb);
create or replace function saga.record_steps(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
    -- Workers of an older binary, while it is being replaced, send them alone.
    outcomes constant jsonb := case jsonb_typeof(argument) when 'array' then argument else argument -> 'outcomes' end;
    going_on constant jsonb := case jsonb_typeof(argument) when 'object' then argument -> 'going_on' end;
    item record;
    target saga.saga;
    is_held boolean;
    plain jsonb;
    recorded uuid[];
    operations uuid[];
    confirmed uuid[];
    claims jsonb; -- by saga: what its worker goes on with
begin
    perform saga.lock_for_recording(outcomes);
    -- Most go the same way, and together; the others one by one.
    plain := saga.plain_outcomes(outcomes);
    confirmed := saga.record_plain(plain);
    claims := saga.go_on_plain(plain, going_on);
    select array_agg((p ->> 'saga_id')::uuid), array_agg((p ->> 'operation_id')::uuid) into recorded, operations
    from jsonb_array_elements(plain) p;

    for item in
        select o.value as outcome, (o.value ->> 'lease')::integer as lease, s.id as saga_id, s.booking_id,
               coalesce(s.id = any (recorded), false) as is_recorded
        from jsonb_array_elements(outcomes) with ordinality o (value, n)
        cross join lateral (select * from saga.saga s where s.id = (o.value ->> 'saga_id')::uuid limit 1) s
        order by o.n
    loop
        if not item.is_recorded then
            select * into target from saga.saga s where s.id = item.saga_id;
            is_held := saga.is_held(target, item.lease);
            if is_held then
                operations := operations || (item.outcome ->> 'operation_id')::uuid;
                if saga.record_step(target, item.outcome) then
                    confirmed := confirmed || item.booking_id;
                end if;
            end if;
        end if;
        return next jsonb_build_object('saga_id', item.saga_id, 'booking_id', item.booking_id,
                                       'applied', item.is_recorded or is_held,
                                       'next', claims -> item.saga_id::text);
    end loop;
    -- The ledgers take a batch in one go: row by row they would cost as much again as what they tell of.
    perform booking.sell_places(confirmed);
    perform payment.post_operations(operations);
end
$$;
comment on function saga.record_steps(jsonb) is 'Records what became of claimed steps, {outcomes: [...]}, and writes down what follows; each under the lease it was claimed with, and once. Who is {going_on}, as saga.claim_steps is told it, is given what to carry out next of the same sagas, as far as they can be gone on with at once.';
grant execute on function saga.record_steps(jsonb) to holdfast_worker;
