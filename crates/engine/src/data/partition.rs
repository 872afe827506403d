//! Partition files for tables whose two sides come in very different orders.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};

use super::digest::hash;
use super::in_temporary_folder;
use super::join::Origin;
use super::stream::RowRef;
use crate::Result;

/// A partition of a table is matched in memory: with 64 of them, a table of 1 GiB needs about 16 MiB.
const PARTITIONS: usize = 64;

/// Rows of both sides, spread over files by the hash of their identity.
pub(super) struct Partitions {
    source: Vec<BufWriter<File>>,
    target: Vec<BufWriter<File>>,
}

/// The rows of one partition.
pub(super) struct Partition {
    source: File,
    target: File,
}

impl Partitions {
    pub fn create() -> Result<Self> {
        let files = || {
            let file = || tempfile::tempfile().map_err(in_temporary_folder);
            (0..PARTITIONS).map(|_| Ok(BufWriter::with_capacity(32 * 1024, file()?))).collect()
        };
        let (source, target): (Result<_>, Result<_>) = (files(), files());
        Ok(Self { source: source?, target: target? })
    }

    pub fn push(&mut self, from: Origin, row: RowRef<'_>) -> Result<()> {
        // The upper bits: the maps inside a partition use the lower ones.
        let index = (hash(row.key()) >> 120) as usize % PARTITIONS;
        let files = match from {
            Origin::Source => &mut self.source,
            Origin::Target => &mut self.target,
        };
        let file = &mut files[index];
        for length in [row.bytes.len(), row.key, row.compared] {
            file.write_all(&(length as u64).to_be_bytes()).map_err(in_temporary_folder)?;
        }
        file.write_all(row.bytes).map_err(in_temporary_folder)
    }

    /// Hands out one partition after the other.
    pub fn each(self, mut work: impl FnMut(&mut Partition) -> Result<()>) -> Result<()> {
        for (source, target) in self.source.into_iter().zip(self.target) {
            let file = |writer: BufWriter<File>| {
                writer.into_inner().map_err(|e| in_temporary_folder(e.into_error()))
            };
            work(&mut Partition { source: file(source)?, target: file(target)? })?;
        }
        Ok(())
    }
}

impl Partition {
    /// Reads the rows of one side.
    pub fn each(&mut self, from: Origin, mut work: impl FnMut(RowRef<'_>) -> Result<()>) -> Result<()> {
        let file = match from {
            Origin::Source => &mut self.source,
            Origin::Target => &mut self.target,
        };
        let mut left = file.stream_position()?;
        file.rewind()?;
        let mut reader = BufReader::with_capacity(256 * 1024, file);
        let mut bytes = Vec::new();
        while left > 0 {
            let mut lengths = [0; 3];
            for length in &mut lengths {
                let mut word = [0; 8];
                reader.read_exact(&mut word)?;
                *length = usize::try_from(u64::from_be_bytes(word)).unwrap_or(usize::MAX);
            }
            bytes.resize(lengths[0], 0);
            reader.read_exact(&mut bytes)?;
            left = left.saturating_sub(24 + bytes.len() as u64);
            work(RowRef { bytes: &bytes, key: lengths[1], compared: lengths[2] })?;
        }
        Ok(())
    }
}
