//! A digest of a table's rows that any change of any value moves.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128_with_seed;

/// Any constant will do; it is part of the plan file's meaning.
const SEED: u64 = 0x6c6f_636b_7374_6570;

/// How a digest was computed. Digests of different methods cannot be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// From the rows that the server sent: the sum, modulo 2^128, of a 128-bit hash (XXH3) of each row's
    /// exact bytes.
    #[default]
    Streamed,
    /// By the server itself: the exclusive or of a SHA-256 of each row, cut to 128 or 64 bits.
    InServer,
}

/// The number of rows and a sum of a hash of each row.
///
/// It does not depend on the order of the rows. It is not linear in the values: the same edit made to an
/// even number of rows does not cancel out, as it does with `BIT_XOR(CRC32(…))`. Two tables that differ
/// have the same digest with a chance of about 2^-128, provided that nobody with knowledge of the hash
/// chose their values to that end: it guards against faults, not against an attacker who may write to the table anyway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Rows counted.
    pub rows: u64,
    /// The sum of their hashes, as 32 hexadecimal digits.
    #[serde(with = "hex")]
    pub sum: u128,
    /// How it was computed.
    #[serde(default)]
    pub method: Method,
}

impl Digest {
    /// Counts one row of a streamed table, given its bytes.
    pub fn add(&mut self, row: &[u8]) {
        self.rows += 1;
        self.sum = self.sum.wrapping_add(hash(row));
    }
}

/// The hash of one row or key.
pub fn hash(bytes: &[u8]) -> u128 {
    xxh3_128_with_seed(bytes, SEED)
}

/// Numbers of 128 bits as text: JSON readers lose digits of such numbers.
mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(sum: &u128, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("{sum:032x}"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u128, D::Error> {
        u128::from_str_radix(&String::deserialize(from)?, 16).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_edit_to_two_rows_moves_the_digest() {
        let of = |rows: &[&[u8]]| {
            rows.iter().fold(Digest::default(), |mut d, r| {
                d.add(r);
                d
            })
        };
        assert_eq!(of(&[b"1a", b"2a"]), of(&[b"2a", b"1a"]));
        assert_ne!(of(&[b"1a", b"2a"]), of(&[b"1b", b"2b"]));
        assert_ne!(of(&[b"1a"]), of(&[b"1a", b"1a", b"1a"]));
        let text = serde_json::to_string(&of(&[b"1a"])).unwrap();
        assert_eq!(serde_json::from_str::<Digest>(&text).unwrap(), of(&[b"1a"]));
    }
}
