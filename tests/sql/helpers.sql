-- What the SQL tests share, in a schema that goes with the test's transaction. Included after `begin`:
--
--     begin;
--     \i tests/sql/helpers.sql
--     select plan(2);
--
-- Everything goes through the public routines, as the API and the workers call them; a helper that gives an id fails
-- when its command was refused. `t.write` gives the outcome instead, whatever it is.

\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
set local client_min_messages = warning;
-- A helper whose routine is missing fails only the tests that use it.
set local check_function_bodies = off;

-- What these tests look at is what routines check themselves: the second wall is open to operators.
do $$ begin perform holdfast.act_as('{"role": "OPERATOR"}'); end $$;

create schema t;
create sequence t.key;

-- Who ---------------------------------------------------------------------------------------------------------------

create function t.organiser(name text default 'house') returns uuid language sql immutable as $$
    select md5('organiser ' || name)::uuid
$$;

-- OPERATOR is 'olga', ORGANISER is 'otto' and SERVICE is 'kiosk' of t.organiser(), CUSTOMER is 'anna', unless named otherwise.
create function t.actor(role text default 'OPERATOR', subject text default null, organiser uuid default null)
returns jsonb language sql immutable as $$
    select jsonb_build_object(
        'role', role,
        'subject', coalesce(subject, case role when 'OPERATOR' then 'olga' when 'ORGANISER' then 'otto' when 'SERVICE' then 'kiosk' else 'anna' end),
        'organiser_id', case when role in ('ORGANISER', 'SERVICE') then coalesce(organiser, t.organiser()) end)
$$;

-- Commands ----------------------------------------------------------------------------------------------------------

create function t.command(actor jsonb, body jsonb, key text default null) returns jsonb language sql volatile as $$
    select body || jsonb_build_object(
        'actor', actor, 'key', coalesce(key, 'key-' || nextval('t.key')), 'fingerprint', md5(body::text))
$$;

-- One outcome for each command, in order: t.batch('booking.create_bookings', array[t.command(...), ...]).
create function t.batch(routine text, variadic commands jsonb[]) returns setof jsonb language plpgsql volatile as $$
begin
    return query execute format('select r.outcome from %s($1) r order by r.ordinal', routine) using to_jsonb(commands);
end
$$;

-- The outcome of one command: {id, ids, refusal: {code, message, path}, replayed}.
create function t.write(routine text, actor jsonb, body jsonb, key text default null) returns jsonb
language sql volatile as $$
    select t.batch(routine, t.command(actor, body, key))
$$;

-- The id of an outcome; fails when the command was refused.
create function t.accepted(outcome jsonb) returns uuid language plpgsql immutable as $$
begin
    if outcome is null or jsonb_typeof(outcome -> 'refusal') = 'object' then
        raise exception 'refused: %', outcome -> 'refusal';
    end if;
    return outcome ->> 'id';
end
$$;

