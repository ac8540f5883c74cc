//! What a running system is put together from: a database, the development key, a listener, the API and the workers.

use std::{
    io::{ErrorKind, Write as _},
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use api::{Hints, KeySource, MetricsRenderer, Verifier};
use db::{Actor, Db, DbRole, OrganiserId, PoolOptions, Role, embedded::Embedded};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    args::{DatabaseArgs, ListenArgs, TokenRole},
    error::CliError,
};

/// Issuer and audience of development tokens.
pub(crate) const DEV_ISSUER: &str = "holdfast-dev";
/// See [`DEV_ISSUER`].
pub(crate) const DEV_AUDIENCE: &str = "holdfast";
/// The organiser of the sample data, and of development tokens.
pub(crate) const DEV_ORGANISER: uuid::Uuid = uuid::uuid!("01900000-0000-7000-8000-000000000001");

/// A Postgres: our own, or one that somebody else runs.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) url: String,
    embedded: Option<Embedded>,
}

impl Database {
    /// The named database, or a private one under the data directory.
    pub(crate) async fn open(args: &DatabaseArgs) -> Result<Self, CliError> {
        if let Some(url) = &args.database_url {
            return Ok(Self { url: url.clone(), embedded: None });
        }
        let options = db::embedded::Options::new(args.data_dir.clone());
        let embedded = Embedded::start(options).await?;
        Ok(Self { url: embedded.url(), embedded: Some(embedded) })
    }

    /// A pool of connections that run as `role`.
    pub(crate) async fn pool(&self, role: DbRole, connections: u32) -> Result<Db, CliError> {
        // No client waits for a worker's sweeps and checks, which may read whole tables.
        let statement = match role {
            DbRole::Worker => Duration::from_secs(30),
            _ => PoolOptions::default().statement,
        };
        let options = PoolOptions { connections, statement, ..PoolOptions::default() };
        Ok(Db::connect(&self.url, role, &options).await?)
    }

    /// Resolves when a private Postgres ends by itself; never for another one.
    pub(crate) async fn died(&mut self) -> CliError {
        match &mut self.embedded {
            Some(embedded) => embedded.exited().await.into(),
            None => std::future::pending().await,
        }
    }

    /// Stops a private Postgres.
    pub(crate) async fn stop(self) -> Result<(), CliError> {
        match self.embedded {
            Some(embedded) => Ok(embedded.stop().await?),
            None => Ok(()),
        }
    }
}

/// The address is taken before anything else is started, so that a port in use costs nothing.
pub(crate) async fn listen(args: &ListenArgs) -> Result<TcpListener, CliError> {
    let address = SocketAddr::new(args.host, args.port);
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        ErrorKind::AddrInUse => CliError::PortInUse { address },
        _ => CliError::Listen { address, source },
    })
}

/// The shared secret of development tokens.
pub(crate) struct DevKey(Vec<u8>);

impl DevKey {
    fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("development-key")
    }

    /// The key of a data directory, made on first use.
    pub(crate) fn load_or_make(data_dir: &Path) -> Result<Self, CliError> {
        let path = Self::path(data_dir);
        let fail = |source| CliError::File { path: path.clone(), source };
        std::fs::create_dir_all(data_dir).map_err(fail)?;
        // Written aside and linked into place: of two that start at once, both end with the same whole key.
        let draft = path.with_extension(uuid::Uuid::new_v4().to_string());
        if !path.exists() {
            let secret = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
            let mut file = std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&draft)
                .map_err(fail)?;
            file.write_all(secret.as_bytes()).map_err(fail)?;
            match std::fs::hard_link(&draft, &path) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(fail(error)),
                _ => std::fs::remove_file(&draft).map_err(fail)?,
            }
        }
        Self::load(data_dir)
    }

    /// The key of a data directory that has one.
    pub(crate) fn load(data_dir: &Path) -> Result<Self, CliError> {
        let path = Self::path(data_dir);
        match std::fs::read(&path) {
            Ok(secret) => Ok(Self(secret)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(CliError::NoDevKey { data_dir: data_dir.to_owned() })
            }
            Err(source) => Err(CliError::File { path, source }),
        }
    }

    /// Checks tokens that were made with this key.
    pub(crate) fn verifier(&self, issuer: &str, audience: &str) -> Result<Verifier, CliError> {
        Ok(Verifier::new(&KeySource::Hs256Secret(self.0.clone()), issuer, audience)?)
    }

    /// A token of the sample organiser's people.
    pub(crate) fn token(&self, role: TokenRole, ttl: Duration) -> Result<String, CliError> {
        let (role, subject) = match role {
            TokenRole::Customer => (Role::Customer, "dev-customer"),
            TokenRole::Organiser => (Role::Organiser, "dev-organiser"),
            TokenRole::Operator => (Role::Operator, "dev-operator"),
        };
        let organiser_id = (role == Role::Organiser).then_some(OrganiserId(DEV_ORGANISER));
        self.token_of(&Actor { role, subject: subject.to_owned(), organiser_id }, ttl)
    }

    /// A token of anybody.
    pub(crate) fn token_of(&self, actor: &Actor, ttl: Duration) -> Result<String, CliError> {
        Ok(api::mint(&self.0, DEV_ISSUER, DEV_AUDIENCE, actor, ttl)?)
    }
}

