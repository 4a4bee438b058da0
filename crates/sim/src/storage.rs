//! Runs of the storage level: one machine, no network, the real log directory and partitions, driven as the broker drives them.
//!
//! A run is lives of one process, each ended by a kill, a power cut or a clean stop, in the middle of things or between them.
//! [`node`] does what the broker does with a log directory, [`hands`] ask it for what clients ask for, what they saw is a
//! [`history`], and [`check`] says what must hold of it. It is to be quick: thousands of seeds in minutes.

pub mod audit;
pub mod check;
pub mod cleaner;
pub mod hands;
pub mod history;
pub mod inventory;
pub mod mover;
pub mod node;
pub mod plan;
pub mod producers;
pub mod records;
pub mod run;
