//! The journal's tables.

use super::DATABASE;
use crate::names::quote;
use crate::{Result, Session};

/// Their names.
pub(super) const NAMES: [&str; 5] = ["run", "statement", "row_change", "verified", "taken_key"];

/// How many of them every version has had.
pub(super) const ALWAYS: usize = 4;

/// The statements that create the journal; safe to run again.
pub(super) const CREATE: [&str; 5] = [
    "CREATE TABLE IF NOT EXISTS lockstep.run (
        run BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        flow TEXT NOT NULL,
        plan CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        status ENUM('running','done','failed','interrupted','budget') NOT NULL,
        started DATETIME(3) NOT NULL,
        finished DATETIME(3) NULL,
        account VARCHAR(320) NOT NULL,
        version VARCHAR(32) NOT NULL,
        statements BIGINT UNSIGNED NOT NULL DEFAULT 0,
        message TEXT NULL,
        KEY status (status)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='one row per run'",
    "CREATE TABLE IF NOT EXISTS lockstep.statement (
        run BIGINT UNSIGNED NOT NULL,
        number INT UNSIGNED NOT NULL,
        state ENUM('started','done','failed','unknown') NOT NULL,
        object TEXT NOT NULL,
        statement LONGTEXT NOT NULL,
        started DATETIME(3) NOT NULL,
        finished DATETIME(3) NULL,
        error TEXT NULL,
        PRIMARY KEY (run, number)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='schema statements of each run'",
    "CREATE TABLE IF NOT EXISTS lockstep.row_change (
        run BIGINT UNSIGNED NOT NULL,
        id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        table_name TEXT NOT NULL,
        inserted BIGINT UNSIGNED NOT NULL,
        updated BIGINT UNSIGNED NOT NULL,
        deleted BIGINT UNSIGNED NOT NULL,
        committed DATETIME(3) NOT NULL,
        KEY run (run)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='rows changed, in the transaction that changed them'",
    "CREATE TABLE IF NOT EXISTS lockstep.verified (
        flow_key CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        flow TEXT NOT NULL,
        state LONGTEXT NOT NULL,
        verified DATETIME(3) NOT NULL
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='what was verified equal, and when'",
    "CREATE TABLE IF NOT EXISTS lockstep.taken_key (
        key_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        run BIGINT UNSIGNED NOT NULL,
        table_database VARCHAR(64) NOT NULL,
        table_name VARCHAR(64) NOT NULL,
        key_name VARCHAR(64) NOT NULL,
        restore LONGTEXT NOT NULL,
        taken DATETIME(3) NOT NULL
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='foreign keys that are missing for the moment'",
];

/// Creates the database and the tables.
pub(super) fn create(session: &mut Session) -> Result<()> {
    session.execute(format!(
        "CREATE DATABASE IF NOT EXISTS {} DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        quote(DATABASE)
    ))?;
    for statement in CREATE {
        session.execute(statement)?;
    }
    Ok(())
}
