//! Connections: accepted until the shutdown, each served in a task of its own.
//!
//! HTTP/1 alone, spoken by hyper itself: what is beside a proxy that ends TLS needs no more, and a connection takes half of
//! the memory that it takes where the first bytes are looked at for another version. Headers have to come in time.

use std::{io, net::SocketAddr, pin::pin, time::Duration};

use axum::{
    Router,
    extract::{ConnectInfo, Request},
};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What is waited when no connection can be accepted.
const PAUSE: Duration = Duration::from_millis(250);

/// How patient we are with connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// How long one may be idle, or take to send the head of a request.
    pub(crate) head: Duration,
    /// How long requests under way may go on after the shutdown.
    pub(crate) grace: Duration,
}

/// Serves connections until `shutdown`; then lets each finish its request, for as long as the grace lasts.
pub(crate) async fn serve(
    listener: TcpListener,
    routes: Router,
    shutdown: &CancellationToken,
    patience: Patience,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.head);
    let open = TaskTracker::new();
    while let Some(accepted) = shutdown.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, address)) => {
                open.spawn(connection(http.clone(), stream, address, routes.clone(), shutdown.clone()));
            }
            // It was gone before it was accepted.
            Err(error) if is_of_connection(&error) => {}
            // Too many files, mostly; and whatever it is, it may pass, and those who are connected go on.
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted just now");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    open.close();
    let grace = patience.grace;
    if tokio::time::timeout(grace, open.wait()).await.is_err() {
        tracing::warn!(?grace, "requests were still under way when the time for them was over");
    }
}

/// Serves one connection to its end; after `shutdown`, to the end of the request under way.
async fn connection(
    http: http1::Builder,
    stream: TcpStream,
    address: SocketAddr,
    routes: Router,
    shutdown: CancellationToken,
) {
    // Answers are small: waiting to fill a packet would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps its delay");
    }
    let routes = TowerToHyperService::new(routes);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address));
        routes.call(request)
    });
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service).with_upgrades());
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

fn is_of_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
