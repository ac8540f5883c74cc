//! Temporary: serves the API on an embedded database.
use std::time::Duration;
use api::*;
#[tokio::main]
async fn main() {
    tracing_subscriber::fmt().with_env_filter("info,api=debug").init();
    let url = if let Ok(url) = std::env::var("URL") { url } else { panic!("URL") };
    db::migrate(&url).await.expect("migrated");
    let db = db::Db::connect(&url, db::DbRole::Api, &db::PoolOptions::default()).await.expect("connected");
    let secret = b"0123456789012345678901234567890123456789";
    let verifier = Verifier::new(&KeySource::Hs256Secret(secret.to_vec()), "holdfast", "holdfast").unwrap();
    let org = db::OrganiserId(uuid::Uuid::from_u128(7));
    for (role, subject, org) in [(db::Role::Customer, "alice", None), (db::Role::Organiser, "hotel", Some(org)), (db::Role::Operator, "root", None)] {
        let actor = db::Actor { role, subject: subject.into(), organiser_id: org };
        println!("TOKEN {subject} {}", mint(secret, "holdfast", "holdfast", &actor, Duration::from_secs(36000)).unwrap());
        let _ = std::fs::write(format!("/tmp/gq/token.{subject}"), mint(secret, "holdfast", "holdfast", &actor, Duration::from_secs(36000)).unwrap());
    }
    std::fs::write("/tmp/gq/schema.graphql", sdl()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:4199").await.unwrap();
    let shutdown = tokio_util::sync::CancellationToken::new();
    let token = shutdown.clone();
    tokio::spawn(async move { tokio::signal::ctrl_c().await.unwrap(); token.cancel(); });
    println!("{:?}", serve(Settings::default(), listener, db, verifier, Hints::new(), shutdown).await);
}
