//! Where downloaded servers and initialised data folders are kept between runs.

use std::env;
use std::path::PathBuf;

use crate::error::{Error, Result};

/// The folder for everything that can be made again: `$XDG_CACHE_HOME/lockstep`, else `~/.cache/lockstep`.
///
/// # Errors
/// When neither variable names an absolute path.
pub fn cache_dir() -> Result<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_CACHE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".cache")))
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
