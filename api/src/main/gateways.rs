//! The payment gateways that the flags name.

use std::{num::NonZeroU32, sync::Arc};

use jobs::gateway::{Gateways, Guarded, Limits, PaymentGateway, Registered, Simulated, Stripe};

use crate::{
    args::{GatewayArgs, Named},
    error::CliError,
};

/// Stripe's code in routing, in metrics and in the address of its webhooks.
const STRIPE: &str = "stripe";

/// For a system on a desk: nobody else's gateway is to be spared.
pub(crate) fn generous() -> Limits {
    Limits { concurrency: 256, per_second: NonZeroU32::MAX, ..Limits::default() }
}

/// All that the flags name, each behind these limits.
pub(crate) fn build(args: &GatewayArgs, limits: &Limits) -> Result<Gateways, CliError> {
    build_with(args, limits, |gateway| gateway)
}

/// The same, each with something put around it.
pub(crate) fn build_with(
    args: &GatewayArgs,
    limits: &Limits,
    around: impl Fn(Arc<dyn PaymentGateway>) -> Arc<dyn PaymentGateway>,
) -> Result<Gateways, CliError> {
    let mut gateways: Vec<Arc<dyn PaymentGateway>> = Vec::new();
    for Named { code, value } in &args.simulators {
        gateways.push(Arc::new(Simulated::new(code.clone(), &value.0, secrets(args, code))));
    }
    if let Some(key) = &args.stripe_key {
        let url = args.stripe_url.0.clone();
        gateways.push(Arc::new(Stripe::new(STRIPE.to_owned(), url, key.clone(), secrets(args, STRIPE))));
    }
    for code in named(args) {
        // A misspelt name would take new payments that it should not.
        if !gateways.iter().any(|gateway| gateway.code() == code) {
            return Err(CliError::UnknownGateway { code: code.to_owned() });
        }
    }
    let registered = gateways.into_iter().map(|gateway| register(args, limits, around(gateway))).collect();
    Ok(Gateways::new(registered)?)
}

fn register(args: &GatewayArgs, limits: &Limits, gateway: Arc<dyn PaymentGateway>) -> Registered {
    let weight = value(&args.weights, gateway.code()).map_or(1, |weight| weight.0);
    let currencies = value(&args.currencies, gateway.code()).map(|currencies| currencies.0.clone());
    Registered { gateway: Arc::new(Guarded::new(gateway, limits.clone())), weight, currencies }
}

fn secrets(args: &GatewayArgs, code: &str) -> Vec<String> {
    value(&args.webhook_secrets, code).map(|secrets| secrets.0.clone()).unwrap_or_default()
}

/// The last one wins, as with other flags.
fn value<'a, T>(all: &'a [Named<T>], code: &str) -> Option<&'a T> {
    all.iter().rev().find(|named| named.code == code).map(|named| &named.value)
}

/// The gateways that the settings are about.
fn named(args: &GatewayArgs) -> impl Iterator<Item = &str> {
    let weights = args.weights.iter().map(|named| named.code.as_str());
    let currencies = args.currencies.iter().map(|named| named.code.as_str());
    weights.chain(currencies).chain(args.webhook_secrets.iter().map(|named| named.code.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> GatewayArgs {
        GatewayArgs {
            simulators: vec!["a=http://127.0.0.1:1".parse().expect("it is right")],
            ..GatewayArgs::default()
        }
    }

    #[test]
    fn a_gateway_has_its_weight_and_its_currencies() {
        let args = GatewayArgs {
            simulators: vec![
                "a=http://127.0.0.1:1".parse().expect("it is right"),
                "b=http://127.0.0.1:2".parse().expect("it is right"),
            ],
            weights: vec!["b=9".parse().expect("it is right")],
            currencies: vec!["a=EUR".parse().expect("it is right")],
            ..GatewayArgs::default()
        };
        let gateways = build(&args, &Limits::default()).expect("they fit together");
        let found: Vec<_> =
            gateways.iter().map(|one| (one.weight, one.currencies.as_ref().map(Vec::len))).collect();
        assert_eq!(found, [(1, Some(1)), (9, None)]);
    }

    #[test]
    fn settings_of_a_gateway_that_is_not_there_are_refused() {
        let args = GatewayArgs { weights: vec!["b=0".parse().expect("it is right")], ..args() };
        assert!(matches!(
            build(&args, &Limits::default()),
            Err(CliError::UnknownGateway { code }) if code == "b"
        ));
    }

    #[test]
    fn two_of_one_name_are_refused() {
        let mut args = args();
        args.simulators.push("a=http://127.0.0.1:2".parse().expect("it is right"));
        assert!(matches!(build(&args, &Limits::default()), Err(CliError::Gateways(_))));
    }
}
