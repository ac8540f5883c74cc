create or replace function inventory.write_venue_plan(command jsonb, organiser uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    known inventory.venue_plan;
    plan uuid := holdfast.uuid_v7();
begin
    insert into inventory.organiser (id) values (organiser) on conflict (id) do nothing;
    -- Made empty first: two writers of one code then wait for one another here.
    insert into inventory.venue_plan (organiser_id, id, code, name, seats, version)
    values (organiser, plan, command ->> 'code', command ->> 'name', 1, 0)
    on conflict (organiser_id, code) do nothing;
    select * into known from inventory.venue_plan v
    where v.organiser_id = organiser and v.code = command ->> 'code' for update;
    if (command ->> 'expected_version')::numeric <> known.version then
        if known.id = plan then
            delete from inventory.venue_plan v where v.organiser_id = organiser and v.id = plan;
        end if;
        return holdfast.refuse('STALE_VERSION', format('The venue plan is at version %s.', known.version),
            array['expectedVersion'], nullif(known.id, plan));
    end if;
    if known.name = command ->> 'name' and not inventory.seats_differ(known.id, command -> 'rows') then
        return jsonb_build_object('id', known.id, 'refusal', null);
    end if;

    delete from inventory.venue_seat t where t.organiser_id = organiser and t.plan_id = known.id;
    insert into inventory.venue_seat (organiser_id, plan_id, seat_no, section, row_label, label, row_rank, col,
                                      price_class)
    select organiser, known.id, d.seat_no, d.section, d.row_label, d.label, d.row_rank, d.col, d.price_class
    from inventory.draft_seats(command -> 'rows') d;
    update inventory.venue_plan v
    set name = command ->> 'name', version = v.version + 1, updated_at = clock_timestamp(), seats = (
            select count(*) from inventory.venue_seat t where t.organiser_id = organiser and t.plan_id = v.id)
    where v.organiser_id = organiser and v.id = known.id;
    return jsonb_build_object('id', known.id, 'refusal', null);
end
$$;
comment on function inventory.write_venue_plan(jsonb, uuid) is 'Writes one venue plan that inventory.guard_venue_plan lets pass. Slots that copied its seats keep theirs.';