-- The code of an outcome: a refusal's, or OK.
create function t.code(outcome jsonb) returns text language sql immutable as $$
    select coalesce(outcome #>> '{refusal,code}', 'OK')
$$;

-- What is sold ------------------------------------------------------------------------------------------------------

-- A rate plan's policy: t.plan('flexible', '[[24, 100, 0], [2, 50, 100]]') is hours, percent, fee.
create function t.plan(code text, steps jsonb default '[[24, 100, 0]]', price_percent integer default 100)
returns jsonb language sql immutable as $$
    select jsonb_build_object('code', code, 'name', initcap(code), 'price_percent', price_percent, 'policy', coalesce((
        select jsonb_agg(jsonb_build_object(
            'hours_before_start', s -> 0, 'refund_percent', s -> 1, 'fee_minor', coalesce(s -> 2, '0')))
        from jsonb_array_elements(steps) s), '[]'))
$$;

-- A listing with two rate plans: flexible (all comes back until 24 hours before) and saver (80 percent, nothing back).
-- `fields` are those of inventory.upsert_listings that shall differ.
create function t.listing(slug text default 'show', fields jsonb default '{}', organiser uuid default t.organiser())
returns uuid language sql volatile as $$
    select t.accepted(t.write('inventory.upsert_listings', t.actor('ORGANISER', organiser => organiser), jsonb_build_object(
        'organiser_id', organiser, 'slug', slug, 'title', initcap(slug), 'description', '',
        'time_zone', 'Europe/Berlin', 'currency', 'EUR', 'hold_seconds', 300, 'hold_extensions', 2,
        'offer_seconds', 900, 'sales_window_days', 365, 'sales_close_minutes', 0,
        'limit_per_customer', null, 'limit_per_slot', null,
        'rate_plans', jsonb_build_array(t.plan('flexible'), t.plan('saver', '[]', 80))) || fields))
$$;

-- What inventory.upsert_slots takes for one slot, so many days from now at a full hour, two hours long.
create function t.slot_draft(listing uuid, capacity integer default 10, day integer default 30, fields jsonb default '{}')
returns jsonb language sql volatile as $$
    select jsonb_build_object(
        'starts_at', date_trunc('hour', now()) + make_interval(days => day),
        'ends_at', date_trunc('hour', now()) + make_interval(days => day, hours => 2),
        'price_minor', 10000, 'currency', (select l.currency from inventory.listing l where l.id = listing),
        'capacity', capacity, 'venue_plan_id', null, 'sale_opens_at', null, 'sale_closes_at', null,
        'class_prices', null, 'expected_version', null) || fields
$$;

-- Writes one slot and gives the outcome; `day` and the listing name it, so that it writes a known one again.
create function t.write_slot(listing uuid, capacity integer, day integer default 30, fields jsonb default '{}')
returns jsonb language sql volatile as $$
    select t.write('inventory.upsert_slots', t.actor(), jsonb_build_object(
        'listing_id', listing, 'slots', jsonb_build_array(t.slot_draft(listing, capacity, day, fields))))
$$;

-- A slot of so many places at 100.00 each.
create function t.slot(listing uuid, capacity integer default 10, day integer default 30, fields jsonb default '{}')
returns uuid language plpgsql volatile as $$
declare
    outcome constant jsonb := t.write_slot(listing, capacity, day, fields);
begin
    perform t.accepted(outcome);
    return outcome #>> '{ids,0}';
end
$$;

-- A venue plan of one section with `rows` rows of `width` seats, all of one price class; rows are A, B, ..., seats 1, 2, ...
create function t.hall(
    rows integer default 2, width integer default 5, code text default 'hall', price_class text default 'normal',
    organiser uuid default t.organiser())
returns uuid language sql volatile as $$
    select t.accepted(t.write('inventory.upsert_venue_plans', t.actor('ORGANISER', organiser => organiser),
        jsonb_build_object(
            'organiser_id', organiser, 'code', code, 'name', initcap(code), 'expected_version', null,
            'rows', (
                select jsonb_agg(jsonb_build_object(
                    'section', 'stalls', 'row', chr(64 + r), 'price_class', price_class, 'first_col', null,
                    'seats', (select jsonb_agg(s::text order by s) from generate_series(1, width) s)) order by r)
                from generate_series(1, rows) r))))
$$;

-- A SEATED slot in a hall.
create function t.seated_slot(listing uuid, hall uuid, day integer default 30, fields jsonb default '{}')
returns uuid language sql volatile as $$
    select t.slot(listing, null, day, jsonb_build_object('venue_plan_id', hall) || fields)
$$;

-- Bookings ----------------------------------------------------------------------------------------------------------

create function t.line(slot uuid, quantity integer default 1, fields jsonb default '{}') returns jsonb
language sql immutable as $$
    select jsonb_build_object(
        'slot_id', slot, 'quantity', quantity, 'rate_plan', null, 'unit_price_minor', null, 'unit_price_currency', null,
        'seats', null, 'section', null, 'price_class', null) || fields
$$;

-- The body of a createBooking command. With `payment_method` in `fields` the payment starts at once.
create function t.order(lines jsonb, fields jsonb default '{}') returns jsonb language sql immutable as $$
    select jsonb_build_object('customer_id', null, 'payment_method', null, 'note', null,
        'lines', case jsonb_typeof(lines) when 'array' then lines else jsonb_build_array(lines) end) || fields
$$;

-- The outcome of asking for a booking.
create function t.try_book(lines jsonb, customer text default 'anna', fields jsonb default '{}', key text default null)
returns jsonb language sql volatile as $$
    select t.write('booking.create_bookings', t.actor('CUSTOMER', customer), t.order(lines, fields), key)
$$;

-- A booking that waits for its payment.
create function t.book(slot uuid, quantity integer default 1, customer text default 'anna', fields jsonb default '{}')
returns uuid language sql volatile as $$
    select t.accepted(t.try_book(t.line(slot, quantity), customer, fields))
$$;

create function t.book_lines(lines jsonb, customer text default 'anna', fields jsonb default '{}')
returns uuid language sql volatile as $$
    select t.accepted(t.try_book(lines, customer, fields))
$$;

-- A booking that is confirmed and captured.
create function t.book_paid(slot uuid, quantity integer default 1, customer text default 'anna', fields jsonb default '{}')
returns uuid language plpgsql volatile as $$
declare
    booking_id constant uuid := t.book(slot, quantity, customer, '{"payment_method": "pm_card_visa"}' || fields);
begin
    perform t.settle(booking_id);
    return booking_id;
end
$$;

-- The outcome of a command about a booking: t.ask('cancel', booking), t.ask('refund', booking, fields => ...).
-- The customer whose booking it is asks, unless another actor is given.
create function t.ask(verb text, booking_id uuid, fields jsonb default '{}', actor jsonb default null, key text default null)
returns jsonb language plpgsql volatile as $$
declare
    routine constant text := case verb when 'extend' then 'booking.extend_holds' else format('booking.%s_bookings', verb) end;
    customer constant text := (select b.customer_id from booking.booking b where b.id = booking_id);
begin
    return t.write(routine, coalesce(actor, t.actor('CUSTOMER', customer)),
        jsonb_build_object('booking_id', booking_id, 'note', null, 'expected_version', null) || fields, key);
end
$$;

create function t.pay(booking_id uuid, payment_method text default 'pm_card_visa') returns jsonb language sql volatile as $$
    select t.ask('pay', booking_id, jsonb_build_object('payment_method', payment_method))
$$;

create function t.cancel(booking_id uuid, lines jsonb default null, actor jsonb default null) returns jsonb
language sql volatile as $$
    select t.ask('cancel', booking_id, jsonb_build_object('lines', lines), actor)
$$;

-- The waiting list --------------------------------------------------------------------------------------------------

create function t.join(slot uuid, quantity integer default 1, customer text default 'berta', fields jsonb default '{}')
returns jsonb language sql volatile as $$
    select t.write('booking.join_waitlists', t.actor('CUSTOMER', customer), jsonb_build_object(
        'slot_id', slot, 'quantity', quantity, 'rate_plan', null, 'customer_id', null) || fields)
$$;

create function t.leave(entry uuid, customer text default 'berta') returns jsonb language sql volatile as $$
    select t.write('booking.leave_waitlists', t.actor('CUSTOMER', customer),
        jsonb_build_object('entry_id', entry, 'expected_version', null))
$$;

-- Lets a worker serve the waiting list; gives the number of messages it handled.
create function t.serve() returns integer language sql volatile as $$
    select sum(m::integer)::integer from booking.offer_places('100') m
$$;

-- The booking that an entry was offered; null while it was not.
create function t.offered(entry uuid) returns uuid language sql volatile as $$
    select e.booking_id from booking.waitlist_entry e where e.id = entry
$$;

-- The gateway -------------------------------------------------------------------------------------------------------

-- What the gateway of these tests did, by key; it answers as the simulator does.
create table t.gateway_did (
    key text primary key,
    operation text not null,
    amount_minor bigint not null,
    currency text not null,
    payment_method text not null,
    "authorization" text,
    reference text,
    decline_code text,
    tries integer not null,
    first_at timestamptz not null default clock_timestamp(),
    done_at timestamptz,
    constraint operation_is_known check (operation in ('AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND')),
    constraint done_or_declined check (reference is null or decline_code is null)
);

create function t.decline_code(entry t.gateway_did) returns text
language plpgsql stable as $$
begin
    return (select case
        -- Tokens are named as Stripe names its test methods.
        when entry.operation = 'AUTHORIZE' then case
            when entry.payment_method = 'pm_card_chargeDeclined' then 'card_declined'
            when entry.payment_method = 'pm_card_chargeDeclinedInsufficientFunds' then 'insufficient_funds'
            when entry.payment_method = 'pm_card_chargeDeclinedExpiredCard' then 'expired_card'
            when entry.payment_method in ('pm_card_visa', 'pm_card_mastercard', 'pm_card_amex')
                 or entry.payment_method like 'pm\_sim\_%' then null
            else 'no_such_payment_method' end
        when entry.operation = 'CAPTURE' and entry.payment_method = 'pm_sim_captureDeclined' then 'capture_declined'
        when entry.operation in ('CAPTURE', 'VOID') and exists (
            select from t.gateway_did l
            where l."authorization" = entry."authorization" and l.operation in ('CAPTURE', 'VOID')
              and l.reference is not null) then 'authorization_closed'
        when not exists (
            select from t.gateway_did l
            where l.reference = entry."authorization" and l.operation = 'AUTHORIZE') then 'no_such_authorization'
        when entry.operation = 'REFUND' and entry.amount_minor > (
            select sum(case l.operation when 'CAPTURE' then l.amount_minor when 'REFUND' then -l.amount_minor else 0 end)
            from t.gateway_did l
            where l."authorization" = entry."authorization" and l.reference is not null) then 'amount_too_large'
    end);
end
$$;

create function t.perform(call jsonb) returns setof jsonb
language plpgsql volatile as $$
declare
    entry t.gateway_did;
    declined text;
begin
    insert into t.gateway_did as l (key, operation, amount_minor, currency, payment_method, "authorization", tries)
    values (call ->> 'key', call ->> 'operation', (call ->> 'amount_minor')::bigint, call ->> 'currency',
            call ->> 'payment_method', call ->> 'authorization', 1)
    on conflict (key) do update set tries = l.tries + 1
    returning * into entry;

    -- The same key with another payload is an error of the caller, and never worked.
    if entry.operation <> call ->> 'operation' or entry.amount_minor <> (call ->> 'amount_minor')::bigint then
        return next jsonb_build_object('answer', 'DECLINED', 'code', 'idempotency_key_reused', 'tries', entry.tries);
        return;
    end if;
    if entry.done_at is null then
        if entry.payment_method in ('pm_sim_serverErrorOnce', 'pm_sim_timeoutBeforeCharge') and entry.tries = 1
           or entry.payment_method = 'pm_sim_serverErrorAlways' then
            return next jsonb_build_object('answer', 'SERVER_ERROR', 'tries', entry.tries);
            return;
        end if;
        declined := t.decline_code(entry);
        update t.gateway_did l
        set decline_code = declined,
            reference = case when declined is null
                        then format('sim_%s_%s', lower(l.operation), encode(sha256(l.key::bytea), 'hex')) end,
            done_at = clock_timestamp()
        where l.key = entry.key
        returning * into entry;
    end if;
    return next case
        when entry.decline_code is null then
            jsonb_build_object('answer', 'SUCCEEDED', 'reference', entry.reference, 'tries', entry.tries)
        else jsonb_build_object('answer', 'DECLINED', 'code', entry.decline_code, 'tries', entry.tries)
    end;
end
$$;

insert into payment.gateway (code) values ('simulator') on conflict do nothing;

-- Claims the next step of a booking's saga as a worker does, whatever else is on the queue; null when there is none.
create function t.claim(booking_id uuid) returns jsonb language plpgsql volatile as $$
declare
    step jsonb;
begin
    -- Read by id, as if the others had been read before: their turn comes when these are put back.
    update pgmq.q_saga m
    set vt = case when s.booking_id = claim.booking_id then '-infinity' else 'infinity' end::timestamptz
    from saga.saga s where s.id::text = m.message ->> 'saga_id';
    select c into step
    from saga.claim_steps('{"worker": "test", "lease_seconds": 60, "batch": 1, "gateways": ["simulator"],
        "actions": ["LOCAL", "AUTHORIZE", "CAPTURE", "VOID", "REFUND"]}') c;
    update pgmq.q_saga set vt = clock_timestamp() where vt = 'infinity';
    return step;
end
$$;

-- What becomes of a claimed step: DONE (the gateway of these tests does it), DECLINED, FAILED, UNKNOWN or HANDED_BACK, with
-- a code after a colon, and what else the worker knows after another: 'DECLINED:card_declined', 'FAILED:e:over' (the doubt
-- is), 'FAILED:e:over+spent' (the key, too), 'HANDED_BACK::sent'. A step of our own is run, whatever is said.
create function t.record(claim jsonb, answer text default 'DONE') returns jsonb language plpgsql volatile as $$
declare
    result text := split_part(answer, ':', 1);
    code text := nullif(split_part(answer, ':', 2), '');
    known constant text[] := string_to_array(split_part(answer, ':', 3), '+');
    done jsonb;
begin
    if claim ->> 'action' = 'LOCAL' and result = 'DONE' then
        return saga.run_step(claim);
    end if;
    if result = 'DONE' then
        done := t.perform(jsonb_build_object(
            'operation', claim -> 'action', 'key', claim #> '{call,gateway_key}',
            'amount_minor', claim #> '{call,amount_minor}', 'currency', claim #> '{call,currency}',
            'payment_method', claim #> '{call,payment_method}', 'authorization', claim #> '{call,authorization}'));
        if done ->> 'answer' = 'DECLINED' then
            result := 'DECLINED';
            code := done ->> 'code';
        elsif done ->> 'answer' = 'SERVER_ERROR' then
            result := 'FAILED';
            code := 'server_error';
        end if;
    end if;
    return saga.record_steps(jsonb_build_object('outcomes', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
        'saga_id', claim -> 'saga_id', 'lease', claim -> 'lease', 'msg_id', claim -> 'msg_id',
        'read_ct', claim -> 'read_ct', 'operation_id', claim #> '{call,operation_id}', 'result', result,
        'gateway_ref', done -> 'reference', 'code', code, 'error', case when result in ('FAILED', 'UNKNOWN') then code end,
        'doubt_over', 'over' = any (known), 'spent_key', 'spent' = any (known), 'sent', 'sent' = any (known),
        'retry_in_ms', 0)))));
