create or replace function booking.given_back(target booking.booking, due_minor bigint) returns bigint
language plpgsql immutable set search_path = '' as $$
begin
    return least(target.owed_minor - target.nonrefundable_minor, due_minor);
end
$$;
comment on function booking.given_back(booking.booking, bigint) is 'What of an amount that the policies give back a booking really gets: no more than it owes, less what no policy gives back.';
grant execute on function booking.given_back(booking.booking, bigint) to holdfast_reader;
