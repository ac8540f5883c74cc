-- The way out: what has to be told to the outside, how far that has come, and who is at it.

create schema outbox;
comment on schema outbox is 'The way out: which bookings, slots and deliveries have something to tell, and how much of it was published.';
grant usage on schema outbox to holdfast_worker;

create table outbox.subject (
    organiser_id uuid not null,
    kind text not null,
    id uuid not null,
    published integer not null default 0,
    passed_on integer not null default 0,
    worker text,
    lease_until timestamptz,
    waits_since timestamptz,
    primary key (kind, id),
    constraint kind_is_known check (kind in ('BOOKING', 'SLOT', 'DELIVERY')),
    constraint counts_from_0 check (published >= 0 and passed_on >= 0),
    constraint leased_by_somebody check ((worker is null) = (lease_until is null))
) with (fillfactor = 50);
comment on table outbox.subject is 'How much of each booking''s, slot''s and delivery''s history was published, and which relay is at it.';
comment on column outbox.subject.published is 'Sequence of the last event that the broker acknowledged; the next to be sent is the one after it.';
comment on column outbox.subject.passed_on is 'Sequence of the last event that was handed to the notifications where there is no broker.';
comment on column outbox.subject.worker is 'The relay that is at it; `put off` when the broker did not take its events, and nobody is to try before the lease ends.';
comment on column outbox.subject.lease_until is 'Until when a relay has it to itself; past that another one takes it over. A second sender would do no harm: it sends the same events under the same ids.';
comment on column outbox.subject.waits_since is 'Since when the next event was known to somebody who was to send it; null when there is none.';
create index subject_under_lease on outbox.subject (lease_until) where lease_until is not null;

create table outbox.parked (
    organiser_id uuid not null,
    kind text not null,
    id uuid not null,
    sequence integer not null,
    cause text not null,
    detail text not null,
    parked_at timestamptz not null default clock_timestamp(),
    primary key (kind, id, sequence),
    constraint kind_is_known check (kind in ('BOOKING', 'SLOT', 'DELIVERY')),
    constraint cause_is_known check (cause in ('UNTELLABLE', 'UNENCODABLE', 'TOO_LARGE'))
);
comment on table outbox.parked is 'Events that could not be published as they are; a placeholder with the same id and sequence went out in their place.';

create table outbox.broker (
    only_one boolean primary key default true,
    away_since timestamptz,
    back_at timestamptz not null,
    was_away_for interval not null default '0',
    heard_at timestamptz not null,
    constraint there_is_one_row check (only_one)
);
comment on table outbox.broker is 'Whether the relays reach the broker; without a row no broker was ever named, and events stay in the outbox.';
comment on column outbox.broker.away_since is 'Since when no relay has got an acknowledgement although there was something to send; null while they do.';
comment on column outbox.broker.back_at is 'When it was first reached, or last came back.';
comment on column outbox.broker.was_away_for is 'How long its last absence was.';
comment on column outbox.broker.heard_at is 'When a relay last said that it runs.';

select pgmq.create('outbox');
select pgmq.create('outbox_slot');
insert into saga.queue (queue) values ('outbox'), ('outbox_slot');

-- One message for up to 100 rows of a statement: a batch of a hundred bookings costs one row more. They are triggers so
-- that no writer can forget them.
create function outbox.messages_about(kind text, subjects jsonb) returns setof jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return query
    select jsonb_build_object('kind', kind, 'subjects', jsonb_agg(s.subject order by s.n))
    from jsonb_array_elements(subjects) with ordinality s (subject, n)
    group by (s.n - 1) / 100;
end
$$;
comment on function outbox.messages_about(text, jsonb) is 'The messages that name these {subjects}, up to 100 each; none for null.';

