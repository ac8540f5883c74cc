//! Who waits to be written, and who goes next.
//!
//! Commands that lock the same row in two calls would wait for one another in the database, and with them all that is
//! in these calls. So a command stays here while a call with one of its things is in flight, and gathers; what has
//! nothing to do with it goes past. For each thing the order of arrival is kept. Where more can go than fit into a
//! batch, everybody's first goes before anybody's second: a thing that thousands want holds up no other.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::Instant,
};

/// Something that one call at a time may work on: a row, or an idempotency key.
pub(super) type Thing = u128;

/// There is no room for this command.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

/// One that waits.
#[derive(Debug)]
pub(super) struct Waiting<T> {
    pub(super) item: T,
    /// What it must not share with a call in flight; each once.
    pub(super) things: Box<[Thing]>,
    pub(super) since: Instant,
}

/// Those who wait, in the order of arrival.
#[derive(Debug)]
pub(super) struct Queue<T> {
    capacity: usize,
    waiting: VecDeque<Waiting<T>>,
    /// How many wait for each thing.
    wanted: HashMap<Thing, usize>,
    /// The things of calls in flight, each with the number of commands that are at it.
    busy: HashMap<Thing, usize>,
}

impl<T> Queue<T> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, waiting: VecDeque::new(), wanted: HashMap::new(), busy: HashMap::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Lets one more wait, and says whether nothing is in its way: neither a call in flight nor others who came before.
    pub(super) fn push(&mut self, item: T, things: Box<[Thing]>) -> Result<bool, Full> {
        let share = self.capacity.div_ceil(2);
        if self.waiting.len() >= self.capacity
            || things.iter().any(|thing| self.wanted.get(thing).is_some_and(|waiting| *waiting >= share))
        {
            return Err(Full);
        }
        let is_free = |thing| !self.busy.contains_key(thing) && !self.wanted.contains_key(thing);
        let is_ready = things.iter().all(is_free);
        for thing in &things {
            *self.wanted.entry(*thing).or_default() += 1;
        }
        self.waiting.push_back(Waiting { item, things, since: Instant::now() });
        Ok(is_ready)
    }

    /// Takes the one who came last.
    pub(super) fn take_last(&mut self) -> Vec<Waiting<T>> {
        let taken: Vec<_> = self.waiting.pop_back().into_iter().collect();
        self.begin(&taken);
        taken
    }

    /// Takes those who go next, in the order of their arrival.
    pub(super) fn take(&mut self, most: usize) -> Vec<Waiting<T>> {
        let chosen = self.choose(most);
        let mut next = chosen.into_iter().peekable();
        if next.peek().is_none() {
            return Vec::new();
        }
        let (mut taken, mut left) =
            (Vec::with_capacity(next.len()), VecDeque::with_capacity(self.waiting.len()));
        for (at, waiting) in self.waiting.drain(..).enumerate() {
            if next.next_if_eq(&at).is_some() {
                taken.push(waiting);
            } else {
                left.push_back(waiting);
            }
        }
        self.waiting = left;
        self.begin(&taken);
        taken
    }

    /// The places, in order, of those who go next.
    fn choose(&self, most: usize) -> Vec<usize> {
        let (mut blocked, mut turns) = (HashSet::new(), HashMap::new());
        let mut ready = Vec::new();
        for (at, waiting) in self.waiting.iter().enumerate() {
            // Who wants the same as one who has to stay, stays behind it: or that one would never go.
            if waiting.things.iter().any(|thing| self.busy.contains_key(thing) || blocked.contains(thing)) {
                blocked.extend(waiting.things.iter().copied());
                continue;
            }
            let turn =
                waiting.things.iter().filter_map(|thing| turns.get(thing)).max().map_or(0, |turn| turn + 1);
            turns.extend(waiting.things.iter().map(|thing| (*thing, turn)));
            ready.push((turn, at));
        }
        if ready.len() > most {
            // Of two who want the same thing the earlier has the earlier turn: their order stays.
            ready.sort_unstable();
            ready.truncate(most);
        }
        let mut chosen: Vec<usize> = ready.into_iter().map(|(_, at)| at).collect();
        chosen.sort_unstable();
        chosen
    }

    fn begin(&mut self, taken: &[Waiting<T>]) {
        for thing in taken.iter().flat_map(|waiting| &waiting.things) {
            drop_one(&mut self.wanted, *thing);
            *self.busy.entry(*thing).or_default() += 1;
        }
    }

    /// Says that a command is not at its things any more.
    pub(super) fn release(&mut self, things: &[Thing]) {
        for thing in things {
            drop_one(&mut self.busy, *thing);
        }
    }
}

