//! The simulated gateway of a system that names none: in this process, on a loopback port, with its ledger in the data
//! directory and its webhooks sent to our own door.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
};

use simulator::{Settings, Simulator, Webhooks};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    args::{GatewayArgs, Named, Secrets, Url},
    error::CliError,
};

/// Its code in routing, in metrics and in the address of its webhooks.
const CODE: &str = "simulator";

#[derive(Debug)]
pub(crate) struct OwnSimulator {
    /// It ends with this, also when what was to be started after it could not be.
    running: DropGuard,
    simulator: Simulator,
    serving: JoinHandle<Result<(), simulator::Error>>,
}

impl OwnSimulator {
    /// Starts it, and names it among the gateways; `api` is where its webhooks go.
    pub(crate) async fn start(
        data_dir: &Path,
        api: SocketAddr,
        gateways: &mut GatewayArgs,
    ) -> Result<Self, CliError> {
        let ledger = data_dir.join("simulator.redb");
        let made = std::fs::create_dir_all(data_dir);
        made.map_err(|source| CliError::File { path: data_dir.to_owned(), source })?;
        // Nobody else has to know it, and it need not outlive this process: events that are not delivered are read
        // from the gateway's own list.
        let secret = uuid::Uuid::new_v4().simple().to_string();
        let url = format!("http://{api}/webhooks/{CODE}");
        let webhooks = Some(Webhooks { url, secret: secret.clone() });
        let simulator = Simulator::open(Some(&ledger), Settings { webhooks, ..Settings::default() })?;

        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let bound = TcpListener::bind(address).await;
        let listener = bound.map_err(|source| CliError::Listen { address, source })?;
        let address = listener.local_addr().map_err(CliError::Runtime)?;
        let code = CODE.to_owned();
        gateways.simulators.push(Named { code: code.clone(), value: Url(format!("http://{address}")) });
        gateways.webhook_secrets.push(Named { code, value: Secrets(vec![secret]) });
        let shutdown = CancellationToken::new();
        let serving = tokio::spawn(simulator.clone().serve(listener, shutdown.clone()));
        Ok(Self { running: shutdown.drop_guard(), simulator, serving })
    }

    /// The gateway itself, for whoever makes trouble there.
    pub(crate) fn gateway(&self) -> Simulator {
        self.simulator.clone()
    }

    /// Finishes the calls under way.
    pub(crate) async fn stop(self) -> Result<(), CliError> {
        drop(self.running);
        Ok(self.serving.await.map_err(CliError::Panicked)??)
    }
}
