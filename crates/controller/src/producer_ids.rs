//! Producer ids, given to brokers a block at a time (KIP-730).

use std::ops::Range;

use kampa_protocol::ErrorCode;
use kampa_protocol::records::metadata::ProducerIdsRecord;

use crate::{Controller, Decision};

/// Ids in a block. What a broker has not used of its block when it stops is never used: a few more would not be missed, and a
/// record for every idempotent producer would.
pub const PRODUCER_IDS_PER_BLOCK: i64 = 1000;

impl Controller {
    /// Gives a broker a block of ids that nobody was given before.
    ///
    /// BROKER_ID_NOT_REGISTERED for one that is not; UNKNOWN_SERVER_ERROR when all ids are used up, as Kafka answers.
    pub fn allocate_producer_ids(&self, broker_id: i32) -> Decision<Result<Range<i64>, ErrorCode>> {
        let Some(broker) = self.image().brokers.get(&broker_id) else {
            return Decision::only(Err(ErrorCode::BROKER_ID_NOT_REGISTERED));
        };
        let first = self.image().next_producer_id;
        let Some(next) = first.checked_add(PRODUCER_IDS_PER_BLOCK) else {
            return Decision::only(Err(ErrorCode::UNKNOWN_SERVER_ERROR));
        };
        let record =
            ProducerIdsRecord { broker_id, broker_epoch: broker.epoch, next_producer_id: next, ..Default::default() };
        Decision { records: vec![record.into()], answer: Ok(first..next) }
    }
}