fn drop_one(counts: &mut HashMap<Thing, usize>, thing: Thing) {
    if let Some(count) = counts.get_mut(&thing) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&thing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue_of(things: &[&[Thing]]) -> Queue<usize> {
        let mut queue = Queue::new(1_000);
        for (at, things) in things.iter().enumerate() {
            queue.push(at, (*things).into()).expect("room");
        }
        queue
    }

    fn take(queue: &mut Queue<usize>, most: usize) -> Vec<usize> {
        queue.take(most).into_iter().map(|waiting| waiting.item).collect()
    }

    #[test]
    fn what_is_in_flight_is_waited_for_and_everything_else_goes_past() {
        let mut queue = queue_of(&[&[1], &[1], &[2], &[1]]);
        assert_eq!(take(&mut queue, 1), [0]);
        assert_eq!(take(&mut queue, 10), [2], "one call at a time for a thing");
        assert_eq!(take(&mut queue, 10), [0_usize; 0]);
        queue.release(&[1]);
        assert_eq!(take(&mut queue, 10), [1, 3], "what has gathered meanwhile goes together");
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn nobody_overtakes_who_wants_the_same() {
        // The second wants what is in flight, and 2 as well; the third must not take 2 from under it for ever.
        let mut queue = queue_of(&[&[1], &[1, 2], &[2, 3], &[3], &[4]]);
        assert_eq!(take(&mut queue, 1), [0]);
        assert_eq!(take(&mut queue, 10), [4]);
        queue.release(&[1]);
        assert_eq!(take(&mut queue, 10), [1, 2, 3]);
    }

    #[test]
    fn everybodys_first_goes_before_anybodys_second() {
        let hot: &[Thing] = &[7];
        let mut wishes = vec![hot; 50];
        wishes.extend([&[1][..], &[2], &[3]]);
        let mut queue = queue_of(&wishes);
        assert_eq!(take(&mut queue, 5), [0, 1, 50, 51, 52]);
        queue.release(&[7]);
        queue.release(&[7]);
        assert_eq!(take(&mut queue, 3), [2, 3, 4], "and the hot one's in order");
    }

    #[test]
    fn a_wish_for_several_things_has_its_turn_after_all_who_want_one_of_them() {
        let mut queue = queue_of(&[&[1], &[1], &[1], &[1, 2], &[2], &[3]]);
        assert_eq!(take(&mut queue, 2), [0, 5]);
        queue.release(&[1]);
        assert_eq!(take(&mut queue, 3), [1, 2, 3]);
        queue.release(&[1]);
        assert_eq!(take(&mut queue, 3), [0_usize; 0], "2 is at work");
    }

    #[test]
    fn one_who_finds_its_things_free_may_go_at_once() {
        let mut queue = Queue::new(10);
        assert_eq!(queue.push('a', [1].into()), Ok(true));
        assert_eq!(queue.push('b', [1].into()), Ok(false), "somebody waits for it already");
        assert_eq!(queue.push('c', [2].into()), Ok(true));
        assert_eq!(queue.take_last().len(), 1);
        assert_eq!(queue.push('d', [2].into()), Ok(false), "it is at work");
        queue.release(&[2]);
        assert_eq!(queue.push('e', [3].into()), Ok(true));
    }

    #[test]
    fn a_queue_is_full_and_one_thing_fills_half_of_it_at_most() {
        let mut queue = Queue::new(4);
        assert!(queue.push((), [1].into()).is_ok());
        assert!(queue.push((), [1].into()).is_ok());
        assert_eq!(queue.push((), [1].into()), Err(Full), "others want something, too");
        assert!(queue.push((), [2].into()).is_ok());
        assert!(queue.push((), [3].into()).is_ok());
        assert_eq!(queue.push((), [4].into()), Err(Full));
        // What is refused leaves no trace.
        assert_eq!(queue.take(10).len(), 4);
        assert_eq!((queue.wanted.len(), queue.busy.len()), (0, 3));
        for thing in [1, 1, 2, 3] {
            queue.release(&[thing]);
        }
        assert!(queue.busy.is_empty());
    }
}
