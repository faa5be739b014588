//! Tests of the repository itself.
//!
//! Two kinds: what other programs rely on (layouts, discriminators, error codes, the IDL) equals its lock file, and
//! what the documents claim (a test for every promise, a refusal for every error) is true of the sources.
//!
//! `UPDATE_LOCKS=1 cargo test -p bulkhead-meta` rewrites the lock files; the commit says why.

#![cfg(test)]

mod discriminators;
mod errors;
mod idl;
mod layouts;
mod locks;
mod parameters;
mod promises;
mod repository;
mod secrets;
