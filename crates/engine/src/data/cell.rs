//! The values of a row as compact, self-delimiting bytes: what is compared, hashed, kept and written.
//!
//! Two values of one column are equal exactly when their bytes are equal: NULL is not `''`, `-0.0` is not
//! `0.0`, `'a'` is not `'A'`. The bytes of integer keys sort as the integers do, so that two streams
//! ordered by such a key can be merged by comparing bytes.

use mysql::Value;

use crate::{Error, Result};

const NULL: u8 = 0;
const INT: u8 = 1;
const UINT: u8 = 2;
const FLOAT: u8 = 3;
const DOUBLE: u8 = 4;
const BYTES: u8 = 5;
const DATE: u8 = 6;
const TIME: u8 = 7;

/// One value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// SQL NULL.
    Null,
    /// A signed integer.
    Int(i64),
    /// An unsigned integer, a YEAR, or the number of an ENUM or SET value.
    UInt(u64),
    /// FLOAT, exactly.
    Float(f32),
    /// DOUBLE.
    Double(f64),
    /// Strings in the column's own character set, DECIMAL as text, binary values, JSON text.
    Bytes(&'a [u8]),
    /// DATE, DATETIME and TIMESTAMP: year, month, day, hour, minute, second, microsecond.
    Date([u16; 6], u32),
    /// TIME: negative, hours, minutes, seconds, microseconds.
    Time(bool, u32, u8, u8, u32),
}

impl Cell<'_> {
    /// Appends this value's bytes to `out`.
    pub fn push(&self, out: &mut Vec<u8>) {
        match *self {
            Cell::Null => out.push(NULL),
            Cell::Int(v) => {
                out.push(INT);
                // Flipping the sign bit makes the bytes sort as the numbers do.
                out.extend_from_slice(&(v.cast_unsigned() ^ (1 << 63)).to_be_bytes());
            }
            Cell::UInt(v) => {
                out.push(UINT);
                out.extend_from_slice(&v.to_be_bytes());
            }
            Cell::Float(v) => {
                out.push(FLOAT);
                out.extend_from_slice(&v.to_bits().to_be_bytes());
            }
            Cell::Double(v) => {
                out.push(DOUBLE);
                out.extend_from_slice(&v.to_bits().to_be_bytes());
            }
            Cell::Bytes(bytes) => {
                out.push(BYTES);
                // The protocol's packets end at 1 GiB, so a length always fits.
                out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
                out.extend_from_slice(bytes);
            }
            Cell::Date(parts, micros) => {
                out.push(DATE);
                for part in parts {
                    out.extend_from_slice(&part.to_be_bytes());
                }
                out.extend_from_slice(&micros.to_be_bytes());
            }
            Cell::Time(negative, hours, minutes, seconds, micros) => {
                out.push(TIME);
                out.push(u8::from(negative));
                out.extend_from_slice(&hours.to_be_bytes());
                out.extend_from_slice(&[minutes, seconds]);
                out.extend_from_slice(&micros.to_be_bytes());
            }
        }
    }

    /// This value's bytes.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.push(&mut out);
        out
    }
}

/// Reads a driver's value. `unsigned` says how the column counts: the driver gives small unsigned
/// integers as signed ones.
pub fn from_value(value: &Value, unsigned: bool) -> Cell<'_> {
    match *value {
        Value::NULL => Cell::Null,
        Value::Bytes(ref bytes) => Cell::Bytes(bytes),
        Value::Int(v) if unsigned => Cell::UInt(v.cast_unsigned()),
        Value::Int(v) => Cell::Int(v),
        Value::UInt(v) => Cell::UInt(v),
        Value::Float(v) => Cell::Float(v),
        Value::Double(v) => Cell::Double(v),
        Value::Date(year, month, day, hour, minute, second, micros) => {
            Cell::Date([year, month.into(), day.into(), hour.into(), minute.into(), second.into()], micros)
        }
        Value::Time(negative, days, hours, minutes, seconds, micros) => {
            Cell::Time(negative, days * 24 + u32::from(hours), minutes, seconds, micros)
        }
    }
}

/// Reads cells off the front of a row's bytes, one after the other.
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    rest: &'a [u8],
}

