//! Stripe's adapter against localstripe, a stand-in for Stripe that nobody here wrote, as a process of its own.
//!
//! What it can't show is shown elsewhere. It ignores `Idempotency-Key`, so that a key sent twice charges twice: that the
//! same key is worked once is proven on the simulator. It tells of no authorization, void or refund by events, so that
//! its books can't be listed; those, errors, lost answers and long lists are played from a script beside the adapter.

mod localstripe;

use chrono::{DateTime, TimeDelta, Utc};
use db::OperationKind::{self, Authorize, Capture, Refund, Void};
use jobs::gateway::{Answer, Done, Finding, Operation, PaymentGateway};
use localstripe::LocalStripe;
use uuid::Uuid;

fn operation(kind: OperationKind, authorization: Option<&str>, amount_minor: i64) -> Operation {
    Operation {
        kind,
        key: Uuid::now_v7().to_string(),
        amount_minor,
        currency: "EUR".parse().expect("a currency"),
        payment_method: "pm_card_visa".to_owned(),
        authorization: authorization.map(str::to_owned),
        payment_id: Some(Uuid::now_v7()),
        opened_at: Utc::now(),
    }
}

fn done(answer: Answer) -> Done {
    match answer {
        Answer::Done(done) => done,
        other => panic!("not done: {other:?}"),
    }
}

/// Authorizes, and gives the name of the authorization.
async fn authorized(stripe: &impl PaymentGateway, amount_minor: i64) -> String {
    done(stripe.perform(&operation(Authorize, None, amount_minor)).await).reference
}

#[tokio::test]
async fn a_payment_is_authorized_captured_and_refunded_in_part() {
    let localstripe = LocalStripe::start().await;
    let stripe = localstripe.gateway();

    let authorize = operation(Authorize, None, 12_500);
    assert_eq!(stripe.look_up(&authorize).await, Finding::Absent);
    let authorization = done(stripe.perform(&authorize).await);
    assert!(authorization.reference.starts_with("pi_"), "{authorization:?}");
    let stands = authorization.expires_at.expect("a card's authorization lapses") - authorize.opened_at;
    assert!((stands - TimeDelta::days(7)).abs() < TimeDelta::minutes(1), "{stands}");
    assert_eq!(stripe.look_up(&authorize).await, Finding::Done(authorization.clone()));

    let id = authorization.reference.as_str();
    let capture = operation(Capture, Some(id), 12_500);
    assert_eq!(stripe.look_up(&capture).await, Finding::Absent);
    let captured = done(stripe.perform(&capture).await);
    assert_eq!(captured, Done { reference: id.to_owned(), expires_at: None });
    assert_eq!(stripe.look_up(&capture).await, Finding::Done(captured));
    assert_eq!(
        stripe.look_up(&operation(Void, Some(id), 12_500)).await,
        Finding::Declined("already_captured".to_owned())
    );

    let (first, second) = (operation(Refund, Some(id), 2_000), operation(Refund, Some(id), 500));
    let refunded = done(stripe.perform(&first).await);
    assert!(refunded.reference.starts_with("re_"), "{refunded:?}");
    assert_eq!(stripe.look_up(&second).await, Finding::Absent, "one refund is not taken for another");
    let again = done(stripe.perform(&second).await);
    assert_eq!(stripe.look_up(&first).await, Finding::Done(refunded));
    assert_eq!(stripe.look_up(&second).await, Finding::Done(again));
    assert_eq!(localstripe.refunded(id).await, 2_500);
}

#[tokio::test]
async fn a_payment_is_voided() {
    let localstripe = LocalStripe::start().await;
    let stripe = localstripe.gateway();
    let id = authorized(&stripe, 900).await;
    let void = operation(Void, Some(&id), 900);
    assert_eq!(stripe.look_up(&void).await, Finding::Absent);
    let voided = done(stripe.perform(&void).await);
    assert_eq!(stripe.look_up(&void).await, Finding::Done(voided));
    assert_eq!(
        stripe.look_up(&operation(Capture, Some(&id), 900)).await,
        Finding::Declined("authorization_lapsed".to_owned())
    );
    assert!(matches!(stripe.perform(&void).await, Answer::Declined(_)), "it can't be voided twice");
}

#[tokio::test]
async fn a_card_is_declined() {
    let localstripe = LocalStripe::start().await;
    let stripe = localstripe.gateway();
    let card = "pm_card_chargeCustomerFail".to_owned();
    let declined = Operation { payment_method: card, ..operation(Authorize, None, 900) };
    assert_eq!(stripe.perform(&declined).await, Answer::Declined("card_declined".to_owned()));
    assert_eq!(stripe.look_up(&declined).await, Finding::Declined("card_declined".to_owned()));
    let unknown = Operation { payment_method: "pm_nobody".to_owned(), ..operation(Authorize, None, 900) };
    assert!(matches!(stripe.perform(&unknown).await, Answer::Declined(_)));
    assert_eq!(stripe.look_up(&unknown).await, Finding::Absent);
}

#[tokio::test]
async fn a_key_that_opens_nothing_does_nothing() {
    let localstripe = LocalStripe::start().await;
    let stripe = localstripe.gateway_with_key("pk_not_a_secret_one");
    let authorize = operation(Authorize, None, 900);
    assert!(matches!(stripe.perform(&authorize).await, Answer::Failed(_)));
    assert!(matches!(stripe.look_up(&authorize).await, Finding::Unknown(_)));
    assert_eq!(localstripe.gateway().look_up(&authorize).await, Finding::Absent);
}

#[tokio::test]
async fn its_webhooks_are_signed_as_ours_are_checked() {
    let localstripe = LocalStripe::start().await;
    let stripe = localstripe.gateway();
    let mut webhooks = localstripe.webhooks().await;
    let id = authorized(&stripe, 900).await;
    done(stripe.perform(&operation(Capture, Some(&id), 900)).await);

    let (signature, body) = webhooks.recv().await.expect("it sends one");
    let now = Utc::now();
    let event = stripe.parse_webhook(&signature, &body, now).expect("the signature holds");
    assert_eq!((event.kind.as_str(), event.reference), ("payment_intent.succeeded", Some(id)));
    assert_eq!(event.operation_key, None, "the intent bears the authorization's key, not the capture's");
    assert!(!event.is_exceptional);

    let mut forged = body.clone();
    *forged.last_mut().expect("it has a body") ^= 1;
    assert!(stripe.parse_webhook(&signature, &forged, now).is_err());
    assert!(
        stripe.parse_webhook(&signature, &body, DateTime::UNIX_EPOCH).is_err(),
        "long before it was sent"
    );
}
