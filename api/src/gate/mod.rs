//! What stands before the writers when everybody wants the same slot.
//!
//! Two things, both advisory. A slot that Postgres has just called sold out is
//! not asked about again for a moment: everybody gets the same answer, and the
//! slot's row is left alone. A slot under a rush lets so many commands through at
//! once, first come, first served; the others wait here, where waiting costs
//! nothing, and hear at once when it sells out meanwhile.
//!
//! Whatever is refused here may be tried again, and nothing that is forgotten
//! here changes what is sold. A command whose key is known, or at work, is never
//! refused: it may have its booking already, and goes on to be told of it.

mod keys;
mod rush;
mod sold_out;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use db::{Actor, Db, LineRequest, SlotId};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    keys::Keys,
    rush::{Rush, Ticket},
    sold_out::SoldOut,
};
use crate::{live::Hints, shared::SharedStore};

/// How the gate works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GateSettings {
    /// Commands for one slot that may be on their way to Postgres at once; 0 takes the gate away. The default is four
    /// batches of the writer's.
    pub at_once: usize,
    /// Commands for one slot that may wait for that. The default is 10,000: one waits
    /// for less than it would take to come again.
    pub waiting: usize,
    /// How long each of them waits at most. The default is 2 s, less than an operation may take.
    pub patience: Duration,
}

impl Default for GateSettings {
    fn default() -> Self {
        Self { at_once: 400, waiting: 10_000, patience: Duration::from_secs(2) }
    }
}

/// The gate of one process; cheap to clone.
#[derive(Clone, Debug)]
pub struct Gate {
    settings: GateSettings,
    keys: Keys,
    rush: Arc<Rush>,
    sold_out: Arc<SoldOut>,
}

/// Why a command was turned back; it may be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TurnedBack {
    /// The slot of this line was sold out a moment ago. After `again` it will be asked about anew.
    SoldOut { line: usize, again: Duration },
    /// More want the slot than may wait for it, or it took too long.
    Contended,
}

/// A command that was let through; the next in line follows when this is dropped.
#[derive(Debug)]
pub(crate) struct Pass {
    wish: Wish,
    asked: Instant,
    _ticket: Option<Ticket>,
}

/// What a command asks for: by slot, where the house may choose the places.
type Wish = BTreeMap<SlotId, Places>;

/// What a command asks of one slot.
#[derive(Clone, Copy, Debug)]
struct Places {
    /// How many, whichever; none where they are chosen by seat, section or class, which may be sold out by itself.
    any: Option<i32>,
    /// The first line that asks for it.
    line: usize,
}

impl Gate {
    /// The gate before `db`, which shares with other instances what it learns, if there is a store. It looks things up in
    /// tasks of `tracker`, until `stop`.
    pub fn start(
        settings: GateSettings,
        db: &Db,
        store: Option<SharedStore>,
        tracker: &TaskTracker,
        stop: &CancellationToken,
    ) -> Self {
        Self {
            settings,
            keys: Keys::start(db, tracker, stop),
            rush: Arc::new(Rush::new(settings)),
            sold_out: Arc::new(SoldOut::new(store)),
        }
    }

    /// Lets a command through, now or when it is its turn.
    pub(crate) async fn pass(
        &self,
        actor: &Actor,
        key: &str,
        lines: &[LineRequest],
    ) -> Result<Pass, TurnedBack> {
        let wish = wish(lines);
        if self.settings.at_once == 0 {
            return Ok(Pass::new(wish, None));
        }
        let passed = match self.check(&wish).await {
            Ok(()) => match self.rush.enter(wish.keys().copied()).await {
                // It may have sold out while this one waited.
                Some(ticket) => self.check(&wish).await.map(|()| ticket),
                None => Err(TurnedBack::Contended),
            },
            Err(sold_out) => Err(sold_out),
        };
        match passed {
            Ok(ticket) => Ok(Pass::new(wish, Some(ticket))),
            Err(turned_back) if self.keys.is_fresh(actor, key).await => {
                metrics::counter!("holdfast_api_gate_total", "result" => turned_back.name()).increment(1);
                Err(turned_back)
            }
            // Its answer is stored, or on its way.
            Err(_) => Ok(Pass::new(wish, None)),
        }
    }

    async fn check(&self, wish: &Wish) -> Result<(), TurnedBack> {
        match self.sold_out.of(wish).await {
            Some((line, again)) => Err(TurnedBack::SoldOut { line, again }),
            None => Ok(()),
        }
    }

    /// Learns that Postgres has just refused a command for want of places, at this line.
    pub(crate) async fn was_sold_out(&self, pass: &Pass, lines: &[LineRequest], line: usize) {
        let Some(refused) = lines.get(line) else { return };
        // What the lines up to this one ask of the slot is more than there is.
        let up_to = wish(&lines[..=line]);
        if let Some(Places { any: Some(places), .. }) = up_to.get(&refused.slot_id)
            && pass.wish.contains_key(&refused.slot_id)
        {
            self.sold_out.learn(refused.slot_id, *places, pass.asked).await;
        }
    }

    /// Forgets what it knows of slots that are heard to have changed, until `stop`: they may have places again.
    pub(crate) async fn listen(self, hints: Hints, stop: CancellationToken) {
        self.sold_out.listen(&hints, stop).await;
    }

    /// Forgets all it knows: any slot may have places again.
    pub(crate) fn all_changed(&self) {
        self.sold_out.forget_all();
    }
}

impl Pass {
    fn new(wish: Wish, ticket: Option<Ticket>) -> Self {
        Self { wish, asked: Instant::now(), _ticket: ticket }
    }
}

impl TurnedBack {
    fn name(&self) -> &'static str {
        match self {
            Self::SoldOut { .. } => "sold_out",
            Self::Contended => "contended",
        }
    }
}

fn wish(lines: &[LineRequest]) -> Wish {
    let mut wish = Wish::new();
    for (at, line) in lines.iter().enumerate() {
        let is_any = line.seats.is_none() && line.section.is_none() && line.price_class.is_none();
        let places = wish.entry(line.slot_id).or_insert(Places { any: Some(0), line: at });
        places.any = match places.any {
            Some(before) if is_any => Some(before.saturating_add(line.quantity)),
            _ => None,
        };
    }
    wish
}
