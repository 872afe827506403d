//! The lockstep engine: schemas and reference data, compared and brought into step.
