//! One instance of the API, from its first connection to its last write.

use std::{sync::Arc, time::Duration};

use db::Db;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    app::App,
    auth::Verifier,
    connections::{self, Patience},
    gate::Gate,
    graphql::{Documents, Followed, Services, Writers, Written, build_schema},
    http::{self, Inbox},
    limits::Limiter,
    live::{Bus, Hints, Link, Live},
    persisted::Store,
    settings::{Neighbours, Settings},
};

/// How often the limiter forgets those whose units have flowed back.
const TIDY: Duration = Duration::from_secs(10);

/// Why an instance of the API ended badly.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Commands were still being written when the time for it was over. Their clients got no answer;
    /// whether they were written is known by asking again with the same keys.
    #[error("commands were still being written after {0:?}")]
    Undrained(Duration),
}

/// Serves the API on `listener` until `shutdown`, then finishes what is under way.
///
/// After `shutdown` no connection is accepted, requests may go on for
/// [`Settings::shutdown_grace`] and are cut off then, sockets are closed with 1012, and every
/// command already accepted is written before this returns.
pub async fn serve(
    settings: Settings,
    listener: TcpListener,
    db: Db,
    verifier: Verifier,
    hints: Hints,
    shutdown: CancellationToken,
) -> Result<(), ServeError> {
    let grace = settings.shutdown_grace;
    let patience = Patience { head: settings.head_timeout, grace };
    let (writing, sockets) = (TaskTracker::new(), TaskTracker::new());
    // What watches goes on until the last command is written: others have to be told of it, too.
    let (watching, stop_watching) = (TaskTracker::new(), CancellationToken::new());
    let _stops_at_last = stop_watching.clone().drop_guard();
    let bus = match settings.neighbours {
        Neighbours::Expected => Some(Bus::new(hints.clone(), Link::new(settings.shared.clone(), &db))),
        Neighbours::None => None,
    };
    let live = Live::start(&db, &settings, &hints, bus, &sockets, &watching, &stop_watching);
    let writers = Writers::start(&live.told_by(&db, &hints), settings.writers, &writing);
    let gate = Gate::start(settings.gate, &db, settings.shared.clone(), &watching, &stop_watching);
    watching.spawn(gate.clone().listen(hints.clone(), stop_watching.clone()));
    let written = Written::start(&db, &watching, &stop_watching);
    let followed = Followed::start(&db, &watching, &stop_watching);
    let services = Services { db: db.clone(), writers, written, followed, gate, hints, live };
    let replica = watch_replica(&db, &shutdown);
    let inbox = Inbox::start(&db, &writing);
    let limiter = Arc::new(Limiter::new(settings.rate_limits.clone(), settings.shared.clone()));
    let tidying = tokio::spawn(tidy(Arc::clone(&limiter)));
    let persisted = Store::new(settings.persisted_queries.clone(), settings.shared.clone());
    let keeping = tokio::spawn(verifier.clone().keep(shutdown.clone()));
    let app = Arc::new(App {
        schema: build_schema(services, settings.introspection),
        documents: Documents::default(),
        persisted,
        db,
        verifier,
        limiter,
        inbox,
        settings: Arc::new(settings),
        shutdown: shutdown.clone(),
        sockets: sockets.clone(),
    });

    connections::serve(listener, http::router(app), &shutdown, patience).await;
    sockets.close();
    writing.close();
    let drained = tokio::time::timeout(grace, async {
        sockets.wait().await;
        writing.wait().await;
    });
    let drained = drained.await;
    tidying.abort();
    keeping.abort();
    replica.abort();
    stop_watching.cancel();
    watching.close();
    watching.wait().await;
    drained.map_err(|_| ServeError::Undrained(grace))
}

/// Forgets, now and then, who has not asked for a while.
async fn tidy(limiter: Arc<Limiter>) {
    let mut tick = tokio::time::interval(TIDY);
    loop {
        tick.tick().await;
        limiter.tidy();
    }
}

/// Keeps an eye on the replica, if there is one.
fn watch_replica(db: &Db, shutdown: &CancellationToken) -> JoinHandle<()> {
    let (db, shutdown) = (db.clone(), shutdown.clone());
    tokio::spawn(async move { db.watch_replica(shutdown).await })
}