end
$$;

-- Plays these answers of the gateway to the steps of a booking's saga, one after another.
create function t.play(booking_id uuid, variadic answers text[]) returns void language plpgsql volatile as $$
declare
    answer text;
    claim jsonb;
begin
    foreach answer in array answers loop
        claim := t.claim(booking_id);
        if claim is null then
            raise exception 'there is no step to answer with %', answer;
        end if;
        perform t.record(claim, answer);
    end loop;
end
$$;

-- Lets the simulated gateway answer until a booking's saga has nothing more to do.
create function t.settle(booking_id uuid) returns void language plpgsql volatile as $$
declare
    claim jsonb;
begin
    for step in 1 .. 20 loop
        claim := t.claim(booking_id);
        if claim is null then
            return;
        end if;
        perform t.record(claim);
    end loop;
    raise exception 'the saga of booking % does not come to an end', booking_id;
end
$$;

create function t.settle_all() returns void language plpgsql volatile as $$
begin
    perform t.settle(s.booking_id)
    from (select distinct s.booking_id from saga.saga s where s.ended_at is null and s.state <> 'WAITING'
          and s.booking_id is not null) s;
end
$$;

-- Claims the next step of a slot's cancellation; null when there is none.
create function t.claim_cancellation(slot uuid) returns jsonb language plpgsql volatile as $$
declare
    step jsonb;
