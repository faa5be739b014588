pub mod bench;
pub mod build;
pub mod clean;
pub mod demo;
pub mod doctor;
pub mod localnet;
pub mod oracle_sim;
pub mod test;
