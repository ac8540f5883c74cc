//! The customers, one for each way that a booking's saga can take.

/// What a gateway's answer to a customer's call is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The gateway did it.
    Done,
    /// It said no.
    Declined,
    /// Nothing was done.
    Failed,
    /// Nobody knows.
    Unknown,
    /// It was not sent.
    HandedBack,
    /// The gateway did it, and the worker tells it twice.
    ToldTwice,
    /// The gateway did it, and the worker sleeps past its lease before it tells.
    ToldLate,
    /// The gateway did it, and somebody else has read the message meanwhile.
    ReadAgain,
}

/// What comes to pass between a claim and its record, or before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Nothing.
    None,
    /// Nobody looked after it until its deadline was over.
    Late,
    /// A second message names it.
    NamedTwice,
    /// It is asked of a gateway that this worker can't ask.
    Elsewhere,
    /// The customer cancels while it is authorized.
    Cancels,
    /// The customer cancels one of two places while it is captured.
    CancelsOne,
}

/// A customer with one booking of two places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) event: Event,
    /// To the calls made for them, in turn; all others are done.
    pub(super) answers: &'static [Answer],
}

const fn person(name: &'static str, event: Event, answers: &'static [Answer]) -> Person {
    Person { name, event, answers }
}

/// All of them.
pub(super) const PEOPLE: [Person; 17] = [
    person("ana", Event::None, &[]),
    person("ben", Event::None, &[]),
    person("of a late saga", Event::Late, &[]),
    person("named twice", Event::NamedTwice, &[]),
    person("at another gateway", Event::Elsewhere, &[]),
    person("who cancels", Event::Cancels, &[]),
    person("who cancels one", Event::CancelsOne, &[]),
    person("declined", Event::None, &[Answer::Declined]),
    person("whose capture is declined", Event::None, &[Answer::Done, Answer::Declined]),
    person("failed", Event::None, &[Answer::Failed]),
    person("whose capture fails", Event::None, &[Answer::Done, Answer::Failed]),
    person("unknown", Event::None, &[Answer::Unknown, Answer::Failed]),
    person("whose capture is unknown", Event::None, &[Answer::Done, Answer::Unknown]),
    person("handed back", Event::None, &[Answer::HandedBack, Answer::Done, Answer::HandedBack]),
    person("told twice", Event::None, &[Answer::ToldTwice, Answer::ToldTwice]),
    person("told late", Event::None, &[Answer::ToldLate, Answer::Done, Answer::ToldLate]),
    person("read again", Event::None, &[Answer::ReadAgain]),
];
