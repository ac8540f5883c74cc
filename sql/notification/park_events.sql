create or replace function notification.park_events(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform saga.keep_message('notification', e.message, e.detail)
    from jsonb_to_recordset(argument) e (message jsonb, detail text)
    -- Whoever was killed between this and the commit of what he read comes again with the same.
    where not saga.has_case('notification', e.message);
    return query select jsonb_build_object('parked', jsonb_array_length(argument));
end
$$;
comment on function notification.park_events(jsonb) is 'Puts events that could not be handled in the operators'' inbox: [{message, detail}], the message as this context''s queue takes it; redriven, they come that way. Each once while its case is open.';
grant execute on function notification.park_events(jsonb) to holdfast_worker;
