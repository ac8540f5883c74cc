create or replace function saga.resolve_each(command jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    resolved jsonb;
begin
    with chosen as (
        select d.id from saga.dead_letter d
        where d.state = 'OPEN' and 'RESOLVE' = any (d.safe_actions)
          and d.id in (select i::uuid from jsonb_array_elements_text(command -> 'ids') i)
        order by d.id for update
    ), closed as (
        update saga.dead_letter d
        set state = 'RESOLVED', closed_at = clock_timestamp(), closed_by = command #>> '{actor,subject}',
            note = command ->> 'note'
        from chosen where d.id = chosen.id
        returning d.id
    )
    select coalesce(jsonb_agg(c.id order by c.id), '[]') into resolved from closed c;
    return resolved;
end
$$;
comment on function saga.resolve_each(jsonb) is 'Closes the open ones among these cases with a note; gives their ids.';
