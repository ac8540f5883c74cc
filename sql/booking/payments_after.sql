create or replace function booking.payments_after(moved jsonb, e booking.event) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
    number text;
    before jsonb;
    amount bigint;
begin
    if e.type not like 'payment.%' and e.type not in (
            'booking.created', 'booking.confirmed', 'booking.change_started', 'booking.rescheduled') then
        return moved;
    end if;
    -- The money of a booking moves with the first payment, that of a change with its own.
    if e.type = 'booking.rescheduled' then
        number := moved #>> array['changes', e.data ->> 'changeId'];
    else
        number := coalesce((e.data ->> 'paymentNumber')::integer, 1);
    end if;
    if number is null then
        return moved;
    end if;
    if e.type = 'booking.change_started' then
        moved := moved || jsonb_build_object('changes', coalesce(moved -> 'changes', '{}')
            || jsonb_build_object(e.data ->> 'changeId', (e.data ->> 'paymentNumber')::integer));
    end if;
    before := moved -> number;
    amount := case when e.type in ('payment.captured', 'payment.refunded')
        then coalesce((e.data ->> 'amountMinor')::bigint, 0) else 0 end;
    return moved || jsonb_build_object(number, jsonb_build_object(
        'type', e.type, 'data', e.data,
        'captured_minor', coalesce((before -> 'captured_minor')::bigint, 0)
            + case when e.type = 'payment.captured' then amount else 0 end,
        'refunded_minor', coalesce((before -> 'refunded_minor')::bigint, 0)
            + case when e.type = 'payment.refunded' then amount else 0 end,
        'attempts', coalesce((before -> 'attempts')::integer, 0)
            + (e.type in ('payment.submitted', 'booking.change_started') or e.data ? 'paymentSubmitted')::integer));
end
$$;
comment on function booking.payments_after(jsonb, booking.event) is 'Where the money of a booking stood after its next event: by a payment''s number, {type, data} of the last event about it, {captured_minor, refunded_minor, attempts}; and under `changes` by change the number of its payment. Begins with {}.';
grant execute on function booking.payments_after(jsonb, booking.event) to holdfast_reader;
