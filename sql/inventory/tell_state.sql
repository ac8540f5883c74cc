create or replace function inventory.tell_state(s inventory.slot) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return inventory.told_state(s);
exception when others then
    if outbox.is_passing(sqlstate) then
        raise;
    end if;
    return jsonb_build_object('untellable', sqlstate || ' ' || sqlerrm);
end
$$;
comment on function inventory.tell_state(inventory.slot) is 'inventory.told_state, and where that fails {untellable} with the cause: one slot that can''t be told keeps no other waiting.';
