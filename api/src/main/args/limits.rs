//! What strangers may ask of a server.

use clap::{Args as ClapArgs, ValueEnum};

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct EdgeArgs {
    /// Units a minute that each customer may ask for. A unit is one ordinary mutation; costly queries are several. 0 sets no
    /// limit, here and below.
    #[arg(long, env = "HOLDFAST_LIMIT_USER", default_value_t = api::RateLimits::default().per_user)]
    pub(crate) limit_user: u32,
    /// Units a minute for each person who acts for an organiser, or is an operator.
    #[arg(long, env = "HOLDFAST_LIMIT_ORGANISER", default_value_t = api::RateLimits::default().per_organiser)]
    pub(crate) limit_organiser: u32,
    /// Units a minute for each machine with a service token.
    #[arg(long, env = "HOLDFAST_LIMIT_SERVICE", default_value_t = api::RateLimits::default().per_service)]
    pub(crate) limit_service: u32,
    /// Units a minute from each address (of IPv6, from each /64), whoever asks.
    #[arg(long, env = "HOLDFAST_LIMIT_ADDRESS", default_value_t = api::RateLimits::default().per_address)]
    pub(crate) limit_address: u32,
    /// Networks of the proxies before this server, such as `10.0.0.0/8`, separated by commas: only their `Forwarded` and
    /// `X-Forwarded-For` are believed. Without any, every request is counted for the address it came from.
    #[arg(long, env = "HOLDFAST_TRUSTED_PROXIES", value_delimiter = ',')]
    pub(crate) trusted_proxies: Vec<api::IpNet>,
    /// Bookings of one slot that may be on their way to the database at once; more wait in line. 0 takes that gate away.
    #[arg(long, env = "HOLDFAST_GATE_AT_ONCE", default_value_t = api::GateSettings::default().at_once)]
    pub(crate) gate_at_once: usize,
    /// Bookings of one slot that may wait in that line; more are told to come back.
    #[arg(long, env = "HOLDFAST_GATE_WAITING", default_value_t = api::GateSettings::default().waiting)]
    pub(crate) gate_waiting: usize,
    /// Whether clients may ask the schema to describe itself, and are told which field they may have meant.
    #[arg(long, env = "HOLDFAST_INTROSPECTION", value_enum, default_value = "off")]
    pub(crate) introspection: Switch,
    /// Whether the query editor is served at `/graphiql`; it needs introspection.
    #[arg(long, env = "HOLDFAST_GRAPHIQL", value_enum, default_value = "off")]
    pub(crate) graphiql: Switch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

impl EdgeArgs {
    /// What the API is told.
    pub(crate) fn settings(&self) -> api::Settings {
        let introspection = match self.introspection {
            Switch::On => api::Introspection::On,
            Switch::Off => api::Introspection::Off,
        };
        let rate_limits = api::RateLimits {
            per_user: self.limit_user,
            per_organiser: self.limit_organiser,
            per_service: self.limit_service,
            per_address: self.limit_address,
            trusted_proxies: self.trusted_proxies.clone(),
        };
        let gate = api::GateSettings {
            at_once: self.gate_at_once,
            waiting: self.gate_waiting,
            ..api::GateSettings::default()
        };
        let graphiql = self.graphiql == Switch::On;
        api::Settings { rate_limits, gate, introspection, graphiql, ..api::Settings::default() }
    }
}
