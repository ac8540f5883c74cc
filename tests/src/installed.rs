//! What `./test` installs outside of this repository.

use std::{env, fs, path::PathBuf};

/// Something in the user's cache: where a variable says, or else in the newest place of that name.
pub(crate) fn installed(variable: &str, name: &str, within: &str) -> Option<PathBuf> {
    if let Some(told) = env::var_os(variable) {
        return Some(PathBuf::from(told)).filter(|place| place.exists());
    }
    let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".cache"));
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(home)?;
    let places = fs::read_dir(cache.join("holdfast")).ok()?.flatten().map(|entry| entry.path());
    let mine = places.filter(|place| {
        let called = place.file_name().and_then(|file| file.to_str()).and_then(|file| file.rsplit_once('-'));
        called.is_some_and(|(kind, _)| kind == name) && place.join("installed").exists()
    });
    let newest = mine.max_by_key(|place| place.metadata().and_then(|about| about.modified()).ok())?;
    Some(newest.join(within))
}
