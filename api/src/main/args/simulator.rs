//! What a simulated gateway takes.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use clap::Args as ClapArgs;
use simulator::{Settings, Trouble, Webhooks};

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct SimulatorArgs {
    /// Address to listen on.
    #[arg(long, env = "HOLDFAST_SIMULATOR_HOST", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// Port to listen on; 0 takes any free one and prints it.
    #[arg(long, env = "HOLDFAST_SIMULATOR_PORT", default_value_t = 8090)]
    pub(crate) port: u16,
    /// Folder of the ledger, `simulator.redb`; one simulator at a time has it.
    #[arg(long, env = "HOLDFAST_SIMULATOR_DIR", default_value = ".holdfast")]
    pub(crate) data_dir: PathBuf,
    /// Address that webhooks are posted to; without it there are none.
    #[arg(long, env = "HOLDFAST_SIMULATOR_WEBHOOK_URL", requires = "webhook_secret")]
    pub(crate) webhook_url: Option<String>,
    /// Secret that webhooks are signed with.
    #[arg(long, env = "HOLDFAST_SIMULATOR_WEBHOOK_SECRET", hide_env_values = true)]
    pub(crate) webhook_secret: Option<String>,
    /// What trouble by rate is drawn from: the same seed gives the same operations the same trouble.
    #[arg(long, env = "HOLDFAST_SIMULATOR_SEED", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Seconds for which an authorization can be captured.
    #[arg(long, env = "HOLDFAST_SIMULATOR_AUTHORIZATION_SECONDS", default_value_t = 604_800)]
    pub(crate) authorization_seconds: u32,
    /// Trouble by rate to begin with, as JSON such as `{"latency_ms": 50, "lost_after_rate": 0.1}`; `PUT /trouble` changes it.
    #[arg(long, env = "HOLDFAST_SIMULATOR_TROUBLE", value_parser = trouble)]
    pub(crate) trouble: Option<Trouble>,
}

impl SimulatorArgs {
    /// As the simulator takes it.
    pub(crate) fn settings(&self) -> Settings {
        let webhooks = self.webhook_url.clone().zip(self.webhook_secret.clone());
        Settings {
            seed: self.seed,
            authorization_life: Duration::from_secs(self.authorization_seconds.into()),
            webhooks: webhooks.map(|(url, secret)| Webhooks { url, secret }),
            trouble: self.trouble.clone().unwrap_or_default(),
            ..Settings::default()
        }
    }
}

fn trouble(text: &str) -> Result<Trouble, String> {
    let trouble: Trouble = serde_json::from_str(text).map_err(|error| error.to_string())?;
    trouble.check().map_err(|error| error.to_string())?;
    Ok(trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_read_and_checked() {
        assert_eq!(trouble(r#"{"down": true}"#), Ok(Trouble { down: true, ..Trouble::default() }));
        assert!(trouble(r#"{"decline_rate": 2}"#).is_err());
        assert!(trouble(r#"{"declines": 1}"#).is_err());
    }
}
