//! Interrupts and requests to end, for tools that have something to tidy up first.

use kampa_world::{Either, race};
use tokio::signal::unix::{SignalKind, signal};

/// Waits for one; gives the exit code that a shell expects after it. Waits for ever where signals cannot be heard.
pub async fn next() -> u8 {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    match race(interrupt.recv(), terminate.recv()).await {
        Either::Left(_) => 130,
        Either::Right(_) => 143,
    }
}
