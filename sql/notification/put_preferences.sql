create or replace function notification.put_preferences(command jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into notification.preference as p (subject, message, channel, enabled)
    select distinct on (w.message, w.channel) command ->> 'subject', w.message, w.channel, w.enabled
    from rows from (jsonb_to_recordset(command -> 'preferences') as (message text, channel text, enabled boolean))
        with ordinality w (message, channel, enabled, place)
    -- Said twice, the last word counts.
    order by w.message, w.channel, w.place desc
    on conflict (subject, message, channel) do update set enabled = excluded.enabled;
    return jsonb_build_object('id', null, 'refusal', null);
end
$$;
comment on function notification.put_preferences(jsonb) is 'Writes what somebody wants to hear; the outcome of the command.';
