//! What is tried: operations that name things by small numbers, read modulo what there is, so that a
//! shrunk case still means something.

use proptest::{collection::vec, option, prelude::*, strategy::BoxedStrategy};

/// Somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The customer whom it is about.
    Owner,
    /// Another customer.
    Stranger,
    /// Who sells.
    Organiser,
    /// Who sells something else.
    OtherOrganiser,
    /// Who runs the system.
    Operator,
}

/// The version that the client says it expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    Nothing,
    Present,
    Stale,
}

/// Which seats of a hall are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Best,
    Section(u8),
    Class(u8),
    /// By number, read modulo the seats and two more; one after the other from the first.
    Chosen(u8),
}

/// One line asked for.
#[derive(Clone, Debug)]
pub(crate) struct Want {
    pub(crate) slot: u8,
    pub(crate) quantity: i32,
    pub(crate) plan: Option<u8>,
    pub(crate) wish: Wish,
    /// A negotiated price.
    pub(crate) price: Option<i64>,
}

/// A booking asked for.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) customer: u8,
    pub(crate) by: By,
    pub(crate) paid: bool,
    /// The same command twice in one batch.
    pub(crate) twice: bool,
    pub(crate) lines: Vec<Want>,
}

/// What the gateway answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    Declined,
    Failed,
    Unknown,
}

/// A request about one booking: which, by whom, at which version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    pub(crate) pick: u16,
    pub(crate) by: By,
    pub(crate) expect: Expect,
}

/// One step of a case.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Create(Vec<Order>),
    Pay(About),
    Extend(About),
    Cancel(Vec<About>),
    CancelPart {
        about: About,
        line: u8,
        places: Option<i8>,
        seats: bool,
    },
    Reschedule {
        about: About,
        lines: Vec<Want>,
        paid: bool,
    },
    Refund {
        about: About,
        percent: Option<u8>,
    },
    Complete {
        about: About,
        no_show: bool,
    },
    Join {
        slot: u8,
        customer: u8,
        quantity: i32,
        plan: Option<u8>,
    },
    Leave {
        pick: u16,
        by: By,
        expect: Expect,
    },
    Capacity {
        slot: u8,
        by: i8,
        price: Option<u16>,
        expect: Expect,
    },
    Policy {
        listing: u8,
        plan: u8,
        percent: u8,
        fee: u8,
    },
    CancelSlot {
        slot: u8,
        by: By,
        expect: Expect,
    },
    Begin {
        slot: u8,
    },
    Lapse {
        pick: u16,
    },
    GiveUp {
        pick: u16,
    },
    Play {
        pick: u16,
        answer: Answer,
    },
    Sweep,
    Offer,
    /// An earlier command once more, under the same key; `other`: with another payload.
    Again {
        pick: u16,
        other: bool,
    },
}

impl Op {
    /// Its name in the figures.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Pay(_) => "pay",
            Self::Extend(_) => "extend",
            Self::Cancel(_) => "cancel",
            Self::CancelPart { .. } => "cancel a part",
            Self::Reschedule { .. } => "reschedule",
            Self::Refund { .. } => "refund",
            Self::Complete { .. } => "complete",
            Self::Join { .. } => "join",
            Self::Leave { .. } => "leave",
            Self::Capacity { .. } => "capacity",
            Self::Policy { .. } => "policy",
            Self::CancelSlot { .. } => "cancel a slot",
            Self::Begin { .. } => "begin",
            Self::Lapse { .. } => "lapse",
            Self::GiveUp { .. } => "give up",
            Self::Play { .. } => "gateway",
            Self::Sweep => "sweep",
            Self::Offer => "offer",
            Self::Again { .. } => "again",
        }
    }
}

fn by() -> BoxedStrategy<By> {
    prop_oneof![
        16 => Just(By::Owner),
        1 => Just(By::Stranger),
        3 => Just(By::Organiser),
        1 => Just(By::OtherOrganiser),
        2 => Just(By::Operator),
    ]
    .boxed()
}

fn expect() -> BoxedStrategy<Expect> {
    prop_oneof![8 => Just(Expect::Nothing), 2 => Just(Expect::Present), 1 => Just(Expect::Stale)].boxed()
}

fn about() -> impl Strategy<Value = About> {
    (any::<u16>(), by(), expect()).prop_map(|(pick, by, expect)| About { pick, by, expect })
}

fn quantity() -> BoxedStrategy<i32> {
    prop_oneof![90 => 1..=2_i32, 30 => 3..=5_i32, 1 => Just(0), 1 => Just(-1), 1 => Just(1_001)].boxed()
}

fn plan() -> BoxedStrategy<Option<u8>> {
    prop_oneof![20 => Just(None), 40 => (0..3_u8).prop_map(Some), 1 => Just(Some(9))].boxed()
}