/// The API and the workers in one process, over one database.
#[derive(Debug)]
pub(crate) struct System {
    pub(crate) url: String,
    database: Database,
    api: Db,
    worker: Db,
    shutdown: CancellationToken,
    serving: JoinHandle<Result<(), api::ServeError>>,
    working: JoinHandle<Result<(), jobs::SettingsError>>,
}

impl System {
    /// Migrates the database and starts everything; nothing is running when this fails.
    pub(crate) async fn start(
        listener: TcpListener,
        args: &DatabaseArgs,
        key: &DevKey,
        metrics: MetricsRenderer,
    ) -> Result<Self, CliError> {
        let address = listener.local_addr().map_err(CliError::Runtime)?;
        let database = Database::open(args).await?;
        db::migrate(&database.url).await?;
        let api = database.pool(DbRole::Api, args.connections).await?;
        let worker = database.pool(DbRole::Worker, args.connections).await?;
        let hints = Hints::new();
        let shutdown = CancellationToken::new();

        let verifier = key.verifier(DEV_ISSUER, DEV_AUDIENCE)?;
        let settings = api::Settings { metrics, ..api::Settings::default() };
        let serving = api::serve(settings, listener, api.clone(), verifier, hints.clone(), shutdown.clone());
        let surroundings = jobs::Surroundings {
            work: hints.on_work(),
            changed: Arc::new(move |booking| hints.changed(booking)),
        };
        let name = format!("dev-{}", std::process::id());
        let gateway = jobs::gateway::Simulated::new(worker.clone());
        let working =
            jobs::run(worker.clone(), gateway, jobs::Settings::named(name), surroundings, shutdown.clone());
        Ok(Self {
            url: format!("http://{address}"),
            database,
            api,
            worker,
            shutdown: shutdown.clone(),
            serving: tokio::spawn(serving),
            working: tokio::spawn(working),
        })
    }

    /// The pool of the API.
    pub(crate) fn api(&self) -> &Db {
        &self.api
    }

    /// Resolves when a part of the system ends by itself, which none of them should.
    pub(crate) async fn broke(&mut self) -> CliError {
        let ended = tokio::select! {
            error = self.database.died() => return error,
            ended = &mut self.serving => ended.map(|result| result.map_err(CliError::from)),
            ended = &mut self.working => ended.map(|result| result.map_err(CliError::from)),
        };
        match ended {
            Ok(Ok(())) => CliError::Interrupted,
            Ok(Err(error)) => error,
            Err(panic) => CliError::Panicked(panic),
        }
    }

    /// Finishes what is under way, then stops the database.
    pub(crate) async fn stop(self) -> Result<(), CliError> {
        self.shutdown.cancel();
        let served = if self.serving.is_finished() { Ok(Ok(())) } else { self.serving.await };
        let worked = if self.working.is_finished() { Ok(Ok(())) } else { self.working.await };
        self.api.close().await;
        self.worker.close().await;
        self.database.stop().await?;
        served.map_err(CliError::Panicked)??;
        Ok(worked.map_err(CliError::Panicked)??)
    }
}