begin
    update pgmq.q_saga m
    set vt = case when c.slot_id = slot then '-infinity' else 'infinity' end::timestamptz
    from saga.saga s left join booking.slot_cancellation c on c.id = s.subject_id
    where s.id::text = m.message ->> 'saga_id';
    select c into step
    from saga.claim_steps('{"worker": "test", "lease_seconds": 60, "batch": 1, "gateways": [], "actions": ["LOCAL"]}') c;
    update pgmq.q_saga set vt = clock_timestamp() where vt = 'infinity';
    return step;
end
$$;

-- Lets a worker cancel bookings of a cancelled slot once; gives how many are cancelled so far.
create function t.cancel_slot_bookings(slot uuid) returns integer language plpgsql volatile as $$
declare
    claim constant jsonb := t.claim_cancellation(slot);
begin
    if claim is not null then
        perform t.record(claim);
    end if;
    return (select c.cancelled from booking.slot_cancellation c where c.slot_id = slot);
end
$$;

-- Time --------------------------------------------------------------------------------------------------------------

-- Moves the end of a hold into the past: the shortest hold takes longer than a test may.
create function t.lapse(booking_id uuid) returns void language plpgsql volatile as $$
begin
    -- What the customer was told is in an event, and stays.
    update booking.booking b set expire_due_at = clock_timestamp() - interval '1 second'
    where b.id = lapse.booking_id and b.status = 'PENDING';
    if not found then
        raise exception 'booking % has no hold', booking_id;
    end if;
