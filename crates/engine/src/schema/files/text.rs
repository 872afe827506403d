//! Reads one file: what editors and shells put around its text is taken off.

use std::path::Path;

use crate::{Error, Result};

/// The largest file that is read, in bytes: definitions are never that long, and a dump with rows should not be here.
const MOST_BYTES: u64 = 256 << 20;

/// The text of a file of SQL: without a byte order mark, with `\n` where every line of it ends in `\r\n`.
///
/// A file whose lines all end in `\r\n` was written on Windows, or checked out there, and means plain lines. In any
/// other file a `\r` is part of what it says: `mysqldump` writes the bodies of routines as they are.
///
/// # Errors
/// [`crate::ErrorKind::User`] with the file, and where it is not UTF-8 with the line and the offset.
pub(super) fn read(file: &Path) -> Result<String> {
    let shown = file.display();
    let failed = |e: std::io::Error| {
        Error::user(format!("{shown}: cannot be read: {e}")).with_hint("check that you may read the file")
    };
    let bytes = std::fs::metadata(file).map_err(failed)?.len();
    if bytes > MOST_BYTES {
        let most = MOST_BYTES >> 20;
        return Err(Error::user(format!("{shown}: it has {} MiB, and at most {most} are read", bytes >> 20))
            .with_hint("keep definitions only: mysqldump --no-data"));
    }
    let text = decode(std::fs::read(file).map_err(failed)?).map_err(|e| e.context(shown))?;
    let ends = text.matches('\n').count();
    Ok(if ends > 0 && text.matches("\r\n").count() == ends { text.replace("\r\n", "\n") } else { text })
}

fn decode(bytes: Vec<u8>) -> Result<String> {
    match bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest.to_vec(), 3),
        // What `mysqldump … > file` makes in PowerShell.
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8(bytes, 0),
    }
}

/// `before` bytes of the file stood before these.
fn utf8(bytes: Vec<u8>, before: usize) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
        let text = format!("line {line}: byte 0x{:02X} at offset {} is not UTF-8", bytes[at], at + before);
        Error::user(text).with_hint(
            "save the file as UTF-8, for instance: iconv -f LATIN1 -t UTF-8; and let it say SET NAMES utf8mb4; \
             a dump that holds binary rows is better made without rows: mysqldump --no-data",
        )
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String> {
    let wrong = || Error::user("it begins as UTF-16 and is not").with_hint("save the file as UTF-8");
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err(wrong());
    }
    let units: Vec<u16> = pairs.map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16(&units).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_bytes(bytes: &[u8]) -> Result<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.sql");
        std::fs::write(&file, bytes).unwrap();
        read(&file)
    }

    #[test]
    fn what_editors_put_around_text_is_taken_off() {
        let utf16: Vec<u8> = "\u{feff}a é".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, text) in [
            (b"\xEF\xBB\xBFCREATE".as_slice(), "CREATE"),
            (utf16.as_slice(), "a é"),
            (b"a;\r\nb;\r\n", "a;\nb;\n"),
            (b"a;\nb '\r\n';\n", "a;\nb '\r\n';\n"),
            (b"", ""),
        ] {
            assert_eq!(read_bytes(bytes).unwrap(), text);
        }
    }

    #[test]
    fn what_is_not_utf_8_is_named_with_its_place() {
        let error =
            read_bytes(b"SET NAMES latin1;\nCREATE TABLE t (a INT COMMENT 'caf\xe9');\n").unwrap_err();
        assert!(error.message().contains("a.sql: line 2: byte 0xE9 at offset 52 is not UTF-8"), "{error}");
        assert!(error.hint().unwrap().contains("iconv"));
        assert!(read(Path::new("/nowhere/a.sql")).unwrap_err().message().contains("/nowhere/a.sql"));
    }

    #[test]
    fn a_file_beyond_the_bound_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.sql");
        std::fs::File::create(&file).unwrap().set_len(MOST_BYTES + 1).unwrap();
        assert!(read(&file).unwrap_err().hint().unwrap().contains("--no-data"));
    }
}
