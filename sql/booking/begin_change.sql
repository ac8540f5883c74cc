create or replace function booking.begin_change(
    command jsonb, target booking.booking, draft jsonb, dropped jsonb, charge bigint, dropped_minor bigint,
    nonrefundable bigint)
returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    change_id constant uuid := holdfast.uuid_v7();
    now constant timestamptz := clock_timestamp();
    due_at constant timestamptz := now + interval '10 minutes';
    total constant bigint := target.total_minor - dropped_minor + (draft ->> 'total_minor')::bigint;
    first_line constant integer := booking.next_line_no(target);
    charged record;
begin
    perform booking.add_lines(target, draft, null);
    insert into booking.change (organiser_id, id, booking_id, state, dropped, total_minor, owed_minor, charge_minor,
                                nonrefundable_minor, actor_role, actor_id, note, due_at, created_at)
    values (target.organiser_id, change_id, target.id, 'UNDER_WAY', dropped, total, target.owed_minor + charge, charge,
            nonrefundable, command #>> '{actor,role}', command #>> '{actor,subject}', command ->> 'note', due_at, now);
    select * into charged from payment.open_charge(
        target.organiser_id, target.id, target.currency, charge, command ->> 'payment_method');
    perform saga.begin_reschedule(target.organiser_id, target.id, charged.payment_id);
    perform booking.record_event(target.id, 'booking.change_started', command #>> '{actor,role}',
        command #>> '{actor,subject}', jsonb_strip_nulls(jsonb_build_object(
            'changeId', change_id, 'paymentNumber', charged.number, 'chargeMinor', charge, 'totalMinor', total,
            'owedMinor', target.owed_minor + charge, 'dueAt', due_at, 'lineNos', (
                select jsonb_agg(l.line_no order by l.line_no) from booking.line l
                where l.organiser_id = target.organiser_id and l.booking_id = target.id and l.line_no >= first_line),
            'note', command ->> 'note')),
        trace => command -> 'trace');
end
$$;
comment on function booking.begin_change(jsonb, booking.booking, jsonb, jsonb, bigint, bigint, bigint) is 'Begins a change that costs more: its places are held along with the old ones, and its charge is written down.';
