create or replace function outbox.history(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    since constant timestamptz := coalesce((argument ->> 'from')::timestamptz, '-infinity');
    until constant timestamptz := coalesce((argument ->> 'to')::timestamptz, 'infinity');
    after constant uuid := coalesce((argument #>> '{after,id}')::uuid, '00000000-0000-0000-0000-000000000000');
    after_sequence constant integer := coalesce((argument #>> '{after,sequence}')::integer, 0);
    page constant integer := (argument ->> 'batch')::integer;
begin
    -- Only what was published: an event that runs ahead of its turn would be out of order.
    if argument ->> 'kind' = 'BOOKING' then
        return query
        select to_jsonb(h) || jsonb_build_object('kind', 'BOOKING')
        from booking.history_to_publish(since, until, after, after_sequence, page) h;
    elsif argument ->> 'kind' = 'SLOT' then
        return query
        select to_jsonb(h) || jsonb_build_object('kind', 'SLOT')
        from inventory.history_to_publish(since, until, after, page) h;
    else
        return query
        select to_jsonb(h) || jsonb_build_object('kind', 'DELIVERY')
        from notification.history_to_publish(since, until, after, after_sequence, page) h;
    end if;
end
$$;
comment on function outbox.history(jsonb) is 'A page of up to {batch} events of {kind} that happened {from} one time {to} another, null for any, and were published, in the order of subject and sequence, from behind {after: {id, sequence}} on; of slots the last state told.';
grant execute on function outbox.history(jsonb) to holdfast_worker;
