//! Kafka's wire language: every message and record, generated from the schema files beside it.
//!
//! Here bytes become types and types become bytes, and nothing else happens: no sockets, no files, no time. What a message
//! means is the business of whoever answers it. The schema files in `schema/` are the source (`schema/README.md` explains
//! their notation); `cargo xtask codegen` writes `src/generated/` from them; `wire` is the small runtime that code calls.
//!
//! Whatever bytes arrive: decoding never panics, never recurses on input, and never allocates more than the input can back.

mod api;
mod error_code;
mod generated;
mod header;
mod json;
mod rope;
mod text;
mod uuid;
pub mod wire;

pub use error_code::ErrorCode;
pub use generated::apis::ApiKey;
pub use generated::visit::visit_messages;
pub use generated::{messages, records};
pub use header::{RequestHeader, ResponseHeader, decode_response_header, encode_response_header};
pub use json::{Json, JsonObject, ToJson};
pub use rope::{Records, Rope};
pub use text::Text;
pub use uuid::{InvalidUuid, Uuid};
pub use wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Visitor, Writer};

pub use api::{Listener, UnknownApiKey};
