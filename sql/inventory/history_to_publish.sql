create or replace function inventory.history_to_publish(
    since timestamptz, until timestamptz, after uuid, page integer)
returns table (id uuid, sequence integer, document jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select k.slot_id, k.sequence, inventory.state_document(k)
    from inventory.slot_state k
    where k.slot_id > after and k.at >= since and k.at < until
      and outbox.is_published('SLOT', k.slot_id, k.sequence)
    order by k.slot_id
    limit page;
end
$$;
comment on function inventory.history_to_publish(timestamptz, timestamptz, uuid, integer) is 'A page of the last published states of slots, by slot, of those told in a time.';
