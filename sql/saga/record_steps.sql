create or replace function saga.record_steps(outcomes jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    item record;
begin
    perform saga.lock_for_recording(outcomes);
    for item in
        select o.value as outcome, s as target, s.id as saga_id, s.booking_id,
               s.lease = (o.value ->> 'lease')::integer and s.ended_at is null as is_held
        from jsonb_array_elements(outcomes) with ordinality o (value, n)
        join saga.saga s on s.id = (o.value ->> 'saga_id')::uuid
        order by o.n
    loop
        -- A worker that was paused past its lease changes nothing when it wakes.
        if item.is_held then
            perform saga.record_step(item.target, item.outcome);
        end if;
        return next jsonb_build_object(
            'saga_id', item.saga_id, 'booking_id', item.booking_id, 'applied', item.is_held);
    end loop;
end
$$;
comment on function saga.record_steps(jsonb) is 'Records what became of claimed steps and writes down what follows; each under the lease it was claimed with.';
grant execute on function saga.record_steps(jsonb) to holdfast_worker;