create function outbox.tell(queue text, kind text, subjects jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- What pgmq.send does, with plans that are kept: that one makes its own for each message.
    if queue = 'outbox_slot' then
        insert into pgmq.q_outbox_slot (vt, message)
        select clock_timestamp(), m.message from outbox.messages_about(kind, subjects) m (message);
    else
        insert into pgmq.q_outbox (vt, message)
        select clock_timestamp(), m.message from outbox.messages_about(kind, subjects) m (message);
    end if;
end
$$;
comment on function outbox.tell(text, text, jsonb) is 'Leaves word that {subjects}, [{organiser_id, id}], have something to tell; nothing for null.';

-- What a transaction has touched, for its own caller, who tells subscribers and caches once it has committed. It is a
-- setting that ends with the transaction; what is rolled back in the middle of it takes its words along.
create function holdfast.touch(words text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    said constant text := coalesce(current_setting('holdfast.touched', true), '');
begin
    if words is not null and said <> '*' then
        -- Of so many it is enough to know that they are many.
        perform set_config('holdfast.touched', case
            when length(said) + length(words) > 100000 then '*' else concat_ws(' ', nullif(said, ''), words) end, true);
    end if;
end
$$;
comment on function holdfast.touch(text) is 'Notes what the present transaction has touched: words `b<booking>:<version>` and `s<slot>`; `*` stands for more than can be named.';

create function outbox.tell_bookings() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform outbox.tell('outbox', 'BOOKING', (
        select jsonb_agg(distinct jsonb_build_object('organiser_id', t.organiser_id, 'id', t.booking_id)) from told t));
    perform holdfast.touch((select string_agg('b' || t.booking_id || ':' || t.version, ' ') from told t));
    return null;
end
$$;
comment on function outbox.tell_bookings() is 'Leaves word of the bookings whose events were just written.';
create trigger event_is_told after insert on booking.event
    referencing new table as told for each statement execute function outbox.tell_bookings();

create function outbox.tell_slots() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform outbox.tell('outbox_slot', 'SLOT', (
        select jsonb_agg(jsonb_build_object('organiser_id', t.organiser_id, 'id', t.id)) from told t));
    perform holdfast.touch((select string_agg('s' || t.id, ' ') from told t));
    return null;
end
$$;
comment on function outbox.tell_slots() is 'Leaves word of the slots that were just written.';
create trigger slot_is_told after insert on inventory.slot
    referencing new table as told for each statement execute function outbox.tell_slots();
create trigger change_of_slot_is_told after update on inventory.slot
    referencing new table as told for each statement execute function outbox.tell_slots();

create function outbox.tell_seats() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform outbox.tell('outbox_slot', 'SLOT', (
        select jsonb_agg(distinct jsonb_build_object('organiser_id', t.organiser_id, 'id', t.slot_id)) from told t));
    perform holdfast.touch((select string_agg(distinct 's' || t.slot_id, ' ') from told t));
    return null;
end
$$;
comment on function outbox.tell_seats() is 'Leaves word of the slots whose seats were just written: the row of a seated slot does not move with its sales.';
create trigger change_of_seat_is_told after update on inventory.seat
    referencing new table as told for each statement execute function outbox.tell_seats();

create function outbox.tell_deliveries() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform outbox.tell('outbox', 'DELIVERY', (
        select jsonb_agg(distinct jsonb_build_object('organiser_id', t.organiser_id, 'id', t.delivery_id)) from told t));
    return null;
end
$$;
comment on function outbox.tell_deliveries() is 'Leaves word of the deliveries whose events were just written.';

create table inventory.slot_state (
    organiser_id uuid not null,
    slot_id uuid not null,
    sequence integer not null,
    state jsonb not null,
    at timestamptz not null,
    primary key (slot_id),
    -- No foreign key: it would wait for whoever sells the slot, and a slot is never deleted.
    constraint sequence_counts_from_1 check (sequence >= 1)
) with (fillfactor = 70);
comment on table inventory.slot_state is 'The last state of a slot that was told to the outside, kept so that it is sent again as it was.';
comment on column inventory.slot_state.sequence is 'Counts the states told. The version of the slot''s row would not do: that of a seated slot does not move with its sales.';
