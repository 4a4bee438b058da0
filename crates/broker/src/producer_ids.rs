//! Producer ids for idempotent producers: handed out one by one from a block the controller gave (KIP-730).
//!
//! A block is a metadata record, so an id is never given twice, whatever happens to the node; what is left of a block
//! when the node stops is never used.

use std::ops::Range;

use kampa_protocol::ErrorCode;
use tokio::sync::Mutex;

use crate::control::Controller;

/// The ids of the current block that are left.
#[derive(Default)]
pub struct ProducerIds {
    // Held across the wait for a new block: who comes meanwhile would need one just the same.
    left: Mutex<Range<i64>>,
}

impl ProducerIds {
    /// An id that no producer has had.
    pub async fn next(&self, controller: &Controller, node_id: i32) -> Result<i64, ErrorCode> {
        let mut left = self.left.lock().await;
        if left.is_empty() {
            *left = controller.decide(move |mind, _| mind.allocate_producer_ids(node_id)).await??;
        }
        let id = left.start;
        left.start += 1;
        Ok(id)
    }
}
