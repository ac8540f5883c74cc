//! What a benchmark asks of a private cluster, as its superuser: databases to throw away, counts that no role of the
//! product may see, and a bulk of old bookings. Nothing of the product itself calls any of it.

mod bulk;
mod gauge;
mod scratch;

pub use bulk::Bulk;
pub use gauge::{Gauge, Reading, Statement};
pub use scratch::Scratch;
