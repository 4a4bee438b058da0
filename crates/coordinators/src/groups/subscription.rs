//! What of a consumer's subscription concerns the coordinator: the topics it wants.
//!
//! ```text
//! version int16 | topics: count int32, each: length int16, UTF-8 | more that is nobody's business here
//! ```
//! Every version starts this way, so none needs to be known.

use bytes::{Buf, Bytes};
use kampa_protocol::Text;

/// The protocol type of consumers.
pub(crate) const PROTOCOL_TYPE: &str = "consumer";

/// `None` when the bytes are no subscription.
pub(crate) fn topics(subscription: &Bytes) -> Option<Vec<Text>> {
    let mut rest = &subscription[..];
    rest.try_get_i16().ok()?;
    let count = usize::try_from(rest.try_get_i32().ok()?).ok()?;
    let mut topics = Vec::new();
    for _ in 0..count {
        let length = usize::try_from(rest.try_get_i16().ok()?).ok()?;
        let (name, after) = rest.split_at_checked(length)?;
        topics.push(Text::from(std::str::from_utf8(name).ok()?));
        rest = after;
    }
    Some(topics)
}