impl<'a> Cells<'a> {
    /// The cells in `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next cell as its bytes, or `None` at the end.
    ///
    /// # Errors
    /// Bytes that [`Cell::push`] did not write, such as those of a damaged file.
    pub fn next_raw(&mut self) -> Result<Option<&'a [u8]>> {
        let Some(&tag) = self.rest.first() else { return Ok(None) };
        let length = match tag {
            NULL => 1,
            INT | UINT | DOUBLE => 9,
            FLOAT => 5,
            DATE => 17,
            TIME => 12,
            BYTES => match self.rest.get(1..5).and_then(|b| b.try_into().ok()) {
                Some(length) => 5 + u32::from_be_bytes(length) as usize,
                None => return Err(damaged()),
            },
            _ => return Err(damaged()),
        };
        let (cell, rest) = self.rest.split_at_checked(length).ok_or_else(damaged)?;
        self.rest = rest;
        Ok(Some(cell))
    }

    /// The next cell; reading past the end is an error.
    ///
    /// # Errors
    /// As [`Cells::next_raw`].
    pub fn take(&mut self) -> Result<Cell<'a>> {
        let raw = self.next_raw()?.ok_or_else(damaged)?;
        decode(raw).ok_or_else(damaged)
    }

    /// Passes over `count` cells and returns their bytes.
    ///
    /// # Errors
    /// As [`Cells::next_raw`].
    pub fn skip(&mut self, count: usize) -> Result<&'a [u8]> {
        let start = self.rest;
        for _ in 0..count {
            self.next_raw()?.ok_or_else(damaged)?;
        }
        Ok(&start[..start.len() - self.rest.len()])
    }
}

/// Decodes one whole cell.
fn decode(raw: &[u8]) -> Option<Cell<'_>> {
    let (&tag, rest) = raw.split_first()?;
    Some(match tag {
        NULL => Cell::Null,
        INT => Cell::Int((u64::from_be_bytes(rest.try_into().ok()?) ^ (1 << 63)).cast_signed()),
        UINT => Cell::UInt(u64::from_be_bytes(rest.try_into().ok()?)),
        FLOAT => Cell::Float(f32::from_bits(u32::from_be_bytes(rest.try_into().ok()?))),
        DOUBLE => Cell::Double(f64::from_bits(u64::from_be_bytes(rest.try_into().ok()?))),
        BYTES => Cell::Bytes(rest.get(4..)?),
        DATE => {
            let part = |i: usize| Some(u16::from_be_bytes(rest.get(i * 2..i * 2 + 2)?.try_into().ok()?));
            let parts = [part(0)?, part(1)?, part(2)?, part(3)?, part(4)?, part(5)?];
            Cell::Date(parts, u32::from_be_bytes(rest.get(12..16)?.try_into().ok()?))
        }
        TIME => Cell::Time(
            rest[0] != 0,
            u32::from_be_bytes(rest.get(1..5)?.try_into().ok()?),
            rest[5],
            rest[6],
            u32::from_be_bytes(rest.get(7..11)?.try_into().ok()?),
        ),
        _ => return None,
    })
}

fn damaged() -> Error {
    Error::internal("a row's stored bytes cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_as_they_were() {
        let cells = [
            Cell::Null,
            Cell::Int(i64::MIN),
            Cell::Int(-1),
            Cell::UInt(u64::MAX),
            Cell::Float(-0.0),
            Cell::Double(f64::MAX),
            Cell::Bytes(b""),
            Cell::Bytes(b"a\0b"),
            Cell::Date([0, 0, 0, 0, 0, 0], 0),
            Cell::Date([9999, 12, 31, 23, 59, 59], 999_999),
            Cell::Time(true, 838, 59, 59, 1),
        ];
        let mut bytes = Vec::new();
        cells.iter().for_each(|c| c.push(&mut bytes));
        let mut read = Cells::new(&bytes);
        for cell in cells {
            assert_eq!(read.take().unwrap().to_vec(), cell.to_vec());
        }
        assert!(read.next_raw().unwrap().is_none());
        assert!(Cells::new(&bytes[..3]).skip(2).is_err());
    }

    #[test]
    fn integer_bytes_sort_as_integers() {
        for pair in [i64::MIN, -1, 0, 1, 255, 256, i64::MAX].windows(2) {
            assert!(Cell::Int(pair[0]).to_vec() < Cell::Int(pair[1]).to_vec());
        }
    }
}
