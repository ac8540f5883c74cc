//! Which payment gateways there are, and how much of each is used.

use std::{fmt, num::NonZeroU32, str::FromStr, time::Duration};

use clap::Args as ClapArgs;
use db::Currency;
use jobs::gateway::{BreakerLimits, Limits};

#[derive(Clone, Debug, Default, ClapArgs)]
#[command(next_help_heading = "Payment gateways")]
pub(crate) struct GatewayArgs {
    /// A simulated gateway, `CODE=URL`; as often as there are any (in the environment separated by commas).
    #[arg(long = "simulator", env = "HOLDFAST_SIMULATORS", value_name = "CODE=URL", value_delimiter = ',')]
    pub(crate) simulators: Vec<Named<Url>>,
    /// Secret key of Stripe's API; with it there is a gateway `stripe`.
    #[arg(long, env = "STRIPE_SECRET_KEY", hide_env_values = true)]
    pub(crate) stripe_key: Option<String>,
    /// Where Stripe's API is.
    #[arg(long, env = "STRIPE_API_URL", default_value = "https://api.stripe.com")]
    pub(crate) stripe_url: Url,
    /// A gateway's share of new payments, `CODE=N` of 0 to 1000; 1 unless said otherwise, 0 takes no new ones.
    #[arg(
        long = "gateway-weight",
        env = "HOLDFAST_GATEWAY_WEIGHTS",
        value_name = "CODE=N",
        value_delimiter = ','
    )]
    pub(crate) weights: Vec<Named<Weight>>,
    /// What a gateway takes, such as `stripe=EUR+USD`; everything unless said otherwise.
    #[arg(
        long = "gateway-currencies",
        env = "HOLDFAST_GATEWAY_CURRENCIES",
        value_name = "CODE=EUR+USD",
        value_delimiter = ','
    )]
    pub(crate) currencies: Vec<Named<Currencies>>,
    /// Secrets that gateways sign webhooks with, such as `stripe=whsec_new|whsec_old`; two while one replaces the other.
    #[arg(
        long,
        env = "HOLDFAST_WEBHOOK_SECRETS",
        value_name = "CODE=SECRET|SECRET",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub(crate) webhook_secrets: Vec<Named<Secrets>>,
}

impl GatewayArgs {
    /// Whether there is a gateway to ask.
    pub(crate) fn names_any(&self) -> bool {
        !self.simulators.is_empty() || self.stripe_key.is_some()
    }
}

#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Limits of each gateway, in this process")]
pub(crate) struct LimitArgs {
    /// Milliseconds that a call may take before its outcome counts as unknown.
    #[arg(long, env = "HOLDFAST_GATEWAY_TIMEOUT_MS", default_value_t = 5000)]
    pub(crate) gateway_timeout_ms: u64,
    /// Calls begun a second, at most.
    #[arg(long, env = "HOLDFAST_GATEWAY_RATE", default_value_t = NonZeroU32::new(100).unwrap_or(NonZeroU32::MIN))]
    pub(crate) gateway_rate: NonZeroU32,
    /// Calls under way, at most.
    #[arg(long, env = "HOLDFAST_GATEWAY_CONCURRENCY", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) gateway_concurrency: u16,
    /// Milliseconds that a gateway is left alone once half of its last ten calls have failed.
    #[arg(long, env = "HOLDFAST_BREAKER_OPEN_MS", default_value_t = 5000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) breaker_open_ms: u64,
}

impl LimitArgs {
    /// How long a call may take.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_millis(self.gateway_timeout_ms)
    }

    /// As gateways take it.
    pub(crate) fn limits(&self) -> Limits {
        let open_for = Duration::from_millis(self.breaker_open_ms);
        Limits {
            timeout: self.timeout(),
            concurrency: usize::from(self.gateway_concurrency),
            per_second: self.gateway_rate,
            breaker: BreakerLimits { open_for, ..BreakerLimits::default() },
            ..Limits::default()
        }
    }
}

/// Something of one gateway: `CODE=VALUE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named<T> {
    pub(crate) code: String,
    pub(crate) value: T,
}

impl<T: FromStr> FromStr for Named<T>
where
    T::Err: fmt::Display,
{
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (code, value) = text.split_once('=').ok_or("CODE=VALUE is expected")?;
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if code.is_empty() || code.len() > 40 || !code.chars().all(is_plain) {
            return Err("a gateway's code has small letters, digits, - and _, 40 at most".to_owned());
        }
        let value = value.parse().map_err(|error: T::Err| error.to_string())?;
        Ok(Self { code: code.to_owned(), value })
    }
}

/// An address over HTTP, without a slash at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Url(pub(crate) String);

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match reqwest::Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => {
                Ok(Self(text.trim_end_matches('/').to_owned()))
            }
            Ok(url) => Err(format!("`{}` is neither http nor https", url.scheme())),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A share of new payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weight(pub(crate) u16);

impl FromStr for Weight {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(weight @ 0..=1000) => Ok(Self(weight)),
            _ => Err("a weight is a number from 0 to 1000".to_owned()),
        }
    }
}

/// Currencies, joined by `+`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Currencies(pub(crate) Vec<Currency>);

impl FromStr for Currencies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let currencies: Result<Vec<_>, _> = text.split('+').map(str::parse).collect();
        currencies.map(Self).map_err(|error: db::MoneyError| error.to_string())
    }
}

/// Secrets, one or two, joined by `|`; never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secrets(pub(crate) Vec<String>);

impl FromStr for Secrets {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let secrets: Vec<_> = text.split('|').map(str::to_owned).collect();
        if secrets.len() > 2 || secrets.iter().any(String::is_empty) {
            return Err("one secret, or two with | between them".to_owned());
        }
        Ok(Self(secrets))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} secrets", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_of_a_gateway_is_read() {
        let simulator: Named<Url> = "sim-1=http://127.0.0.1:9000/".parse().expect("it is right");
        assert_eq!((simulator.code.as_str(), simulator.value.0.as_str()), ("sim-1", "http://127.0.0.1:9000"));
        let secrets: Named<Secrets> = "stripe=new=|old".parse().expect("a secret may hold an equals sign");
        assert_eq!(secrets.value.0, ["new=", "old"]);
        assert_eq!(format!("{:?}", secrets.value), "2 secrets");
        let currencies: Named<Currencies> = "stripe=EUR+USD".parse().expect("it is right");
        assert_eq!(currencies.value.0.len(), 2);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for bad in
            ["http://127.0.0.1", "=http://127.0.0.1", "A=http://127.0.0.1", "sim=ftp://127.0.0.1", "sim="]
        {
            assert!(bad.parse::<Named<Url>>().is_err(), "{bad}");
        }
        for bad in ["sim=1001", "sim=-1", "sim=", "sim"] {
            assert!(bad.parse::<Named<Weight>>().is_err(), "{bad}");
        }
        for bad in ["sim=EUR+", "sim=", "sim=euro"] {
            assert!(bad.parse::<Named<Currencies>>().is_err(), "{bad}");
        }
        for bad in ["sim=a|b|c", "sim=|", "sim="] {
            assert!(bad.parse::<Named<Secrets>>().is_err(), "{bad}");
        }
    }
}
