//! Rebuilds the crate when a migration or a routine changes: both are embedded.
fn main() {
    println!("cargo::rerun-if-changed=../migrations");
    println!("cargo::rerun-if-changed=../sql");
}
