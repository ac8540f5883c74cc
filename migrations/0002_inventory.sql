-- What is for sale, and the keys that make a command happen once. Every row carries its organiser, in its key and in every foreign key.

create table inventory.organiser (
    id uuid primary key,
    created_at timestamptz not null default clock_timestamp()
);
comment on table inventory.organiser is 'The tenant that sells; known from its first listing on.';

create table holdfast.idempotency_key (
    scope text not null,
    key text not null,
    organiser_id uuid references inventory.organiser (id),
    operation text not null,
    fingerprint text not null,
    outcome jsonb not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (scope, key)
) partition by hash (scope, key);
comment on table holdfast.idempotency_key is 'The stored outcome of each command that had an effect or was refused for good; kept 30 days.';
comment on column holdfast.idempotency_key.scope is 'The subject of the actor: two customers may use the same key.';
comment on column holdfast.idempotency_key.organiser_id is 'The organiser concerned; null when the command named none that exists.';
comment on column holdfast.idempotency_key.fingerprint is 'Digest of the payload: another one under the same key is an error.';
create index idempotency_key_by_age on holdfast.idempotency_key (created_at);
-- A key must be found whenever it comes back, so that months would not do. Eight smaller tables are vacuumed one by one.
do $$
begin
    for n in 0 .. 7 loop
        execute format('create table partitions.idempotency_key_%s partition of holdfast.idempotency_key
            for values with (modulus 8, remainder %s)', n, n);
        execute format('alter table partitions.idempotency_key_%s enable row level security', n);
    end loop;
end
$$;

create table inventory.listing (
    organiser_id uuid not null references inventory.organiser (id),
    id uuid not null,
    slug text not null,
    title text not null,
    description text not null,
    time_zone text not null,
    currency text not null,
    hold_seconds integer not null,
    hold_extensions integer not null default 1,
    offer_seconds integer not null default 900,
    sales_window_days integer not null,
    sales_close_minutes integer not null default 0,
    limit_per_customer integer,
    limit_per_slot integer,
    version integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (organiser_id, id),
    constraint listing_id_is_unique unique (id),
    constraint slug_is_unique unique (slug),
    constraint slug_fits_an_address check (slug ~ '^[a-z0-9][a-z0-9-]{0,99}$'),
    constraint title_is_there check (length(title) between 1 and 200),
    constraint currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint hold_is_30_seconds_to_10_minutes check (hold_seconds between 30 and 600),
    constraint hold_is_extended_at_most_10_times check (hold_extensions between 0 and 10),
    constraint offer_is_1_minute_to_1_day check (offer_seconds between 60 and 86400),
    constraint sales_window_is_1_day_to_10_years check (sales_window_days between 1 and 3650),
    constraint sales_close_at_most_a_year_before check (sales_close_minutes between 0 and 525600),
    constraint limits_are_positive check (limit_per_customer >= 1 and limit_per_slot >= 1)
);
comment on table inventory.listing is 'A thing sold: a room type, an event, a tour.';
comment on column inventory.listing.hold_seconds is 'How long places are held for a customer who has yet to pay.';
comment on column inventory.listing.hold_extensions is 'How often a customer may extend a hold, each time by hold_seconds from then.';
comment on column inventory.listing.offer_seconds is 'How long places are held for somebody from the waiting list.';
comment on column inventory.listing.sales_window_days is 'How many days before its start a slot goes on sale, unless the slot says when.';
comment on column inventory.listing.sales_close_minutes is 'How many minutes before its start a slot goes off sale, unless the slot says when.';
comment on column inventory.listing.limit_per_customer is 'Places of all slots that have not begun yet that one customer may hold at a time; null means any number. Organisers and operators may book beyond it.';
comment on column inventory.listing.limit_per_slot is 'Places of one slot that one customer may hold at a time; null means any number. Organisers and operators may book beyond it.';
create index listing_by_title on inventory.listing (title, id);

create table inventory.rate_plan (
    organiser_id uuid not null,
    listing_id uuid not null,
    code text not null,
    position integer not null,
    name text not null,
    price_percent integer not null,
    policy_version integer not null default 1,
    policy jsonb not null,
    primary key (organiser_id, listing_id, code),
    foreign key (organiser_id, listing_id) references inventory.listing (organiser_id, id),
    constraint code_fits check (code ~ '^[a-z0-9][a-z0-9-]{0,49}$'),
    constraint name_is_there check (length(name) between 1 and 200),
    constraint price_is_0_to_1000_percent check (price_percent between 0 and 1000),
    constraint policy_is_a_list check (jsonb_typeof(policy) = 'array')
);
comment on table inventory.rate_plan is 'A price in percent of the slot''s, and a cancellation policy; both are snapshotted into each line sold.';
comment on column inventory.rate_plan.position is 'Order in the listing, from 1; the first is the default.';
comment on column inventory.rate_plan.policy_version is 'Counts the changes of the policy''s steps.';
comment on column inventory.rate_plan.policy is '[{hours_before_start, refund_percent, fee_minor}]: until so many hours before the start, so many percent come back, less a fee per place; after the last step, nothing.';

create table inventory.policy (
    organiser_id uuid not null,
    listing_id uuid not null,
    rate_plan text not null,
    version integer not null,
    steps jsonb not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (organiser_id, listing_id, rate_plan, version),
    foreign key (organiser_id, listing_id) references inventory.listing (organiser_id, id),
    constraint policy_is_a_list check (jsonb_typeof(steps) = 'array')
);
comment on table inventory.policy is 'Every version that a rate plan''s cancellation policy ever had; a line sold names the version it was sold under, and carries its steps.';
create trigger policy_is_immutable before update or delete on inventory.policy
    for each row execute function holdfast.refuse_change();
create trigger policy_is_kept before truncate on inventory.policy
    for each statement execute function holdfast.refuse_change();

create table inventory.venue_plan (
    organiser_id uuid not null references inventory.organiser (id),
    id uuid not null,
    code text not null,
    name text not null,
    seats integer not null,
    version integer not null default 1,
    updated_at timestamptz not null default clock_timestamp(),
    primary key (organiser_id, id),
    constraint venue_plan_id_is_unique unique (id),
    constraint one_plan_per_code unique (organiser_id, code),
    constraint code_fits check (code ~ '^[a-z0-9][a-z0-9-]{0,99}$'),
    constraint name_is_there check (length(name) between 1 and 200),
    constraint a_plan_has_1_to_200000_seats check (seats between 1 and 200000)
);
comment on table inventory.venue_plan is 'The seats of a hall, by section, row and number. A slot copies them when it is made: later changes of the plan leave it alone.';

create table inventory.venue_seat (
    organiser_id uuid not null,
    plan_id uuid not null,
    seat_no integer not null,
    section text not null,
    row_label text not null,
    label text not null,
    row_rank integer not null,
    col integer not null,
    price_class text not null,
    primary key (organiser_id, plan_id, seat_no),
    foreign key (organiser_id, plan_id) references inventory.venue_plan (organiser_id, id) on delete cascade,
    constraint one_seat_per_place unique (organiser_id, plan_id, row_rank, col),
    constraint one_seat_per_name unique (organiser_id, plan_id, section, row_label, label)
);
comment on table inventory.venue_seat is 'One seat of a venue plan.';
comment on column inventory.venue_seat.seat_no is 'Its number in the plan, from 1, in the order of the plan.';
comment on column inventory.venue_seat.row_rank is 'Which row it is in, from 1 in the whole plan: the best rows first, neighbouring rows next to one another.';
comment on column inventory.venue_seat.col is 'Where in its row it is: neighbours differ by one, an aisle by more.';

create table inventory.slot (
    organiser_id uuid not null,
    id uuid not null,
    listing_id uuid not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    price_minor bigint not null,
    admission text not null default 'QUOTA',
    venue_plan_id uuid,
    capacity integer not null,
    taken integer not null default 0,
    set_aside integer not null default 0,
    waiting integer not null default 0,
    state text not null default 'OPEN',
    sale_opens_at timestamptz,
    sale_closes_at timestamptz,
    version integer not null default 1,
    updated_at timestamptz not null default clock_timestamp(),
    primary key (organiser_id, id),
    foreign key (organiser_id, listing_id) references inventory.listing (organiser_id, id),
    foreign key (organiser_id, venue_plan_id) references inventory.venue_plan (organiser_id, id),
    constraint slot_id_is_unique unique (id),
    constraint one_slot_per_start_and_end unique (organiser_id, listing_id, starts_at, ends_at),
    constraint ends_after_it_starts check (ends_at > starts_at),
    constraint price_is_0_to_10_billion_minor_units check (price_minor between 0 and 10000000000),
    constraint capacity_is_0_to_1_million check (capacity between 0 and 1000000),
    constraint admission_is_known check (admission in ('QUOTA', 'SEATED')),
    constraint seated_by_a_plan check ((admission = 'SEATED') = (venue_plan_id is not null)),
    constraint state_is_known check (state in ('OPEN', 'CANCELLED')),
    constraint sale_opens_before_it_closes check (sale_opens_at < sale_closes_at),
    constraint nothing_negative check (taken >= 0 and set_aside >= 0 and waiting >= 0),
    constraint never_oversold check (taken + set_aside <= capacity),
    constraint seats_are_counted_by_themselves check (admission = 'QUOTA' or taken = 0 and set_aside = 0)
) with (fillfactor = 70);
comment on table inventory.slot is 'What is counted: one night, one performance, one departure.';
comment on column inventory.slot.price_minor is 'Price of one place at 100 percent, in minor units of the listing''s currency.';
comment on column inventory.slot.admission is 'QUOTA: places are counted in this row. SEATED: each place is a row of inventory.seat, so that two buyers never wait for one another.';
comment on column inventory.slot.taken is 'Places held or sold: the sum of the active lines; 0 when SEATED. The constraint never_oversold is the promise itself.';
comment on column inventory.slot.set_aside is 'Free places kept for the waiting list until they are offered; 0 when SEATED, where the seats say it.';
comment on column inventory.slot.waiting is 'Places that the waiting list asks for and that have not been offered yet.';
comment on column inventory.slot.sale_opens_at is 'When it goes on sale; null means by the listing''s sales window.';
comment on column inventory.slot.sale_closes_at is 'When it goes off sale; null means by the listing''s sales_close_minutes.';
comment on column inventory.slot.version is 'Counts the changes of this row.';
create index slot_by_listing on inventory.slot (listing_id, starts_at, id);

create table inventory.class_price (
    organiser_id uuid not null,
    slot_id uuid not null,
    price_class text not null,
    price_minor bigint not null,
    primary key (organiser_id, slot_id, price_class),
    foreign key (organiser_id, slot_id) references inventory.slot (organiser_id, id),
    constraint price_is_0_to_10_billion_minor_units check (price_minor between 0 and 10000000000)
);
comment on table inventory.class_price is 'What a seat of a price class costs in a slot; a class without a row costs the slot''s price.';

create table inventory.seat (
    organiser_id uuid not null,
    slot_id uuid not null,
    seat_no integer not null,
    section text not null,
    row_label text not null,
    label text not null,
    row_rank integer not null,
    col integer not null,
    off_centre integer not null default 0,
    price_class text not null,
    booking_id uuid,
    set_aside boolean not null default false,
    changes integer not null default 0,
    primary key (slot_id, seat_no),
    foreign key (organiser_id, slot_id) references inventory.slot (organiser_id, id),
    constraint kept_for_one_only check (booking_id is null or not set_aside)
) with (fillfactor = 70);
comment on table inventory.seat is 'One seat of one slot, and who has it.';
comment on column inventory.seat.off_centre is 'How far it is from the middle of its row, in half columns; negative on the side of the low columns.';
comment on column inventory.seat.booking_id is 'The booking that holds or bought it; null while it is free.';
comment on column inventory.seat.set_aside is 'Whether it is kept for the waiting list until it is offered.';
comment on column inventory.seat.changes is 'Counts the changes of its state: the sum over a slot tells two states of it apart, as the version of its row does of a slot without seats.';
create index free_seat on inventory.seat (slot_id, row_rank, col) where booking_id is null and not set_aside;
create index seat_set_aside on inventory.seat (slot_id) where set_aside;
create index seat_by_booking on inventory.seat (booking_id) where booking_id is not null;

create table inventory.transfer (
    organiser_id uuid not null,
    id bigint generated always as identity,
    slot_id uuid not null,
    booking_id uuid,
    debit text not null,
    credit text not null,
    quantity integer not null,
    at timestamptz not null default clock_timestamp(),
    primary key (organiser_id, at, id),
    constraint from_one_account_to_another check (debit <> credit),
    constraint accounts_are_known check (
        debit in ('capacity', 'available', 'aside', 'held', 'sold')
        and credit in ('capacity', 'available', 'aside', 'held', 'sold')),
    constraint quantity_is_positive check (quantity > 0)
) partition by range (at);
comment on table inventory.transfer is 'The capacity ledger: each row moves places of a slot from one account (credit) to another (debit), so that it balances by construction. Never changed.';
comment on column inventory.transfer.debit is 'The account that the places come to.';
comment on column inventory.transfer.credit is 'The account that the places come from; `capacity` is where all places of a slot come from and go to.';
create index transfer_by_slot on inventory.transfer (slot_id);
create trigger transfer_is_immutable before update or delete on inventory.transfer
    for each row execute function holdfast.refuse_change();
create trigger transfer_is_kept before truncate on inventory.transfer
    for each statement execute function holdfast.refuse_change();
