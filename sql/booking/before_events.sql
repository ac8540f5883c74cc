create or replace function booking.before_events(b booking.booking) returns booking.booking
language plpgsql immutable set search_path = '' as $$
begin
    b.version := 0;
    b.reason := null;
    b.total_minor := null;
    b.owed_minor := null;
    b.hold_expires_at := null;
    b.extensions := 0;
    return b;
end
$$;
comment on function booking.before_events(booking.booking) is 'What booking.after_event begins with: a booking''s row without all that its events say.';
