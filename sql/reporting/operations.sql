create or replace function reporting.operations(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    seconds constant integer := 5;
    now constant timestamptz := clock_timestamp();
    -- The least id that a booking of that moment can have: ids are ordered by time.
    since constant uuid := rpad(lpad(to_hex((extract(epoch from now - make_interval(secs => seconds)) * 1000)::bigint),
                                     12, '0'), 32, '0');
begin
    return query select jsonb_build_object(
        'at', now,
        'bookings_per_second', (select count(*) from booking.booking b where b.id >= since)::double precision / seconds,
        'holds_open', (select count(*) from booking.booking b where b.status = 'PENDING'),
        'dead_letters_open', (select count(*) from saga.dead_letter d where d.state = 'OPEN'),
        'queues', (select coalesce(jsonb_agg(q), '[]') from saga.list_queues('null') q),
        'gateways', (select coalesce(jsonb_agg(g), '[]') from payment.list_gateways('null') g),
        'outbox', (select coalesce(jsonb_agg(l), '[]') from outbox.lag('null') l));
end
$$;
comment on function reporting.operations(jsonb) is 'How the system does just now, in one read of small indexes: bookings accepted per second, holds and cases open, queues, gateways, and what waits in the outbox.';
grant execute on function reporting.operations(jsonb) to holdfast_api;
alter function reporting.operations(jsonb) owner to holdfast_reader;
