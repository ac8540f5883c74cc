-- Bookings, their lines and their events.

create table booking.booking (
    organiser_id uuid not null references inventory.organiser (id),
    id uuid not null,
    reference text not null,
    customer_id text not null,
    key_scope text not null,
    key text not null,
    status text not null,
    reason text,
    currency text not null,
    total_minor bigint not null,
    owed_minor bigint not null,
    nonrefundable_minor bigint not null default 0,
    note text,
    hold_expires_at timestamptz,
    expire_due_at timestamptz,
    auto_cancel_at timestamptz,
    extensions integer not null default 0,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organiser_id, id),
    constraint booking_id_is_unique unique (id),
    constraint reference_is_unique unique (reference),
    constraint status_is_known check (status in ('PENDING', 'CONFIRMED', 'COMPLETED', 'CANCELLED')),
    constraint reason_fits_status check (
        case status
            when 'CANCELLED' then reason in ('EXPIRED', 'PAYMENT_FAILED', 'CUSTOMER', 'OPERATOR', 'SLOT_CANCELLED')
            when 'COMPLETED' then reason is null or reason = 'NO_SHOW'
            else reason is null
        end),
    constraint only_a_pending_booking_expires check ((status = 'PENDING') = (expire_due_at is not null)),
    constraint money_is_in_range check (total_minor between 0 and 1000000000000),
    constraint owed_is_in_range check (owed_minor between 0 and 1000000000000),
    constraint nonrefundable_is_part_of_what_is_owed check (nonrefundable_minor between 0 and owed_minor)
) with (fillfactor = 80);
comment on table booking.booking is 'A booking of one or many lines, all or nothing.';
comment on column booking.booking.customer_id is 'The subject of the customer at the identity provider.';
comment on column booking.booking.key_scope is 'Scope of the idempotency key that made it; with key, what invariant.duplicate_key looks at.';
comment on column booking.booking.total_minor is 'What its present lines cost together, in minor units.';
comment on column booking.booking.owed_minor is 'What the customer owes in the present state, in minor units: the total at first; policies that keep a part, fees, and refunds granted by an operator move it.';
comment on column booking.booking.nonrefundable_minor is 'What of owed_minor no policy gives back: what the policies of places that were changed for others would have kept. Else a booking could be moved to a better policy and then cancelled.';
comment on column booking.booking.hold_expires_at is 'When the hold ends, as the customer was told; null once it is no longer pending.';
comment on column booking.booking.expire_due_at is 'When the hold is really let go: hold_expires_at, or auto_cancel_at while a payment operation is open.';
comment on column booking.booking.auto_cancel_at is 'Minute 10, or as much later as the hold was extended: an unconfirmed booking is cancelled whatever the gateway says.';
comment on column booking.booking.extensions is 'How often its hold was extended.';
comment on column booking.booking.version is 'Row version, number of the last event, and resume point of subscriptions: one gap-free count.';
create index booking_to_expire on booking.booking (expire_due_at) where status = 'PENDING';
create index booking_by_customer on booking.booking (customer_id, id);

create table booking.line (
    organiser_id uuid not null,
    booking_id uuid not null,
    line_no integer not null,
    slot_id uuid not null,
    listing_id uuid not null,
    quantity integer not null,
    rate_plan text not null,
    policy_version integer not null,
    policy jsonb not null,
    list_price_minor bigint not null,
    unit_price_minor bigint not null,
    starts_at timestamptz not null,
    price_class text,
    seats integer[],
    since_version integer default 1,
    until_version integer,
    active boolean not null default true,
    primary key (organiser_id, booking_id, line_no),
    foreign key (organiser_id, booking_id) references booking.booking (organiser_id, id),
    foreign key (organiser_id, slot_id) references inventory.slot (organiser_id, id),
    constraint quantity_is_1_to_1000 check (quantity between 1 and 1000),
    constraint price_is_in_range check (unit_price_minor between 0 and 100000000000),
    constraint a_seat_for_each_place check (cardinality(seats) = quantity),
    constraint what_has_gone_takes_nothing check (until_version is null or not active)
) with (fillfactor = 80);
comment on table booking.line is 'Places of one slot in a booking, at the price and under the policy of the moment of sale.';
comment on column booking.line.list_price_minor is 'Price of one place by rate plan when it was sold; differs from unit_price_minor where a price was negotiated.';
comment on column booking.line.seats is 'The numbers of its seats in inventory.seat; null when places are only counted.';
comment on column booking.line.since_version is 'The booking''s version that this line came with; null while the change that brings it is under way.';
comment on column booking.line.until_version is 'The booking''s version that replaced or dropped it, or gave up the change that was to bring it; null while it is part of the booking, or may become so.';
comment on column booking.line.active is 'Whether the places count as taken: the booking is pending, confirmed or completed, and the line is part of it or of its change under way.';
create index line_by_booking on booking.line (booking_id);
create index line_taking_slot on booking.line (slot_id) where active;
create index line_by_listing on booking.line (listing_id, booking_id) where active;

