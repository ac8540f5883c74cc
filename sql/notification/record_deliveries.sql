create or replace function notification.record_deliveries(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    told record;
    target notification.delivery;
    said text;
begin
    for told in
        select r.* from jsonb_to_recordset(argument) r (
            delivery_id uuid, fence bigint, result text, status_code integer, detail text, took_ms bigint,
            retry_in_ms bigint)
        order by r.delivery_id
    loop
        select * into target from notification.delivery d
        where d.id = told.delivery_id and d.fence = told.fence and d.state = 'SENDING' for update;
        if target.id is null then
            return next jsonb_build_object('delivery_id', told.delivery_id, 'applied', false);
            continue;
        end if;
        if told.result = 'RELEASED' then
            perform notification.release(target);
        else
            said := notification.without_address(target, told.detail);
            update notification.attempt a
            set result = told.result, status_code = told.status_code, detail = said, took_ms = told.took_ms
            where a.organiser_id = target.organiser_id and a.delivery_id = target.id and a.number = target.attempts;
            perform notification.settle(target, told.result, said, told.retry_in_ms);
        end if;
        return next jsonb_build_object('delivery_id', told.delivery_id, 'applied', true);
    end loop;
end
$$;
comment on function notification.record_deliveries(jsonb) is 'Writes down what became of deliveries: [{delivery_id, fence, result, status_code, detail, took_ms, retry_in_ms}]. FAILED is tried again after retry_in_ms, unless that is past its time; GONE disables the endpoint; RELEASED was not tried. Under an older fence nothing changes; gives {delivery_id, applied}.';
grant execute on function notification.record_deliveries(jsonb) to holdfast_worker;
