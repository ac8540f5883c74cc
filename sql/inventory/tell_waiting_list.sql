create or replace function inventory.tell_waiting_list(kept jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    if kept is null then
        return;
    end if;
    insert into inventory.transfer (organiser_id, slot_id, debit, credit, quantity)
    select s.organiser_id, s.id, 'aside', 'available', k.value::integer
    from jsonb_each_text(kept) k
    join inventory.slot s on s.id = k.key::uuid;

    perform pgmq.send_batch('waitlist', array(
        select jsonb_build_object('slot_id', k.key) from jsonb_each_text(kept) k));
end
$$;
comment on function inventory.tell_waiting_list(jsonb) is 'Writes in the ledger what was set aside, {slot id: quantity}, and wakes those who make the offers.';
