create or replace function booking.trace_after(
    organiser_id uuid, booking_id uuid, version integer, trace jsonb, out correlation_id text, out traceparent text)
language plpgsql stable security definer set search_path = '' as $$
begin
    if trace ->> 'correlation_id' is not null then
        correlation_id := trace ->> 'correlation_id';
        traceparent := trace ->> 'traceparent';
        return;
    end if;
    select e.correlation_id, e.traceparent into trace_after.correlation_id, trace_after.traceparent
    from booking.event e
    where e.organiser_id = trace_after.organiser_id and e.booking_id = trace_after.booking_id
      and e.version = trace_after.version;
end
$$;
comment on function booking.trace_after(uuid, uuid, integer, jsonb) is 'The trace that an event belongs to: that of its request, or, where nothing but the system brought it about, that of the event before, whose version is given.';
