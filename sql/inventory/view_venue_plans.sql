create or replace function inventory.view_venue_plans(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select jsonb_build_object(
        'id', v.id, 'organiser_id', v.organiser_id, 'code', v.code, 'name', v.name, 'seats', v.seats,
        'version', v.version, 'updated_at', v.updated_at,
        'sections', (
            select jsonb_agg(jsonb_build_object('section', g.section, 'seats', g.seats) order by g.first_no)
            from (
                select t.section, count(*) as seats, min(t.seat_no) as first_no from inventory.venue_seat t
                where t.organiser_id = v.organiser_id and t.plan_id = v.id group by t.section) g),
        'price_classes', (
            select jsonb_agg(jsonb_build_object('price_class', g.price_class, 'seats', g.seats) order by g.first_no)
            from (
                select t.price_class, count(*) as seats, min(t.seat_no) as first_no from inventory.venue_seat t
                where t.organiser_id = v.organiser_id and t.plan_id = v.id group by t.price_class) g))
    from inventory.venue_plan v
    where v.id = any (array(select i::uuid from jsonb_array_elements_text(argument -> 'ids') i))
      and holdfast.may_act_for(argument -> 'actor', v.organiser_id);
end
$$;
comment on function inventory.view_venue_plans(jsonb) is 'The venue plans of {ids} that {actor} may write: how many seats by section and by price class.';
grant execute on function inventory.view_venue_plans(jsonb) to holdfast_api;
alter function inventory.view_venue_plans(jsonb) owner to holdfast_reader;
