create or replace function saga.open_case(target saga.saga, cause text, detail text, safe_actions text[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into saga.dead_letter as d (id, organiser_id, source, cause, saga_id, booking_id, detail, safe_actions)
    values (holdfast.uuid_v7(), target.organiser_id, 'SAGA', open_case.cause, target.id, target.booking_id,
            open_case.detail, open_case.safe_actions)
    -- A saga has one case at a time; what is known last of it counts.
    on conflict (saga_id) where state = 'OPEN' do update
    set cause = excluded.cause, detail = excluded.detail, safe_actions = excluded.safe_actions;
end
$$;
comment on function saga.open_case(saga.saga, text, text, text[]) is 'Puts a locked saga in the operators'' inbox, or changes what its open case says.';
