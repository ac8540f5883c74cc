create or replace function inventory.states_to_publish(ids uuid[], published integer[])
returns table (id uuid, sequence integer, document jsonb)
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- A state that was written down and not acknowledged goes out as it was; only then comes the next.
    insert into inventory.slot_state as k (organiser_id, slot_id, sequence, state, at)
    select s.organiser_id, s.id, 1, inventory.tell_state(s), clock_timestamp()
    from inventory.slot s
    where s.id = any (ids)
    order by s.id
    on conflict (slot_id) do update
    set sequence = k.sequence + 1, state = excluded.state, at = excluded.at
    where k.state <> excluded.state
      and k.sequence <= (select p.published from unnest(ids, states_to_publish.published) p (id, published)
                         where p.id = k.slot_id);
    return query
    select k.slot_id, k.sequence, inventory.state_document(k)
    from inventory.slot_state k
    join unnest(ids, states_to_publish.published) p (id, published) on p.id = k.slot_id
    where k.sequence > p.published
    order by k.slot_id;
end
$$;
comment on function inventory.states_to_publish(uuid[], integer[]) is 'Of each slot that the caller has leased, the state to be told after the one with the sequence `published`; none where nothing has changed since. Many changes become one state.';
