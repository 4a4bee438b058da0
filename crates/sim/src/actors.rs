//! The programs of a run: who produces, who reads, who reads in a group, who creates and deletes, who means
//! something else.
//!
//! Each goes on until the stage is ending, bears whatever happens to the node, and writes down what it saw.

pub mod admin;
pub mod member;
pub mod producing;
pub mod reading;
pub mod stranger;
