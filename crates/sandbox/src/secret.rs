//! Generated passwords, each in a file that only its owner can read.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use crate::error::{Error, Result};
use crate::files::write_private;

/// The password in `file`, made first where there is none.
pub(crate) fn password_in(file: &Path) -> Result<String> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(text.trim_end().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let password = new_password()?;
            write_private(file, &password)?;
            Ok(password)
        }
        Err(error) => Err(Error::io(format!("read {}", file.display()))(error)),
    }
}

/// 160 bits from the system's random source as 40 hexadecimal digits, with a prefix that satisfies rules which ask
/// for capitals and signs. No character needs quoting in SQL, a shell or a URL.
///
/// # Errors
/// When the source cannot be read.
pub fn new_password() -> Result<String> {
    let mut bytes = [0_u8; 20];
    let source = "/dev/urandom";
    let read = fs::File::open(source).and_then(|mut file| file.read_exact(&mut bytes));
    read.map_err(Error::io(format!("read {source}")))?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("Ls-{digits}"))
}
