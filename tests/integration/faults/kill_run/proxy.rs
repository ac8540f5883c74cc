//! A TCP proxy before Postgres: one address for servers that come and go, and the place where answers are lost.

use std::sync::{
    Arc,
    atomic::{AtomicU16, AtomicU64, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
};

/// One in so many pieces of answers is swallowed, and its connection reset: what was committed is then not told.
const SWALLOWED_OF: u64 = 700;

/// Listens until the test's runtime ends; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Proxy {
    pub(super) port: u16,
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    target: AtomicU16,
    pieces: AtomicU64,
    swallowed: AtomicU64,
}

impl Proxy {
    /// Passes everything on to this port.
    pub(super) async fn start(target: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let inner = Inner { target: target.into(), pieces: AtomicU64::new(0), swallowed: AtomicU64::new(0) };
        let proxy = Self { port, inner: Arc::new(inner) };
        let accepting = proxy.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(accepting.clone().pass(client));
            }
        });
        proxy
    }

    /// New connections go to another port from now on.
    pub(super) fn turn_to(&self, target: u16) {
        self.inner.target.store(target, Ordering::SeqCst);
    }

    /// How many answers were lost.
    pub(super) fn swallowed(&self) -> u64 {
        self.inner.swallowed.load(Ordering::SeqCst)
    }

    async fn pass(self, client: TcpStream) {
        let target = self.inner.target.load(Ordering::SeqCst);
        // A server that was killed takes no connections; whoever asked tries again.
        let Ok(server) = TcpStream::connect(("127.0.0.1", target)).await else { return };
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        // When one direction ends, both are over: dropping the sockets closes them.
        tokio::select! {
            () = forward(from_client, to_server, || false) => (),
            () = forward(from_server, to_client, || self.swallows()) => (),
        }
    }

    fn swallows(&self) -> bool {
        let swallows = self.inner.pieces.fetch_add(1, Ordering::SeqCst) % SWALLOWED_OF == SWALLOWED_OF - 1;
        if swallows {
            self.inner.swallowed.fetch_add(1, Ordering::SeqCst);
        }
        swallows
    }
}

/// Passes on until an end is gone, or until a piece is swallowed.
async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, swallows: impl Fn() -> bool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if swallows() || to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
