//! Connections: frames come in, answers go out, in order and within limits.
//!
//! Knows the frame (a length and its bytes) and the order of answers; knows no API, no permission and no partition:
//! those are the [`Service`]'s. One task serves one connection from accept to close.

mod connection;
mod listener;

pub use connection::{Answer, LaterAnswer, Service, serve};
pub use listener::{AcceptLimits, ConnectionCount, accept_loop};

use std::time::Duration;

/// What one connection may cost the node.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Largest frame in bytes (`socket.request.max.bytes`); a larger one closes the connection.
    pub request_bytes_max: usize,
    /// How long a connection may be silent (`connections.max.idle.ms`); `None` is for ever.
    pub idle_max: Option<Duration>,
}

/// Answers a connection may owe before we stop reading. Clients have five Produce requests in flight by default;
/// this leaves room for those that were told to have more.
const OWED_ANSWERS_MAX: usize = 64;

/// Bytes reserved at once for a frame that is announced but has not arrived. The rest is reserved as it arrives,
/// so that a length alone allocates nothing of note.
const RESERVE_AHEAD_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Bytes read at once when nothing of a frame is known: holds a burst of small requests, or the head of a large one.
const READ_BYTES: usize = 16 * 1024;

/// Pieces gathered into one vectored write; what Linux takes in one call (UIO_MAXIOV).
const WRITE_PIECES_MAX: usize = 1024;

/// Bytes of finished answers that are gathered before they are written, while more requests lie in the buffer.
const GATHER_BYTES_MAX: usize = 1024 * 1024;
