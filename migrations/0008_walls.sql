-- The second wall. The API's reads run as holdfast_reader, who sees a row only when the actor of the transaction
-- (holdfast.act_as) may. The first wall is the check that each routine makes itself; this one stands where a routine
-- forgets it. The owner, whom writes and workers run as, is not held back: a write routine checks each command's actor.

grant usage on schema holdfast, inventory, booking, payment, saga, notification, outbox, reporting to holdfast_reader;

-- What has rows of an organiser or of a person shows nobody but its owner anything, unless a policy says so.
do $$
declare
    of_somebody regclass;
begin
    for of_somebody in
        select distinct c.oid from pg_catalog.pg_class c
        join pg_catalog.pg_attribute a on a.attrelid = c.oid
        where c.relnamespace::regnamespace::text in (
                  'holdfast', 'inventory', 'booking', 'payment', 'saga', 'outbox', 'notification')
          and c.relkind in ('r', 'p') and a.attname in ('organiser_id', 'subject', 'actor_id')
    loop
        execute format('alter table %s enable row level security', of_somebody);
    end loop;
end
$$;
alter table inventory.organiser enable row level security;

-- What is for sale is everybody's to see, and how the places of a slot are doing is a part of it.
do $$
declare
    shown regclass;
begin
    foreach shown in array array['inventory.listing', 'inventory.rate_plan', 'inventory.slot', 'inventory.class_price',
                                 'inventory.seat', 'booking.slot_cancellation']::regclass[] loop
        execute format('create policy everybody_sees_it on %s for select to holdfast_reader using (true)', shown);
    end loop;
end
$$;
grant select on inventory.listing, inventory.rate_plan, inventory.slot, inventory.class_price, inventory.seat
    to holdfast_reader;
grant select (organiser_id, id, slot_id, state, bookings, cancelled, note, started_at, ended_at)
    on booking.slot_cancellation to holdfast_reader;

-- What is between a customer and an organiser: the customer sees what bears its name, the organiser what bears its id.
-- Most reads are of a few rows by their keys: asking for the settings row by row costs less than planning a subquery each.
do $$
declare
    wall record;
begin
    for wall in
        select w.on_table, w.is_the_customers from (values
            ('booking.booking', $sql$customer_id = current_setting('holdfast.actor_subject', true)$sql$),
            ('booking.waitlist_entry', $sql$customer_id = current_setting('holdfast.actor_subject', true)$sql$),
            ('notification.delivery', $sql$recipient_kind = 'CUSTOMER'
                and recipient_id = current_setting('holdfast.actor_subject', true)$sql$),
            -- What belongs to a booking, is its customer's if the booking is. A scalar subquery: Postgres never makes a
            -- hash of all bookings of it.
            ('booking.line', $sql$(select b.customer_id from booking.booking b
                where b.organiser_id = line.organiser_id and b.id = line.booking_id) is not null$sql$),
            ('booking.event', $sql$(select b.customer_id from booking.booking b
                where b.organiser_id = event.organiser_id and b.id = event.booking_id) is not null$sql$),
            ('booking.change', $sql$(select b.customer_id from booking.booking b
                where b.organiser_id = change.organiser_id and b.id = change.booking_id) is not null$sql$),
            ('payment.payment', $sql$(select b.customer_id from booking.booking b
                where b.organiser_id = payment.organiser_id and b.id = payment.booking_id) is not null$sql$),
            ('notification.attempt', $sql$(select d.recipient_id from notification.delivery d
                where d.organiser_id = attempt.organiser_id and d.id = attempt.delivery_id) is not null$sql$),
            -- Of no customer's concern.
            ('inventory.venue_plan', 'false'),
            ('inventory.venue_seat', 'false'),
            ('notification.endpoint', 'false')
        ) w (on_table, is_the_customers)
    loop
        execute format('create policy its_own_people_see_it on %s for select to holdfast_reader using (
            case current_setting(''holdfast.actor_role'', true)
                when ''OPERATOR'' then true
                when ''ORGANISER'' then organiser_id = nullif(current_setting(''holdfast.actor_organiser'', true), '''')::uuid
                when ''SERVICE'' then organiser_id = nullif(current_setting(''holdfast.actor_organiser'', true), '''')::uuid
                when ''CUSTOMER'' then %s
                else false
            end)', wall.on_table::regclass, wall.is_the_customers);
        execute format('grant select on %s to holdfast_reader', wall.on_table::regclass);
    end loop;
end
$$;

-- How a person is reached, and what it wants to hear, is that person's and the operators'.
do $$
declare
    personal regclass;
begin
    foreach personal in array array['notification.contact', 'notification.preference']::regclass[] loop
        execute format('create policy its_subject_sees_it on %s for select to holdfast_reader using (
            case current_setting(''holdfast.actor_role'', true)
                when ''OPERATOR'' then true
                else subject = nullif(current_setting(''holdfast.actor_subject'', true), '''')
            end)', personal);
        execute format('grant select on %s to holdfast_reader', personal);
    end loop;
end
$$;

-- How the system is run is for operators to see.
do $$
declare
    inner_works regclass;
begin
    foreach inner_works in array array[
        'holdfast.audit', 'payment.gateway', 'payment.gateway_health', 'payment.operation', 'payment.statement',
        'payment.stray', 'payment.webhook', 'saga.dead_letter', 'saga.definition', 'saga.queue', 'saga.saga', 'saga.step'
    ]::regclass[] loop
        execute format('alter table %s enable row level security', inner_works);
        execute format('create policy operators_see_it on %s for select to holdfast_reader using (
            current_setting(''holdfast.actor_role'', true) = ''OPERATOR'')', inner_works);
        execute format('grant select on %s to holdfast_reader', inner_works);
    end loop;
end
$$;
