create or replace function inventory.refuse_party(
    of_slot uuid, quantity integer, of_section text, of_class text, path text[])
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    return (
        select case
            when quantity <= (
                select count(*) from (
                    select from inventory.seat t
                    where t.slot_id = of_slot and t.booking_id is null and not t.set_aside
                      and (of_section is null or t.section = of_section)
                      and (of_class is null or t.price_class = of_class)
                    limit quantity) free) then
                holdfast.refuse('CONTENDED', 'Other buyers are just taking these seats.', path || array['slotId'])
            when of_section is not null and not exists (
                select from inventory.seat t where t.slot_id = of_slot and t.section = of_section) then
                holdfast.refuse('NOT_FOUND', 'The slot has no such section.', path || array['section'])
            when of_class is not null and not exists (
                select from inventory.seat t where t.slot_id = of_slot and t.price_class = of_class) then
                holdfast.refuse('NOT_FOUND', 'The slot has no such price class.', path || array['priceClass'])
            else
                holdfast.refuse('SOLD_OUT', 'Fewer seats are free than were asked for.', path || array['slotId'])
        end);
end
$$;
comment on function inventory.refuse_party(uuid, integer, text, text, text[]) is 'Why so many seats could not be had: because they are not free, or because others hold the locks.';