fn wish() -> BoxedStrategy<Wish> {
    prop_oneof![
        5 => Just(Wish::Best),
        1 => (0..3_u8).prop_map(Wish::Section),
        1 => (0..3_u8).prop_map(Wish::Class),
        4 => any::<u8>().prop_map(Wish::Chosen),
    ]
    .boxed()
}

fn price() -> BoxedStrategy<Option<i64>> {
    prop_oneof![30 => Just(None), 2 => (1..20_000_i64).prop_map(Some), 2 => Just(Some(0)), 1 => Just(Some(-1))].boxed()
}

fn want() -> BoxedStrategy<Want> {
    // One number in a hundred names no slot at all.
    let slot = prop_oneof![100 => 0..7_u8, 1 => Just(99_u8)];
    (slot, quantity(), plan(), wish(), price())
        .prop_map(|(slot, quantity, plan, wish, price)| Want { slot, quantity, plan, wish, price })
        .boxed()
}

fn order() -> impl Strategy<Value = Order> {
    let lines = prop_oneof![1 => Just(Vec::new()), 60 => vec(want(), 1..=1), 40 => vec(want(), 2..=3)];
    (0..4_u8, by(), any::<bool>(), prop::bool::weighted(0.05), lines)
        .prop_map(|(customer, by, paid, twice, lines)| Order { customer, by, paid, twice, lines })
}

fn answer() -> BoxedStrategy<Answer> {
    prop_oneof![
        10 => Just(Answer::Done),
        2 => Just(Answer::Declined),
        1 => Just(Answer::Failed),
        1 => Just(Answer::Unknown),
    ]
    .boxed()
}

/// What customers do.
fn by_customers() -> BoxedStrategy<Op> {
    prop_oneof![
        18 => vec(order(), 1..=3).prop_map(Op::Create),
        5 => about().prop_map(Op::Pay),
        3 => about().prop_map(Op::Extend),
        6 => vec(about(), 1..=2).prop_map(Op::Cancel),
        5 => (about(), 0..4_u8, option::of(-1..4_i8), any::<bool>())
            .prop_map(|(about, line, places, seats)| Op::CancelPart { about, line, places, seats }),
        8 => (about(), vec(want(), 1..=3), prop::bool::weighted(0.8))
            .prop_map(|(about, lines, paid)| Op::Reschedule { about, lines, paid }),
        7 => (0..7_u8, 0..4_u8, quantity(), plan())
            .prop_map(|(slot, customer, quantity, plan)| Op::Join { slot, customer, quantity, plan }),
        2 => (any::<u16>(), by(), expect()).prop_map(|(pick, by, expect)| Op::Leave { pick, by, expect }),
        3 => (any::<u16>(), prop::bool::weighted(0.2)).prop_map(|(pick, other)| Op::Again { pick, other }),
    ]
    .boxed()
}

/// What those who sell, time, and the gateway do.
fn by_others() -> BoxedStrategy<Op> {
    prop_oneof![
        4 => (about(), option::of(0..130_u8)).prop_map(|(about, percent)| {
            // Customers give themselves nothing back; they are here to be refused.
            let by = if about.by == By::Owner && about.pick % 5 > 0 { By::Operator } else { about.by };
            Op::Refund { about: About { by, ..about }, percent }
        }),
        3 => (about(), any::<bool>()).prop_map(|(about, no_show)| {
            let by = if about.by == By::Owner && about.pick % 5 > 0 { By::Organiser } else { about.by };
            Op::Complete { about: About { by, ..about }, no_show }
        }),
        4 => (0..7_u8, -4..5_i8, option::of(0..20_000_u16), expect())
            .prop_map(|(slot, by, price, expect)| Op::Capacity { slot, by, price, expect }),
        2 => (0..2_u8, 0..3_u8, 0..=100_u8, 0..200_u8)
            .prop_map(|(listing, plan, percent, fee)| Op::Policy { listing, plan, percent, fee }),
        1 => (0..7_u8, by(), expect()).prop_map(|(slot, by, expect)| {
            let by = if by == By::Owner { By::Organiser } else { by };
            Op::CancelSlot { slot, by, expect }
        }),
        1 => (0..7_u8).prop_map(|slot| Op::Begin { slot }),
        5 => any::<u16>().prop_map(|pick| Op::Lapse { pick }),
        2 => any::<u16>().prop_map(|pick| Op::GiveUp { pick }),
        30 => (any::<u16>(), answer()).prop_map(|(pick, answer)| Op::Play { pick, answer }),
        2 => Just(Op::Sweep),
        4 => Just(Op::Offer),
    ]
    .boxed()
}

/// A case: what happens in one universe.
pub(crate) fn case(length: usize) -> impl Strategy<Value = Vec<Op>> {
    vec(prop_oneof![by_customers(), by_others()], length / 2..=length)
}
