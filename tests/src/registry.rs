//! The stand-in for a schema registry, with schemas in memory.

use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A registry of one test; it ends when it is dropped.
#[derive(Debug)]
pub struct Registry {
    url: String,
    _stop: DropGuard,
}

impl Registry {
    /// A new one, without schemas.
    pub async fn start() -> Self {
        let registry = simulator::Registry::open(None).expect("schemas in memory");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let stop = CancellationToken::new();
        tokio::spawn(registry.serve(listener, stop.clone()));
        Self { url, _stop: stop.drop_guard() }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }
}
