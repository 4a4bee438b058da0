// Made by `cargo xtask codegen` from the files in schema/: edit those instead.

//! Types, codecs and tables made from the schema files.

pub mod apis;
pub mod headers;
pub mod messages;
pub mod records;
pub mod visit;
