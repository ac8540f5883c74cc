//! What works beside the API: the sagas' engine, the relay of events, and the notifications.

use std::fmt;

use db::Db;
use events::Publisher;
use jobs::{
    Surroundings,
    gateway::{Gateways, PaymentGateway as _},
    relay::RelaySettings,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{demo::Supervised, error::CliError, notifications::Notifications};

/// The parts that a process runs.
#[derive(Debug, Default)]
pub(crate) struct Workers {
    /// Sagas, webhooks and reconciliation.
    pub(crate) engine: Option<(Gateways, jobs::Settings)>,
    /// The way out to a broker.
    pub(crate) relay: Option<(Publisher, RelaySettings)>,
    /// What customers and organisers are told.
    pub(crate) notifications: Option<Notifications>,
    /// The same as the engine, where it may be killed.
    pub(crate) supervised: Option<Supervised>,
}

impl Workers {
    /// Whether there is nothing to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.engine.is_none()
            && self.relay.is_none()
            && self.notifications.is_none()
            && self.supervised.is_none()
    }

    /// Works until `shutdown`, or until a part fails: then the others are stopped, too, and its error is given.
    pub(crate) async fn run(
        self,
        db: Db,
        surroundings: Surroundings,
        shutdown: CancellationToken,
    ) -> Result<(), CliError> {
        let stop = shutdown.child_token();
        let mut parts: JoinSet<Result<(), CliError>> = JoinSet::new();
        if let Some((gateways, settings)) = self.engine {
            let (db, stop) = (db.clone(), stop.clone());
            parts.spawn(async move { Ok(jobs::run(db, gateways, settings, surroundings, stop).await?) });
        }
        if let Some((publisher, settings)) = self.relay {
            let (db, stop) = (db.clone(), stop.clone());
            parts.spawn(async move { Ok(jobs::relay::run(db, publisher, settings, stop).await?) });
        }
        if let Some(Notifications { broker, codec, channels, settings }) = self.notifications {
            let stop = stop.clone();
            parts.spawn(async move { Ok(notify::run(db, broker, codec, channels, settings, stop).await?) });
        }
        if let Some(supervised) = self.supervised {
            parts.spawn(supervised.run(stop.clone()));
        }
        let mut ended = Ok(());
        while let Some(part) = parts.join_next().await {
            let part = part.map_err(CliError::Panicked).and_then(|ended| ended);
            if part.is_err() || !shutdown.is_cancelled() {
                stop.cancel();
            }
            ended = ended.and(part);
        }
        ended
    }
}

impl fmt::Display for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let engine = self.engine.iter().flat_map(|(_, settings)| &settings.queues).map(|queue| queue.name());
        let queues: Vec<_> = engine
            .chain(self.relay.iter().map(|_| "outbox"))
            .chain(self.notifications.iter().map(|_| "notification"))
            .collect();
        write!(f, "{}", queues.join(", "))?;
        if let Some((gateways, _)) = &self.engine {
            let codes: Vec<_> = gateways.iter().map(|registered| registered.gateway.code()).collect();
            write!(f, " with {}", codes.join(", "))?;
        }
        Ok(())
    }
}
