//! The store that instances share.

use clap::Args as ClapArgs;

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct RedisArgs {
    /// A Redis that all instances share, for limits, caches and hints: `redis://host:port`, or `rediss://` for TLS.
    /// Without one each instance has its own.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub(crate) redis_url: Option<String>,
    /// What its keys and channels begin with; installations that share a Redis need different ones.
    #[arg(long, env = "HOLDFAST_REDIS_PREFIX", default_value = "holdfast")]
    pub(crate) redis_prefix: String,
}

impl RedisArgs {
    /// The store, if one is named.
    pub(crate) fn store(&self) -> Result<Option<api::SharedStore>, api::SharedStoreError> {
        self.redis_url.as_deref().map(|url| api::SharedStore::open(url, &self.redis_prefix)).transpose()
    }
}