end
$$;

-- Moves a slot, and the lines sold of it, so that it starts so much from now.
create function t.start_in(slot uuid, away interval) returns void language plpgsql volatile as $$
begin
    update inventory.slot s set starts_at = clock_timestamp() + away,
        ends_at = clock_timestamp() + away + (s.ends_at - s.starts_at)
    where s.id = slot;
    update booking.line l set starts_at = clock_timestamp() + away where l.slot_id = slot;
end
$$;

-- What interleavings need -------------------------------------------------------------------------------------------
-- (tests/isolation: these helpers are committed there, and the steps of several sessions share what a setup made.)

create function t.the_slot(slug text default 'show', day integer default null) returns uuid language sql volatile as $$
    select s.id from inventory.slot s join inventory.listing l on l.id = s.listing_id
    where l.slug = the_slot.slug and (day is null or s.starts_at::date = (now() + make_interval(days => day))::date)
$$;

-- The latest booking of a customer.
create function t.booking_of(customer text) returns uuid language sql volatile as $$
    select b.id from booking.booking b where b.customer_id = customer order by b.id desc limit 1
$$;

create table t.kept (name text primary key, value jsonb);

create function t.keep(name text, value jsonb) returns void language sql volatile as $$
    insert into t.kept values (name, value)
$$;

