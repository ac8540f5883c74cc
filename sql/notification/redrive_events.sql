create or replace function notification.redrive_events(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    actor constant jsonb := argument -> 'actor';
    driven jsonb;
begin
    driven := saga.redrive_each(saga.cases_of_queue('notification', (argument ->> 'batch')::integer), actor);
    if jsonb_array_length(driven) > 0 then
        perform holdfast.audit_command(argument, 'redriveEvents', null, jsonb_build_object('ids', driven));
    end if;
    return query select jsonb_build_object('redriven', jsonb_array_length(driven));
end
$$;
comment on function notification.redrive_events(jsonb) is 'Sends up to {batch} events that could not be handled back to be handled again, at the wish of {actor}, which is written down; gives {redriven}.';
grant execute on function notification.redrive_events(jsonb) to holdfast_worker;
