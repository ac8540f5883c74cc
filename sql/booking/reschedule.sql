create or replace function booking.reschedule(command jsonb, target booking.booking) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    difference record;
    judged record;
    worth record;
    charge bigint;
    refusal jsonb;
begin
    select * into difference from booking.compare_lines(target, command -> 'lines');
    if difference.refusal is not null then
        return difference.refusal;
    end if;
    select * into judged from booking.judge_change(command, target, difference.added, difference.dropped);
    select * into worth from booking.worth_of(target, difference.dropped);
    -- What can't be refunded may be moved, but never to get money out.
    charge := greatest((judged.draft ->> 'total_minor')::bigint - worth.price_minor,
                       -booking.given_back(target, worth.refund_minor));
    refusal := coalesce(judged.refusal, case
        when greatest(target.total_minor - worth.price_minor + (judged.draft ->> 'total_minor')::bigint,
                      target.owed_minor + charge) > 1000000000000 then
            holdfast.refuse('INVALID_PRICE', 'A booking can''t cost that much.', array['lines'], target.id)
        when charge > 0 and command ->> 'payment_method' is null then
            holdfast.refuse('PAYMENT_METHOD_REQUIRED', 'This costs more: name a payment method.',
                array['paymentMethod'], target.id)
        when charge > 0 and saga.is_moving(target.organiser_id, target.id) then
            holdfast.refuse('CHANGE_IN_PROGRESS', 'Money of this booking is still on its way.',
                array['bookingId'], target.id)
        when charge > 0 and payment.unavailable(target.currency) then booking.refuse_payment(target.id)
    end);
    if refusal is not null then
        perform inventory.give_back_seats((l ->> 'slot_id')::uuid,
            array(select s::integer from jsonb_array_elements_text(l -> 'seats') s))
        from jsonb_array_elements(judged.draft -> 'lines') l
        where jsonb_typeof(l -> 'seats') = 'array' and judged.draft -> 'refusal' = 'null';
        return refusal;
    end if;

    if charge > 0 then
        perform booking.begin_change(command, target, judged.draft, difference.dropped, charge,
            worth.price_minor, worth.price_minor - worth.refund_minor);
    else
        perform booking.change_at_once(command, target, judged.draft, difference.dropped, -charge,
            worth.price_minor, worth.price_minor - worth.refund_minor);
    end if;
    return jsonb_build_object('id', target.id, 'refusal', null);
end
$$;
comment on function booking.reschedule(jsonb, booking.booking) is 'Changes what a locked booking is for: at once where that costs no more, and else once the difference is authorized.';