create function t.recall(name text) returns jsonb language sql volatile as $$
    select k.value from t.kept k where k.name = recall.name
$$;

-- Every booking as 'anna CONFIRMED, berta CANCELLED EXPIRED', by customer.
create function t.statuses() returns text language sql volatile as $$
    select string_agg(concat_ws(' ', b.customer_id, b.status, b.reason), ', ' order by b.customer_id, b.id)
    from booking.booking b
$$;

-- Leaves nothing for the next permutation.
create function t.clear() returns void language plpgsql volatile as $$
begin
    -- Past the triggers that keep histories as they are.
    set local session_replication_role = replica;
    truncate inventory.organiser, inventory.transfer, payment.transfer, t.gateway_did, holdfast.idempotency_key,
        pgmq.q_saga, pgmq.a_saga, pgmq.q_waitlist, pgmq.a_waitlist, pgmq.q_webhook, pgmq.a_webhook, payment.webhook,
        payment.statement, payment.statement_cursor, payment.stray, saga.dead_letter, t.kept cascade;
end
$$;

-- What is seen ------------------------------------------------------------------------------------------------------

create function t.status(booking_id uuid) returns text language sql volatile as $$
    select concat_ws(' ', b.status, b.reason) from booking.booking b where b.id = status.booking_id
$$;

create function t.version(booking_id uuid) returns integer language sql volatile as $$
    select b.version from booking.booking b where b.id = version.booking_id
$$;

