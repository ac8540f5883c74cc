create or replace function saga.redrive_each(cases jsonb, actor jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    target saga.dead_letter;
    driven jsonb := '[]';
begin
    for target in
        select d.* from saga.dead_letter d
        where d.id in (select i::uuid from jsonb_array_elements_text(cases) i) and d.state = 'OPEN'
        order by d.id for update
    loop
        if saga.redrive(target) then
            perform saga.mark_redriven(target.id, actor);
            driven := driven || to_jsonb(target.id);
        end if;
    end loop;
    return driven;
end
$$;
comment on function saga.redrive_each(jsonb, jsonb) is 'Tries again what these cases are about; their sagas are locked. Gives the cases for which that could be done.';
