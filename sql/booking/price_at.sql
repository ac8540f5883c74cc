create or replace function booking.price_at(price_minor bigint, percent integer) returns bigint
language plpgsql immutable parallel safe set search_path = '' as $$
begin
    -- Half a minor unit is rounded up.
    return (price_minor * percent + 50) / 100;
end
$$;
comment on function booking.price_at(bigint, integer) is 'What a place costs at so many percent.';
grant execute on function booking.price_at(bigint, integer) to holdfast_reader;
