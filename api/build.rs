//! Brings the built pages of `web-demo` to where they are embedded from, and says so when there are none, or old ones.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Where Vite puts the pages.
const BUILT: &str = "../web-demo/dist";
/// What they are made of.
const SOURCES: [&str; 5] = [
    "../web-demo/src",
    "../web-demo/public",
    "../web-demo/index.html",
    "../web-demo/package-lock.json",
    "../schema.graphql",
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    // A place that is missing counts as changed: what is built later is seen, at the price of looking each time.
    println!("cargo::rerun-if-changed={BUILT}");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    let place = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?).join("web-demo");
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    fs::create_dir_all(&place)?;
    let built = Path::new(BUILT);
    if !built.join("index.html").is_file() {
        println!("cargo::warning=web-demo/dist is not built, and `/` says so; ./dev builds it");
        return Ok(());
    }
    copy(built, &place)?;
    let made = newest(&built.join("index.html"))?;
    for source in SOURCES.map(Path::new).into_iter().filter(|source| source.exists()) {
        if newest(source)? > made {
            println!("cargo::warning=web-demo/dist is older than {}; ./dev builds it anew", source.display());
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// When a file, or any file of a folder, was last written.
fn newest(path: &Path) -> io::Result<SystemTime> {
    if !path.is_dir() {
        return path.metadata()?.modified();
    }
    let mut newest = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(path)? {
        newest = newest.max(self::newest(&entry?.path())?);
    }
    Ok(newest)
}
