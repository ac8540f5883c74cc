//! Whose units are counted.

/// Which limit a bucket is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Address,
    User,
    Organiser,
    Service,
}

impl Kind {
    /// Its name, in keys, metrics and headers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::User => "user",
            Self::Organiser => "organiser",
            Self::Service => "service",
        }
    }
}

/// One asker's bucket.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// Units that it holds, and that flow back in a minute; at least 1.
    pub(super) size: u32,
}

impl Bucket {
    /// What is taken for `cost`: what costs more than the whole bucket takes all of it, or it could never be done.
    pub(super) fn share(&self, cost: u32) -> u32 {
        cost.clamp(1, self.size)
    }
}
