create or replace function outbox.rescue(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    after constant uuid := coalesce((argument ->> 'after')::uuid, '00000000-0000-0000-0000-000000000000');
    page constant integer := (argument ->> 'batch')::integer;
    looked record;
begin
    -- A page of rows is looked at, not of findings: the look is bounded even where everything is in order.
    select (array_agg(v.id order by v.id desc))[1] as last, count(*) as rows,
           jsonb_agg(jsonb_build_object('organiser_id', v.organiser_id, 'id', v.id))
               filter (where v.version > coalesce(s.published, 0) and s.lease_until is null) as behind,
           count(*) filter (where v.version > coalesce(s.published, 0) and s.lease_until is null) as found
    into looked
    from outbox.versions_after(argument ->> 'kind', after, page) v
    left join outbox.subject s on s.kind = argument ->> 'kind' and s.id = v.id;
    perform outbox.tell(case argument ->> 'kind' when 'SLOT' then 'outbox_slot' else 'outbox' end,
                        argument ->> 'kind', looked.behind);
    return query select jsonb_build_object(
        'found', looked.found, 'next', case when looked.rows = page then looked.last end);
end
$$;
comment on function outbox.rescue(jsonb) is 'Looks at up to {batch} subjects of {kind} with ids above {after}, and leaves word of those that have something unpublished and that nobody is at: what was written before a broker was named. Gives {found, next}: where to go on, null at the end.';
grant execute on function outbox.rescue(jsonb) to holdfast_worker;