create table booking.event (
    organiser_id uuid not null,
    booking_id uuid not null,
    version integer not null,
    type text not null,
    from_status text,
    to_status text not null,
    actor_role text not null,
    actor_id text not null,
    reason text,
    data jsonb not null,
    correlation_id text,
    traceparent text,
    occurred_at timestamptz not null,
    primary key (organiser_id, booking_id, version),
    foreign key (organiser_id, booking_id) references booking.booking (organiser_id, id),
    constraint actor_role_is_known check (actor_role in ('CUSTOMER', 'ORGANISER', 'SERVICE', 'OPERATOR', 'SYSTEM')),
    constraint version_counts_from_1 check (version >= 1)
) partition by range (booking_id);
comment on table booking.event is 'One immutable row per version of a booking: its history, its outbox and the tail of its subscriptions.';
comment on column booking.event.correlation_id is 'The request that brought it about, by the id in the logs; what follows by itself carries that of the event before.';
comment on column booking.event.traceparent is 'The same for tracing, in the form of W3C Trace Context.';
create index event_by_booking on booking.event (booking_id, version);

create trigger event_is_immutable before update or delete on booking.event
    for each row execute function holdfast.refuse_change();
create trigger event_is_kept before truncate on booking.event
    for each statement execute function holdfast.refuse_change();

create table booking.transition (
    id integer primary key generated always as identity,
    from_status text,
    to_status text not null,
    event_type text not null,
    constraint one_row_per_transition unique nulls not distinct (from_status, to_status, event_type)
);
comment on table booking.transition is 'Every legal step of a booking; invariant.illegal_transition holds the events against it.';
insert into booking.transition (from_status, to_status, event_type) values
    (null, 'PENDING', 'booking.created'),
    ('PENDING', 'CONFIRMED', 'booking.confirmed'),
    ('PENDING', 'CANCELLED', 'booking.cancelled'),
    ('CONFIRMED', 'CANCELLED', 'booking.cancelled'),
    ('CONFIRMED', 'COMPLETED', 'booking.completed'),
    -- What happens to the money leaves the booking where it stands.
    ('PENDING', 'PENDING', 'booking.hold_extended'),
    ('CONFIRMED', 'CONFIRMED', 'booking.lines_cancelled'),
    ('CONFIRMED', 'CONFIRMED', 'booking.change_started'),
    ('CONFIRMED', 'CONFIRMED', 'booking.change_failed'),
    ('CONFIRMED', 'CONFIRMED', 'booking.rescheduled'),
    ('CONFIRMED', 'CONFIRMED', 'booking.refund_granted'),
    ('COMPLETED', 'COMPLETED', 'booking.refund_granted'),
    ('CANCELLED', 'CANCELLED', 'booking.refund_granted'),
    ('PENDING', 'PENDING', 'payment.submitted'),
    ('PENDING', 'PENDING', 'payment.unknown'),
    ('PENDING', 'PENDING', 'payment.declined'),
    ('PENDING', 'PENDING', 'payment.authorized'),
    ('CONFIRMED', 'CONFIRMED', 'payment.authorized'),
    ('CONFIRMED', 'CONFIRMED', 'payment.voided'),
    ('CONFIRMED', 'CONFIRMED', 'payment.refunded'),
    ('CONFIRMED', 'CONFIRMED', 'payment.unknown'),
    ('CONFIRMED', 'CONFIRMED', 'payment.declined'),
    ('CONFIRMED', 'CONFIRMED', 'payment.captured'),
    ('CONFIRMED', 'CONFIRMED', 'payment.failed'),
    ('COMPLETED', 'COMPLETED', 'payment.refunded'),
    ('COMPLETED', 'COMPLETED', 'payment.unknown'),
    ('COMPLETED', 'COMPLETED', 'payment.authorized'),
    ('COMPLETED', 'COMPLETED', 'payment.declined'),
    ('COMPLETED', 'COMPLETED', 'payment.voided'),
    ('COMPLETED', 'COMPLETED', 'payment.captured'),
    ('COMPLETED', 'COMPLETED', 'payment.failed'),
    ('CANCELLED', 'CANCELLED', 'payment.unknown'),
    ('CANCELLED', 'CANCELLED', 'payment.authorized'),
    ('CANCELLED', 'CANCELLED', 'payment.declined'),
    ('CANCELLED', 'CANCELLED', 'payment.captured'),
    ('CANCELLED', 'CANCELLED', 'payment.voided'),
    ('CANCELLED', 'CANCELLED', 'payment.refunded'),
    ('CANCELLED', 'CANCELLED', 'payment.failed');

