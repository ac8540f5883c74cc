create or replace function payment.list_differences(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select jsonb_build_object('cursor', d.cursor, 'row', jsonb_build_object(
        'id', d.id, 'organiser_id', d.organiser_id, 'booking_id', d.booking_id, 'gateway', d.gateway,
        'reference', d.reference, 'kind', d.kind, 'operation_key', d.operation_key, 'verdict', d.verdict,
        'handling', d.handling, 'amount_minor', d.amount_minor, 'expected_minor', d.expected_minor,
        'currency', d.currency, 'happened_at', d.happened_at, 'found_at', d.found_at))
    from (
        -- The newest first; found at the same time, by their names.
        select f.*, to_char(f.found_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || '/' || f.id collate "C" as cursor
        from payment.differences() f
    ) d
    where (argument ->> 'gateway' is null or d.gateway = argument ->> 'gateway')
      and (argument ->> 'verdict' is null or d.verdict = argument ->> 'verdict')
      and (argument ->> 'after' is null or d.cursor < argument ->> 'after')
    order by d.cursor desc
    limit (argument ->> 'first')::integer + 1;
end
$$;
comment on function payment.list_differences(jsonb) is 'What the gateways'' lists and our books do not have alike, newest first, for operators: {gateway, verdict, first, after}; one row more than {first} when there is one.';
grant execute on function payment.list_differences(jsonb) to holdfast_api;
alter function payment.list_differences(jsonb) owner to holdfast_reader;
