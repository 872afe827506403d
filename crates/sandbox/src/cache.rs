//! Where downloaded servers and initialised data folders are kept between runs.

use std::env;
use std::path::PathBuf;

use crate::error::{Error, Result};

/// The folder for everything that can be made again: `$XDG_CACHE_HOME/lockstep`, else `~/.cache/lockstep`. Where `HOME` is
/// not set, the system knows the account's home.
///
/// # Errors
/// When none of these is an absolute path.
pub fn cache_dir() -> Result<PathBuf> {
    let absolute = |path: &PathBuf| path.is_absolute();
    env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(absolute)
        .or_else(|| env::home_dir().filter(absolute).map(|home| home.join(".cache")))
        .map(|cache| cache.join("lockstep"))
        .ok_or_else(|| Error::NotInstalled {
            wanted: "cache folder".into(),
            hint: "set HOME or XDG_CACHE_HOME to an absolute path".into(),
        })
}

/// The folder that holds one folder for each downloaded server.
///
/// # Errors
/// As [`cache_dir`].
pub fn servers_dir() -> Result<PathBuf> {
    Ok(cache_dir()?.join("servers"))
}
