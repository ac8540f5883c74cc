-- Who is told of what, where to, and what became of it.

grant usage on schema notification to holdfast_api, holdfast_worker;

create table notification.contact (
    subject text primary key,
    email text,
    phone text,
    push_token text,
    language text not null default 'en',
    version integer not null default 1,
    erased_at timestamptz,
    updated_at timestamptz not null default clock_timestamp(),
    constraint language_is_a_tag check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
    constraint email_has_two_sides check (email ~ '^[^@[:space:][:cntrl:]]{1,64}@[^@[:space:][:cntrl:]]{1,255}$'),
    constraint phone_is_international check (phone ~ '^\+[0-9]{6,15}$'),
    constraint push_token_is_short check (length(push_token) between 1 and 4096),
    constraint nothing_is_left_once_erased check (erased_at is null or coalesce(email, phone, push_token) is null)
);
comment on table notification.contact is 'Where customers can be reached: the one place that has it, and that forgets it. Everything else names the subject.';
comment on column notification.contact.language is 'BCP 47; what there is no template for is told in English.';

create table notification.preference (
    subject text not null,
    message text not null,
    channel text not null,
    enabled boolean not null,
    primary key (subject, message, channel),
    constraint message_is_known check (message in ('CONFIRMED', 'PAYMENT_FAILED', 'HOLD_ENDING', 'CANCELLED',
        'WAITLIST_OFFER', 'SLOT_CANCELLED', 'RESCHEDULED')),
    constraint channel_is_known check (channel in ('EMAIL', 'SMS', 'PUSH'))
);
comment on table notification.preference is 'What a customer wants otherwise than by default: by e-mail everything, by SMS and push nothing.';

create table notification.endpoint (
    organiser_id uuid not null references inventory.organiser (id),
    id uuid not null,
    url text not null,
    secrets text[] not null,
    old_secret_until timestamptz,
    event_types text[] not null,
    state text not null default 'ENABLED',
    disabled_reason text,
    version integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (organiser_id, id),
    constraint endpoint_id_is_unique unique (id),
    constraint url_is_an_address check (url ~ '^https?://[^[:space:][:cntrl:]]+$' and length(url) <= 2000),
    constraint one_or_two_secrets check (cardinality(secrets) between 1 and 2),
    constraint event_types_are_named check (cardinality(event_types) between 1 and 100),
    constraint state_is_known check (state in ('ENABLED', 'DISABLED')),
    constraint disabled_for_a_reason check ((state = 'DISABLED') = (disabled_reason is not null))
);
comment on table notification.endpoint is 'Where organisers want events sent to, as webhooks.';
comment on column notification.endpoint.secrets is 'What webhooks are signed with, the newest first; the older one until old_secret_until.';
comment on column notification.endpoint.event_types is 'Exact types, `booking.*`, or `*`.';

create table notification.delivery (
    organiser_id uuid not null references inventory.organiser (id),
    id uuid not null,
    event_id text not null,
    event jsonb not null,
    booking_id uuid,
    message text not null,
    channel text not null,
    recipient_kind text not null,
    recipient_id text not null,
    state text not null default 'PLANNED',
    attempts integer not null default 0,
    repeats integer not null default 0,
    due_at timestamptz not null,
    give_up_at timestamptz not null,
    worker text,
    lease_until timestamptz,
    fence bigint not null default 0,
    last_error text,
    version integer not null default 0,
    planned_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    primary key (organiser_id, id),
    constraint delivery_id_is_unique unique (id),
    constraint an_event_is_told_once unique (event_id, channel, recipient_id),
    constraint channel_is_known check (channel in ('EMAIL', 'SMS', 'PUSH', 'WEBHOOK')),
    constraint recipient_fits_channel check (recipient_kind = case channel when 'WEBHOOK' then 'ENDPOINT' else 'CUSTOMER' end),
    constraint state_is_known check (state in ('PLANNED', 'SENDING', 'SENT', 'FAILED', 'SKIPPED')),
    constraint leased_while_it_is_sent check ((state = 'SENDING') = (lease_until is not null)),
    constraint ended_when_it_says_so check ((state in ('SENT', 'FAILED', 'SKIPPED')) = (ended_at is not null))
) with (fillfactor = 70);
comment on table notification.delivery is 'One message to one recipient by one channel, about one event. SENDING is written before anything is sent.';
comment on column notification.delivery.event is 'The event as the outside is told of it: no contact data.';
comment on column notification.delivery.repeats is 'How often it was sent anew because nobody knows whether it had been: its worker died between sending and writing that down.';
comment on column notification.delivery.fence is 'Counts the claims; what is recorded under an older one changes nothing.';
comment on column notification.delivery.version is 'Counts its events.';
create index delivery_due on notification.delivery (channel, due_at) where state = 'PLANNED';
create index delivery_under_lease on notification.delivery (lease_until) where state = 'SENDING';
create index delivery_by_booking on notification.delivery (booking_id, id);
create index delivery_by_recipient on notification.delivery (recipient_id, id);
create index delivery_ended on notification.delivery (ended_at) where ended_at is not null;

create table notification.attempt (
    organiser_id uuid not null,
    delivery_id uuid not null,
    number integer not null,
    worker text not null,
    started_at timestamptz not null,
    took_ms bigint,
    result text,
    status_code integer,
    detail text,
    primary key (organiser_id, delivery_id, number),
    foreign key (organiser_id, delivery_id) references notification.delivery (organiser_id, id) on delete cascade,
    constraint result_is_known check (result in ('SENT', 'FAILED', 'GONE', 'REJECTED', 'SKIPPED', 'LOST'))
);
comment on table notification.attempt is 'The log of deliveries: each try, written down before it is made.';
comment on column notification.attempt.result is 'Null while it is under way; LOST when nobody came back to say.';

create table notification.delivery_event (
    organiser_id uuid not null,
    delivery_id uuid not null,
    version integer not null,
    type text not null,
    document jsonb not null,
    occurred_at timestamptz not null,
    primary key (organiser_id, delivery_id, version),
    foreign key (organiser_id, delivery_id) references notification.delivery (organiser_id, id) on delete cascade
);
comment on table notification.delivery_event is 'What became of deliveries, as the outside is told.';
create index delivery_event_by_delivery on notification.delivery_event (delivery_id, version);
create trigger delivery_is_told after insert on notification.delivery_event
    referencing new table as told for each statement execute function outbox.tell_deliveries();

create table notification.reminder (
    organiser_id uuid not null,
    booking_id uuid not null,
    hold_expires_at timestamptz not null,
    primary key (booking_id, hold_expires_at),
    foreign key (organiser_id, booking_id) references booking.booking (organiser_id, id)
);
create index reminder_by_end on notification.reminder (hold_expires_at);
comment on table notification.reminder is 'Holds whose end was announced; an extended hold ends anew.';

-- What stands for a broker where there is none, and what operators send events back to that could not be handled.
select pgmq.create('notification');
insert into saga.queue (queue) values ('notification');
