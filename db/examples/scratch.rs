//! x
#[tokio::main]
async fn main() {
    let options = db::embedded::Options::new(std::path::PathBuf::from("/tmp/hf-scratch"));
    let mut e = db::embedded::Embedded::start(options).await.unwrap();
    println!("{}", e.url());
    if let Err(err) = db::migrate(&e.url()).await {
        let mut s: Option<&dyn std::error::Error> = Some(&err);
        while let Some(x) = s { println!("ERR {x}"); s = x.source(); }
    } else { println!("migrated"); }
    if std::env::args().nth(1).is_some() { let _ = e.exited().await; }
    e.stop().await.unwrap();
}
