create or replace function booking.customer_of(command jsonb) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
    return coalesce(command ->> 'customer_id', command #>> '{actor,subject}');
end
$$;
comment on function booking.customer_of(jsonb) is 'For whom a command books.';
