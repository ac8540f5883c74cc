//! `holdfast doctor`: every dependency, one line each, and the invariants.

mod events;

use std::time::Duration;

use db::DbRole;
use jobs::gateway::Limits;

use crate::{
    args::{DoctorArgs, GatewayArgs, Named, RedisArgs, ReplicaArgs, TokenCheckArgs},
    error::{CliError, chain},
    gateways,
    system::Database,
    tokens,
};

/// How long another service may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) async fn run(args: DoctorArgs) -> Result<(), CliError> {
    let mut report = Report::default();
    issuers(&args.tokens, &mut report).await;
    match Database::open(&args.database).await {
        Ok(database) => {
            // Whether a named one answers, the schema's line tells.
            if args.database.database_url.is_none() {
                report.good("postgres", "private, started");
            }
            examine(&database, &mut report).await;
            if let Err(error) = database.stop().await {
                report.bad("postgres stops", &error);
            }
        }
        Err(error) => report.bad("postgres", &error),
    }
    replica(&args.replica, &mut report).await;
    gateways(&args.gateways, &mut report).await;
    events::examine(&args.kafka, &args.notifications, &mut report).await;
    shared(&args.redis, &mut report).await;
    if let Some(url) = &args.url {
        let asked = reqwest::Client::new().get(format!("{url}/readyz")).timeout(PATIENCE);
        report.reached("server", url, asked).await;
    }
    println!("\n{} ok, {} failed", report.passed, report.failed);
    if report.failed == 0 { Ok(()) } else { Err(CliError::Unhealthy { failed: report.failed }) }
}

/// Whether the keys of every issuer of tokens can be had.
async fn issuers(args: &TokenCheckArgs, report: &mut Report) {
    let verifier = match tokens::verifier(args) {
        Ok(None) => return report.good("token keys", "none named: fine for `dev`, needed by `serve`"),
        Ok(Some(verifier)) => verifier,
        Err(error) => return report.bad("token keys", &error),
    };
    for (issuer, fetched) in verifier.fetch().await {
        match fetched {
            Ok(keys) => report.good("token keys", &format!("{keys} of {issuer}")),
            Err(error) => report.failed("token keys", &format!("{issuer}: {}", chain(&error))),
        }
    }
}

/// Whether each gateway answers, and to whom it belongs.
async fn gateways(args: &GatewayArgs, report: &mut Report) {
    if let Err(error) = gateways::build(args, &Limits::default()) {
        return report.bad("gateways", &error);
    }
    if !args.names_any() {
        report.good("gateways", "none named: fine for `dev`, needed by `work`");
    }
    let client = reqwest::Client::new();
    for Named { code, value: url } in &args.simulators {
        let asked = client.get(format!("{}/healthz", url.0)).timeout(PATIENCE);
        report.reached(&format!("gateway {code}"), &url.0, asked).await;
    }
    if let Some(key) = &args.stripe_key {
        let url = &args.stripe_url.0;
        // Whose key it is, and whether it is one, is told by the account's balance, which every key may read.
        let asked = client.get(format!("{url}/v1/balance")).bearer_auth(key).timeout(PATIENCE);
        report.reached("gateway stripe", url, asked).await;
    }
}

/// Whether the replica answers, and is one.
async fn replica(args: &ReplicaArgs, report: &mut Report) {
    let Some(url) = &args.database_read_url else {
        return report.good("replica", "none named: the database is read");
    };
    match tokio::time::timeout(PATIENCE, db::is_replica(url)).await {
        Ok(Ok(true)) => report.good("replica", "replays"),
        Ok(Ok(false)) => report.failed("replica", "is no replica: it replays nothing, and would not be read"),
        Ok(Err(error)) => report.bad("replica", &error),
        Err(_) => report.failed("replica", "does not answer"),
    }
}

/// Whether the store that instances share answers.
async fn shared(args: &RedisArgs, report: &mut Report) {
    let store = match args.store() {
        Ok(None) => return report.good("redis", "none named: each instance is by itself"),
        Ok(Some(store)) => store,
        Err(error) => return report.bad("redis", &error),
    };
    match tokio::time::timeout(PATIENCE, store.ping()).await {
        Ok(Ok(())) => report.good("redis", "answers"),
        Ok(Err(error)) => report.bad("redis", &error),
        Err(_) => report.failed("redis", "does not answer"),
    }
}

/// The schema, each role, and the invariants.
async fn examine(database: &Database, report: &mut Report) {
    match db::schema_version(&database.url, DbRole::Api).await {
        Ok(version) => report.good("schema", &format!("at migration {version}, as this binary needs it")),
        Err(error) => return report.bad("schema", &error),
    }
    for role in [DbRole::Api, DbRole::Worker] {
        let pinged = match database.pool(role, 1).await {
            Ok(db) => db.ping().await.map_err(CliError::from),
            Err(error) => Err(error),
        };
        match pinged {
            Ok(()) => report.good(role.name(), "connects"),
            Err(error) => report.bad(role.name(), &error),
        }
    }
    let checks = match database.pool(DbRole::Api, 1).await {
        Ok(db) => db.invariants().await.map_err(CliError::from),
        Err(error) => Err(error),
    };
    match checks {
        Ok(checks) => {
            for check in checks {
                let line = format!("{} rows", check.violations);
                if check.violations == 0 {
                    report.good(&check.name, &line);
                } else {
                    report.failed(&check.name, &format!("{line}: {}", check.description));
                }
            }
        }
        Err(error) => report.bad("invariants", &error),
    }
}

#[derive(Default)]
struct Report {
    passed: usize,
    failed: usize,
}

impl Report {
    fn good(&mut self, what: &str, detail: &str) {
        self.passed += 1;
        Self::line("ok", what, detail);
    }

    fn bad(&mut self, what: &str, error: &dyn std::error::Error) {
        self.failed(what, &chain(error));
    }

    fn failed(&mut self, what: &str, detail: &str) {
        self.failed += 1;
        Self::line("FAILED", what, detail);
    }

    /// Whether an address answers well.
    async fn reached(&mut self, what: &str, address: &str, asked: reqwest::RequestBuilder) {
        match asked.send().await.and_then(reqwest::Response::error_for_status) {
            Ok(_) => self.good(what, address),
            Err(error) => self.bad(what, &error),
        }
    }

    fn line(verdict: &str, what: &str, detail: &str) {
        println!("{verdict:<7} {what:<26} {detail}");
    }
}