create table booking.change (
    organiser_id uuid not null,
    id uuid not null,
    booking_id uuid not null,
    state text not null,
    dropped jsonb not null,
    total_minor bigint not null,
    owed_minor bigint not null,
    charge_minor bigint not null,
    nonrefundable_minor bigint not null,
    actor_role text not null,
    actor_id text not null,
    note text,
    due_at timestamptz not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    primary key (organiser_id, id),
    foreign key (organiser_id, booking_id) references booking.booking (organiser_id, id),
    constraint change_id_is_unique unique (id),
    constraint state_is_known check (state in ('UNDER_WAY', 'DONE', 'FAILED')),
    constraint ended_when_it_says_so check ((state = 'UNDER_WAY') = (ended_at is null)),
    constraint charges_something check (charge_minor > 0)
);
comment on table booking.change is 'A change of a confirmed booking that waits for its extra charge: the new places are held along with the old ones until the money is there, or is not.';
comment on column booking.change.dropped is '[{line_no, quantity, seats}]: what is let go of once the charge is authorized.';
comment on column booking.change.total_minor is 'What the lines cost after the change, in minor units.';
comment on column booking.change.owed_minor is 'What the customer owes after the change, in minor units.';
comment on column booking.change.nonrefundable_minor is 'What the policies of the dropped places would have kept; no policy of the new ones gives it back.';
comment on column booking.change.due_at is 'When it is given up whatever the gateway says.';
create unique index one_change_at_a_time on booking.change (booking_id) where state = 'UNDER_WAY';
create index change_to_give_up on booking.change (due_at) where state = 'UNDER_WAY';

create table booking.waitlist_entry (
    organiser_id uuid not null,
    id uuid not null,
    slot_id uuid not null,
    listing_id uuid not null,
    customer_id text not null,
    quantity integer not null,
    rate_plan text,
    status text not null default 'WAITING',
    reason text,
    booking_id uuid,
    version integer not null default 1,
    joined_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organiser_id, id),
    foreign key (organiser_id, slot_id) references inventory.slot (organiser_id, id),
    foreign key (organiser_id, booking_id) references booking.booking (organiser_id, id),
    constraint waitlist_entry_id_is_unique unique (id),
    constraint status_is_known check (status in ('WAITING', 'OFFERED', 'LEFT', 'CLOSED')),
    constraint offered_with_a_booking check ((status = 'OFFERED') = (booking_id is not null)),
    constraint quantity_is_1_to_1000 check (quantity between 1 and 1000)
);
comment on table booking.waitlist_entry is 'Somebody who waits for places of a slot. Entries are served in the order in which they joined; one whose whole quantity does not fit keeps its place and does not block smaller ones behind it.';
comment on column booking.waitlist_entry.status is 'OFFERED: what became of the offer is what became of its booking. CLOSED: no offer will come; `reason` says why.';
create index waitlist_in_order on booking.waitlist_entry (slot_id, joined_at, id) where status = 'WAITING';
create unique index one_place_in_a_queue on booking.waitlist_entry (slot_id, customer_id) where status = 'WAITING';
create index waitlist_by_slot on booking.waitlist_entry (slot_id, joined_at, id);
create index waitlist_by_customer on booking.waitlist_entry (customer_id, id);
create index waitlist_by_booking on booking.waitlist_entry (booking_id) where booking_id is not null;

create table booking.slot_cancellation (
    organiser_id uuid not null,
    id uuid not null,
    slot_id uuid not null,
    state text not null default 'RUNNING',
    bookings integer not null,
    cancelled integer not null default 0,
    actor_role text not null,
    actor_id text not null,
    note text,
    started_at timestamptz not null,
    ended_at timestamptz,
    primary key (organiser_id, id),
    foreign key (organiser_id, slot_id) references inventory.slot (organiser_id, id),
    constraint slot_cancellation_id_is_unique unique (id),
    constraint a_slot_is_cancelled_once unique (slot_id),
    constraint state_is_known check (state in ('RUNNING', 'DONE')),
    constraint ended_when_it_says_so check ((state = 'DONE') = (ended_at is not null))
);
comment on table booking.slot_cancellation is 'The cancelling of a slot: its bookings are cancelled and refunded in the background, a batch at a time; whoever stops half-way is followed by the next.';
comment on column booking.slot_cancellation.bookings is 'How many bookings held places of the slot when it was cancelled.';
create index slot_cancellation_under_way on booking.slot_cancellation (id) where state = 'RUNNING';

select pgmq.create('waitlist');
