create or replace function notification.view_preferences(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select jsonb_build_object('message', m.message, 'channel', h.channel, 'enabled', coalesce(p.enabled, h.channel = 'EMAIL'))
    from unnest(array['CONFIRMED', 'PAYMENT_FAILED', 'HOLD_ENDING', 'CANCELLED', 'WAITLIST_OFFER', 'SLOT_CANCELLED',
                      'RESCHEDULED']) with ordinality m (message, place)
    cross join unnest(array['EMAIL', 'SMS', 'PUSH']) with ordinality h (channel, place)
    left join notification.preference p
        on p.subject = argument ->> 'subject' and p.message = m.message and p.channel = h.channel
    where notification.guard_subject(argument) is null
    order by m.place, h.place;
end
$$;
comment on function notification.view_preferences(jsonb) is 'What {subject} hears by which way, what it never said by default, if {actor} is that one or an operator.';
grant execute on function notification.view_preferences(jsonb) to holdfast_api;
alter function notification.view_preferences(jsonb) owner to holdfast_reader;
