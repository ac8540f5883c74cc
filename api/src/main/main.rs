//! x
#[allow(dead_code)]
mod client;
#[allow(dead_code)]
mod import;
#[allow(dead_code)]
mod replay;
fn main(){}
