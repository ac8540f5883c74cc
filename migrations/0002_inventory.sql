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
);
comment on table holdfast.idempotency_key is 'The stored outcome of each command that had an effect or was refused for good; kept 30 days.';
comment on column holdfast.idempotency_key.scope is 'The subject of the actor: two customers may use the same key.';
comment on column holdfast.idempotency_key.organiser_id is 'The organiser concerned; null when the command named none that exists.';
comment on column holdfast.idempotency_key.fingerprint is 'Digest of the payload: another one under the same key is an error.';
create index idempotency_key_by_age on holdfast.idempotency_key (created_at);

create table inventory.listing (
    organiser_id uuid not null references inventory.organiser (id),
    id uuid not null,
    slug text not null,
    title text not null,
    description text not null,
    time_zone text not null,
    currency text not null,
    hold_seconds integer not null,
    sales_window_days integer not null,
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
    constraint sales_window_is_1_day_to_10_years check (sales_window_days between 1 and 3650)
);
comment on table inventory.listing is 'A thing sold: a room type, an event, a tour.';
comment on column inventory.listing.hold_seconds is 'How long places are held for a customer who has yet to pay.';
comment on column inventory.listing.sales_window_days is 'How many days before its start a slot goes on sale.';
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
comment on column inventory.rate_plan.policy is '[{hours_before_start, refund_percent}]: until so many hours before the start, so many percent come back; after the last step, nothing.';

create table inventory.slot (
    organiser_id uuid not null,
    id uuid not null,
    listing_id uuid not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    price_minor bigint not null,
    capacity integer not null,
    taken integer not null default 0,
    version integer not null default 1,
    updated_at timestamptz not null default clock_timestamp(),
    primary key (organiser_id, id),
    foreign key (organiser_id, listing_id) references inventory.listing (organiser_id, id),
    constraint slot_id_is_unique unique (id),
    constraint one_slot_per_start_and_end unique (organiser_id, listing_id, starts_at, ends_at),
    constraint ends_after_it_starts check (ends_at > starts_at),
    constraint price_is_0_to_10_billion_minor_units check (price_minor between 0 and 10000000000),
    constraint capacity_is_0_to_1_million check (capacity between 0 and 1000000),
    constraint never_oversold check (taken between 0 and capacity)
) with (fillfactor = 70);
comment on table inventory.slot is 'What is counted: one night, one performance, one departure.';
comment on column inventory.slot.price_minor is 'Price of one place at 100 percent, in minor units of the listing''s currency.';
comment on column inventory.slot.taken is 'Places held or sold: the sum of the active lines. The constraint never_oversold is the promise itself.';
comment on column inventory.slot.version is 'Counts the changes of this row.';
create index slot_by_listing on inventory.slot (listing_id, starts_at, id);