create function t.owed(booking_id uuid) returns bigint language sql volatile as $$
    select b.owed_minor from booking.booking b where b.id = owed.booking_id
$$;

-- A booking as its organiser's operator reads it.
create function t.document(booking_id uuid) returns jsonb language sql volatile as $$
    select booking.view_bookings(jsonb_build_object('actor', t.actor(), 'ids', jsonb_build_array(booking_id)))
$$;

create function t.events(booking_id uuid) returns text[] language sql volatile as $$
    select array_agg(e.type order by e.version) from booking.event e where e.booking_id = events.booking_id
$$;

-- The payments of a booking: 'CAPTURED 10000/0, VOIDED 0/0' is status, captured, refunded of each.
create function t.payments(booking_id uuid) returns text language sql volatile as $$
    select string_agg(format('%s %s/%s', p.status, p.captured_minor, p.refunded_minor), ', ' order by p.number)
    from payment.payment p where p.booking_id = payments.booking_id
$$;

-- '3 taken, 1 aside, 2 waiting of 10'; of a SEATED slot the seats are counted.
create function t.places(slot uuid) returns text language sql volatile as $$
    select format('%s taken, %s aside, %s waiting of %s',
        case s.admission when 'QUOTA' then s.taken else count(e.booking_id) end,
        case s.admission when 'QUOTA' then s.set_aside else count(*) filter (where e.set_aside) end,
        s.waiting, s.capacity)
    from inventory.slot s
    left join inventory.seat e on e.slot_id = s.id
    where s.id = slot
    group by s.id, s.admission, s.taken, s.set_aside, s.waiting, s.capacity
$$;

-- The balance of an account of a slot's capacity: places that came minus places that went.
create function t.balance(slot uuid, account text) returns bigint language sql volatile as $$
    select coalesce(sum(case account when r.debit then r.quantity when r.credit then -r.quantity else 0 end), 0)
    from inventory.transfer r where r.slot_id = slot
$$;

-- The balance of an account of a booking's money: debits minus credits.
create function t.money(booking_id uuid, account text) returns bigint language sql volatile as $$
    select coalesce(sum(case account when r.debit then r.amount_minor when r.credit then -r.amount_minor else 0 end), 0)::bigint
    from payment.transfer r where r.booking_id = money.booking_id
$$;

-- The SQLSTATE that a statement fails with for a role; null when it works. What it did is undone.
create function t.state_as(role text, statement text) returns text language plpgsql volatile as $$
begin
    execute format('set local role %I', role);
    execute statement;
    raise exception using errcode = 'T0000';
exception
    when sqlstate 'T0000' then
        return null;
    when others then
        return sqlstate;
end
$$;

-- How many rows an invariant view has once a fault is planted by hand; what was planted is undone. Foreign keys and
-- triggers look away, constraints do not.
create function t.plant(view text, statement text) returns bigint language plpgsql volatile as $$
declare
    planted bigint;
    seen bigint;
begin
    set local session_replication_role = replica;
    execute statement;
    get diagnostics planted = row_count;
    if planted = 0 then
        raise exception 'nothing was planted by %', statement;
    end if;
    execute format('select count(*) from invariant.%I', view) into seen;
    raise exception using errcode = 'T0000', message = seen;
exception when sqlstate 'T0000' then
    return sqlerrm;
end
$$;

-- One test: the view is empty, and sees the fault.
create function t.expect_seen(view text, statement text, description text) returns text
language plpgsql volatile as $$
declare
    before bigint;
begin
    execute format('select count(*) from invariant.%I', view) into before;
    return is(array[before > 0, t.plant(view, statement) > 0], array[false, true], description);
end
$$;

-- The invariants that are broken.
create function t.broken() returns setof text language sql volatile as $$
    select format('%s: %s', c ->> 'name', c ->> 'violations')
    from invariant.check_all('null') c where (c ->> 'violations')::bigint > 0
$$;

-- One test: every invariant view is empty.
create function t.expect_invariants(description text default 'every invariant holds') returns text
language sql volatile as $$
    select is((select array_agg(b) from t.broken() b), null::text[], description)
$$;

set local check_function_bodies = on;
