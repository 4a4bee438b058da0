//! `.kafka_cleanshutdown`: left in a log directory by a clean stop, removed at the next start. With it, no log is recovered.
//!
//! ```text
//! {"version":0,"brokerEpoch":13}
//! ```
//!
//! The epoch is the one the broker had when it stopped; the controller compares it at the next registration, since a broker that
//! did not stop cleanly may have lost records (KIP-966). Older Kafkas wrote an empty file.

use crate::json::Json;

/// Name of the file in a log directory.
pub const FILE_NAME: &str = ".kafka_cleanshutdown";

/// The file.
pub fn encode(broker_epoch: i64) -> String {
    format!("{{\"version\":0,\"brokerEpoch\":{broker_epoch}}}")
}

/// The broker's epoch, -1 when the file does not tell: that it is there is what counts for the logs.
pub fn decode(file: &[u8]) -> i64 {
    let json = std::str::from_utf8(file).ok().and_then(Json::parse);
    json.as_ref().and_then(|json| json.member("brokerEpoch")).and_then(Json::number).unwrap_or(-1)
}

#[cfg(test)]
mod tests;
