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
    note text,
    hold_expires_at timestamptz,
    expire_due_at timestamptz,
    auto_cancel_at timestamptz,
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
    constraint owes_at_most_its_total check (owed_minor between 0 and total_minor)
) with (fillfactor = 80);
comment on table booking.booking is 'A booking of one or many lines, all or nothing.';
comment on column booking.booking.customer_id is 'The subject of the customer at the identity provider.';
comment on column booking.booking.key_scope is 'Scope of the idempotency key that made it; with key, what invariant.duplicate_key looks at.';
comment on column booking.booking.owed_minor is 'What the customer owes in the present state, in minor units: the total, or after a cancellation what the policy keeps.';
comment on column booking.booking.hold_expires_at is 'When the hold ends, as the customer was told; null once it is no longer pending.';
comment on column booking.booking.expire_due_at is 'When the hold is really let go: hold_expires_at, or auto_cancel_at while a payment operation is open.';
comment on column booking.booking.auto_cancel_at is 'Minute 10: an unconfirmed booking is cancelled whatever the gateway says.';
comment on column booking.booking.version is 'Row version, number of the last event, and resume point of subscriptions: one gap-free count.';
create index booking_to_expire on booking.booking (expire_due_at) where status = 'PENDING';
create index booking_by_customer on booking.booking (customer_id, id);
create index booking_by_organiser on booking.booking (organiser_id, id);

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
    active boolean not null default true,
    primary key (organiser_id, booking_id, line_no),
    foreign key (organiser_id, booking_id) references booking.booking (organiser_id, id),
    foreign key (organiser_id, slot_id) references inventory.slot (organiser_id, id),
    constraint quantity_is_1_to_1000 check (quantity between 1 and 1000),
    constraint price_is_in_range check (unit_price_minor between 0 and 100000000000)
) with (fillfactor = 80);
comment on table booking.line is 'Places of one slot in a booking, at the price and under the policy of the moment of sale.';
comment on column booking.line.list_price_minor is 'Price of one place by rate plan when it was sold; differs from unit_price_minor where a price was negotiated.';
comment on column booking.line.active is 'Whether the places count as taken: the booking is pending, confirmed or completed.';
create index line_by_booking on booking.line (booking_id);
create index line_taking_slot on booking.line (slot_id) where active;

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
    occurred_at timestamptz not null,
    primary key (organiser_id, booking_id, version),
    foreign key (organiser_id, booking_id) references booking.booking (organiser_id, id),
    constraint actor_role_is_known check (actor_role in ('CUSTOMER', 'ORGANISER', 'OPERATOR', 'SYSTEM')),
    constraint version_counts_from_1 check (version >= 1)
);
comment on table booking.event is 'One immutable row per version of a booking: its history, its outbox and the tail of its subscriptions.';
create index event_by_booking on booking.event (booking_id, version);

create function booking.refuse_change() returns trigger
language plpgsql volatile set search_path = '' as $$
begin
    raise exception 'an event is never changed' using errcode = 'HF002';
end
$$;
comment on function booking.refuse_change() is 'Keeps the history append-only, its owner included.';
create trigger event_is_immutable before update or delete on booking.event
    for each row execute function booking.refuse_change();

create table booking.transition (
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
    ('PENDING', 'PENDING', 'payment.submitted'),
    ('PENDING', 'PENDING', 'payment.unknown'),
    ('PENDING', 'PENDING', 'payment.declined'),
    ('PENDING', 'PENDING', 'payment.authorized'),
    ('CONFIRMED', 'CONFIRMED', 'payment.unknown'),
    ('CONFIRMED', 'CONFIRMED', 'payment.declined'),
    ('CONFIRMED', 'CONFIRMED', 'payment.captured'),
    ('CONFIRMED', 'CONFIRMED', 'payment.failed'),
    ('COMPLETED', 'COMPLETED', 'payment.unknown'),
    ('COMPLETED', 'COMPLETED', 'payment.captured'),
    ('COMPLETED', 'COMPLETED', 'payment.failed'),
    ('CANCELLED', 'CANCELLED', 'payment.unknown'),
    ('CANCELLED', 'CANCELLED', 'payment.authorized'),
    ('CANCELLED', 'CANCELLED', 'payment.declined'),
    ('CANCELLED', 'CANCELLED', 'payment.captured'),
    ('CANCELLED', 'CANCELLED', 'payment.voided'),
    ('CANCELLED', 'CANCELLED', 'payment.refunded'),
    ('CANCELLED', 'CANCELLED', 'payment.failed');
