create or replace function saga.follow(
    target saga.saga, step text, result text, operation_id uuid, detail text)
returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    is_confirmed boolean;
begin
    execute (select format('select %s($1, $2, $3, $4, $5)', k.follow::regproc) from saga.kind k where k.kind = target.kind)
    using target, step, result, operation_id, detail into is_confirmed;
    return coalesce(is_confirmed, false);
end
$$;
comment on function saga.follow(saga.saga, text, text, uuid, text) is 'Lets the routine of its kind decide what follows a step: DONE, DECLINED, or FAILED (as often as it may). Gives whether a booking was confirmed by it.';
