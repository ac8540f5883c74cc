-- Sagas: how a booking and its money get from accepted to settled, or back.

create table saga.kind (
    kind text primary key,
    follow regproc not null,
    deadline_seconds integer not null
);
comment on table saga.kind is 'The kinds of sagas; each is one file of sql/saga/kinds, which declares it.';
comment on column saga.kind.follow is 'The routine that decides what comes after a step: (target saga.saga, step text, result text, operation_id uuid, detail text) returns boolean.';

create table saga.definition (
    kind text not null references saga.kind (kind),
    step text not null,
    action text not null,
    undo text,
    max_failures integer not null default 5,
    first_pause_ms integer not null default 200,
    longest_pause_ms integer not null default 10000,
    longest_look_up_ms integer not null default 60000,
    timeout_ms integer not null default 5000,
    primary key (kind, step),
    constraint action_is_known check (action in ('AT_ONCE', 'LOCAL', 'AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND'))
);
comment on table saga.definition is 'The steps of each kind of saga: what carries them out, what undoes them, how they are tried again.';
comment on column saga.definition.action is 'AT_ONCE: in the transaction that decides it; LOCAL: a routine of ours, called by a worker; the others are asked of a gateway.';
comment on column saga.definition.undo is 'The step that takes it back; null when nothing has to be.';
comment on column saga.definition.max_failures is 'Classified failures, after which it is an operator''s case, or refused.';

create table saga.saga (
    organiser_id uuid not null,
    id uuid not null,
    kind text not null,
    subject_id uuid not null,
    booking_id uuid,
    payment_id uuid,
    state text not null,
    step text not null,
    lease integer not null default 0,
    lease_until timestamptz,
    claimed_at timestamptz,
    worker text,
    in_doubt boolean not null default false,
    was_in_doubt boolean not null default false,
    failures integer not null default 0,
    unknowns integer not null default 0,
    deadline timestamptz not null,
    steps integer not null default 0,
    last_error text,
    created_at timestamptz not null,
    ended_at timestamptz,
    primary key (organiser_id, id),
    foreign key (organiser_id, booking_id) references booking.booking (organiser_id, id),
    foreign key (organiser_id, payment_id) references payment.payment (organiser_id, id),
    constraint saga_id_is_unique unique (id),
    constraint state_is_known check (state in ('WAITING', 'RUNNING', 'COMPENSATING', 'SUCCEEDED', 'UNWOUND', 'DEAD')),
    constraint ended_when_it_says_so check ((state in ('SUCCEEDED', 'UNWOUND', 'DEAD')) = (ended_at is not null))
) with (fillfactor = 60);
comment on table saga.saga is 'One run of a saga. Its subject (a booking, a slot''s cancellation, stray money) has at most one that has not ended.';
comment on column saga.saga.payment_id is 'The payment whose operation it carries out; a refund of several payments goes from one to the next.';
comment on column saga.saga.lease is 'Fencing version: grows with every claim; what is recorded under an older one changes nothing.';
comment on column saga.saga.in_doubt is 'Whether the present step may have been done without our knowing: a call was, or may have been, under way. Such a step is looked up before it is sent again.';
comment on column saga.saga.was_in_doubt is 'Whether it was in doubt before the present claim: an answer to a call that was sent again says nothing of the first.';
comment on column saga.saga.failures is 'Classified failures of the present step; kills and redeliveries do not count.';
comment on column saga.saga.steps is 'Rows in its history.';
comment on column saga.saga.deadline is 'By when it should have ended; past it, it is an operator''s case.';
create unique index one_open_saga_per_subject on saga.saga (subject_id) where ended_at is null;
create index saga_by_booking on saga.saga (booking_id);
create index saga_by_deadline on saga.saga (deadline) where ended_at is null;

create table saga.step (
    organiser_id uuid not null,
    saga_id uuid not null,
    seq integer not null,
    from_step text,
    step text not null,
    result text not null,
    detail text,
    worker text,
    began_at timestamptz,
    at timestamptz not null,
    primary key (organiser_id, saga_id, seq),
    foreign key (organiser_id, saga_id) references saga.saga (organiser_id, id),
    constraint result_is_known check (result in ('DONE', 'DECLINED', 'FAILED', 'UNKNOWN'))
) partition by range (saga_id);
comment on table saga.step is 'The history of a saga: each step that came to a result, in order.';
create index step_by_saga on saga.step (saga_id, seq);

create table saga.transition (
    id integer primary key generated always as identity,
    kind text not null references saga.kind (kind),
    from_step text,
    step text not null,
    constraint one_row_per_transition unique nulls not distinct (kind, from_step, step)
);
comment on table saga.transition is 'Which step may follow which, declared with its kind; saga.log_step refuses all others, and invariant.illegal_transition holds the histories against it.';

create table saga.dead_letter (
    id uuid primary key,
    organiser_id uuid,
    source text not null,
    cause text not null,
    saga_id uuid,
    booking_id uuid,
    queue text,
    message jsonb,
    gateway text,
    reference text,
    detail text,
    safe_actions text[] not null,
    state text not null default 'OPEN',
    opened_at timestamptz not null default clock_timestamp(),
    closed_at timestamptz,
    closed_by text,
    note text,
    constraint source_is_known check (source in ('SAGA', 'MESSAGE', 'WEBHOOK', 'RECONCILIATION')),
    constraint state_is_known check (state in ('OPEN', 'REDRIVEN', 'RESOLVED')),
    constraint closed_when_it_says_so check ((state = 'OPEN') = (closed_at is null)),
    constraint actions_are_known check (safe_actions <@ array['RETRY', 'CANCEL', 'RESOLVE'])
);
comment on table saga.dead_letter is 'The operators'' inbox: what can''t go on by itself, why, and what can safely be done about it.';
comment on column saga.dead_letter.safe_actions is 'RETRY: redriveDeadLetters tries again; CANCEL: cancelSaga gives back what was taken; RESOLVE: somebody has seen to it outside, and says so.';
create unique index one_open_case_per_saga on saga.dead_letter (saga_id) where state = 'OPEN';
create unique index one_open_case_per_reference on saga.dead_letter (source, gateway, reference, cause) where state = 'OPEN';
create index dead_letter_by_reference on saga.dead_letter (gateway, reference) where reference is not null;
create index dead_letter_by_booking on saga.dead_letter (booking_id) where booking_id is not null;
create index dead_letter_open on saga.dead_letter (id) where state = 'OPEN';

create table saga.queue (
    queue text primary key,
    paused_at timestamptz,
    paused_by text,
    reason text,
    constraint paused_by_somebody check ((paused_at is null) = (paused_by is null))
);
comment on table saga.queue is 'The queues, and which of them an operator has paused: what waits on them stays there.';
insert into saga.queue (queue) values ('saga'), ('waitlist'), ('webhook');

select pgmq.create('saga');
-- A saga's message is looked for by whoever wakes it, or finds that nothing will.
create index q_saga_by_saga on pgmq.q_saga ((message ->> 'saga_id'));
