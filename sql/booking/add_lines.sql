create or replace function booking.add_lines(target booking.booking, draft jsonb, since_version integer) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    if draft -> 'lines' = '[]' then
        return;
    end if;
    perform booking.write_lines(jsonb_build_array(draft || jsonb_build_object(
        'first_line_no', booking.next_line_no(target), 'since_version', since_version,
        'sold', since_version is not null)));
end
$$;
comment on function booking.add_lines(booking.booking, jsonb, integer) is 'Adds the lines of a judged change to a booking: sold with this version, or, without one, held until the change is paid.';
