// Made by `cargo xtask codegen` from the files in schema/: edit those instead.

//! Headers of requests and responses.

pub mod request_header;
pub mod response_header;

pub use request_header::RequestHeader;
pub use response_header::ResponseHeader;
