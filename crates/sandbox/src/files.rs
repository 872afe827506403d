//! Small file helpers.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use crate::error::{Error, Result};

/// Writes a file that only its owner can read, whole or not at all.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    let doing = || Error::io(format!("write {}", path.display()));
    let temporary = path.with_extension(format!("tmp{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)
        .map_err(doing())?;
    file.write_all(text.as_bytes()).map_err(doing())?;
    drop(file);
    fs::rename(&temporary, path).map_err(doing())
}

/// Makes a folder, and its parents, that only its owner can enter.
pub(crate) fn make_private_folder(path: &Path) -> Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(Error::io(format!("make the folder {}", path.display())))
}

/// Copies a folder with everything in it. The file system's own copying is used, which shares blocks where
/// it can.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    make_private_folder(to)?;
    let doing = || Error::io(format!("copy {} to {}", from.display(), to.display()));
    for entry in fs::read_dir(from).map_err(doing())? {
        let entry = entry.map_err(doing())?;
        let target = to.join(entry.file_name());
        if entry.file_type().map_err(doing())?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).map_err(doing())?;
        }
    }
    Ok(())
}

/// Removes a file if it is there.
pub(crate) fn remove_file(path: &Path) -> Result<()> {
    unless_missing(fs::remove_file(path), path)
}

/// Removes a folder with everything in it if it is there.
pub(crate) fn remove_folder(path: &Path) -> Result<()> {
    unless_missing(fs::remove_dir_all(path), path)
}

fn unless_missing(result: io::Result<()>, path: &Path) -> Result<()> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io(format!("remove {}", path.display()))(error))
        }
        _ => Ok(()),
    }
}

/// The last `lines` lines of a text file of any size; empty when it cannot be read.
pub(crate) fn tail(path: &Path, lines: usize) -> String {
    const READ_BYTES: u64 = 64 * 1024;
    let read = || -> io::Result<Vec<u8>> {
        let mut file = fs::File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(READ_BYTES)))?;
        let mut bytes = Vec::new();
        file.take(READ_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let text = String::from_utf8_lossy(&read().unwrap_or_default()).into_owned();
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
