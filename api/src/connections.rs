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

/// What a connection's end is told by.
#[derive(Clone)]
struct End {
    /// No request is to be begun any more.
    shutdown: CancellationToken,
    /// Those under way have had their time.
    over: CancellationToken,
}

/// Serves connections until `shutdown`; then lets each finish its request, for as long as the grace lasts. None is left after
/// that: what one holds of the instance would keep its writers waiting for commands.
pub(crate) async fn serve(
    listener: TcpListener,
    routes: Router,
    shutdown: &CancellationToken,
    patience: Patience,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.head);
    let open = TaskTracker::new();
    let end = End { shutdown: shutdown.clone(), over: CancellationToken::new() };
    while let Some(accepted) = shutdown.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, address)) => {
                open.spawn(connection(http.clone(), stream, address, routes.clone(), end.clone()));
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
        let requests = open.len();
        tracing::warn!(?grace, requests, "requests were still under way when the time for them was over");
        end.over.cancel();
        open.wait().await;
    }
}

/// Serves one connection to its end; after the shutdown, to the end of the request under way.
async fn connection(http: http1::Builder, stream: TcpStream, address: SocketAddr, routes: Router, end: End) {
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
        () = end.shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let Some(ended) = end.over.run_until_cancelled(connection).await else { return };
            ended
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
