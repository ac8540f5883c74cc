create or replace function outbox.next_events(held jsonb, events integer) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    found jsonb[] := '{}';
    told jsonb[];
    of record;
begin
    for of in
        select h.kind, array_agg(h.id order by h.id) as ids, array_agg(h.published order by h.id) as published
        from jsonb_to_recordset(held) h (kind text, id uuid, published integer)
        group by h.kind
    loop
        if of.kind = 'BOOKING' then
            told := array(
                select jsonb_build_object('kind', of.kind, 'id', e.id, 'sequence', e.sequence, 'document', e.document)
                from booking.events_to_publish(of.ids, of.published, events) e);
        elsif of.kind = 'SLOT' then
            told := array(
                select to_jsonb(e) || jsonb_build_object('kind', of.kind)
                from inventory.states_to_publish(of.ids, of.published) e);
        else
            told := array(
                select to_jsonb(e) || jsonb_build_object('kind', of.kind)
                from notification.events_to_publish(of.ids, of.published, events) e);
        end if;
        -- Who has nothing more to tell is let go.
        update outbox.subject s
        set worker = null, lease_until = null, waits_since = null
        where s.kind = of.kind and s.id = any (of.ids)
          and s.id not in (select (e ->> 'id')::uuid from unnest(told) e);
        found := found || told;
    end loop;
    return query select u.e from unnest(found) with ordinality u (e, n) order by u.n;
end
$$;
comment on function outbox.next_events(jsonb, integer) is 'Of each of {held}, [{kind, id, published}], which the caller has leased, up to so many events after the last one published; who has none is let go.';
