create or replace function outbox.pass_on(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    batch constant integer := (argument ->> 'batch')::integer;
    held jsonb;
    passed integer := 0;
    event record;
begin
    if exists (select from saga.queue q where q.queue = 'outbox' and q.paused_at is not null) then
        return;
    end if;
    -- A relay that runs needs the messages: somebody was started without the broker's name, or is about to be replaced.
    if exists (select from outbox.broker b where b.heard_at > clock_timestamp() - interval '1 minute') then
        return;
    end if;
    -- A broker that is named later is told of every slot anyway.
    loop
        exit when (select count(*) from pgmq.pop('outbox_slot', 1000)) < 1000;
    end loop;
    with locked as (
        insert into outbox.subject as s (organiser_id, kind, id)
        select w.organiser_id, w.kind, w.id
        from (select distinct t.* from outbox.take_word('outbox', batch) t) w
        where w.kind = 'BOOKING'
        order by w.id
        on conflict (kind, id) do update set passed_on = s.passed_on
        returning s.id, s.passed_on
    )
    select jsonb_agg(to_jsonb(l)) into held from locked l;
    for event in
        select e.* from (
            select array_agg(h.id order by h.id) as ids, array_agg(h.passed_on order by h.id) as passed_on
            from jsonb_to_recordset(held) h (id uuid, passed_on integer)
        ) h
        cross join lateral booking.events_to_publish(h.ids, h.passed_on, 2147480000) e
    loop
        if event.document ->> 'parked' is not null then
            perform outbox.park(jsonb_build_object('kind', 'BOOKING', 'id', event.id, 'sequence', event.sequence)
                || (event.document -> 'parked'));
        end if;
        perform pgmq.send('notification', jsonb_build_object('document', event.document));
        update outbox.subject s set passed_on = event.sequence where s.kind = 'BOOKING' and s.id = event.id;
        passed := passed + 1;
    end loop;
    return query select jsonb_build_object('passed', passed);
end
$$;
comment on function outbox.pass_on(jsonb) is 'Where no broker is named, and no relay was heard of for a minute: hands the events of about {batch} bookings that messages name to the queue of the notifications, each event once; gives how many were {passed}. How far the outside was told is another count, and stays.';
grant execute on function outbox.pass_on(jsonb) to holdfast_worker;
