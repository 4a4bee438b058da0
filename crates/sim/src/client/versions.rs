//! Which versions the clients of a run speak: all that the node serves, as far as a version can say what a client must say.

use kampa_protocol::{ApiKey, Request};
use kampa_world::sim::Chance;

/// A version of a request, by chance.
pub fn any<R: Request>(chance: &mut Chance) -> i16 {
    let (low, high) = range(R::KEY);
    chance.between(low as u64, high as u64) as i16
}

/// The versions a client may choose from.
pub fn range(key: ApiKey) -> (i16, i16) {
    let served = key.versions().unwrap_or(0..=0);
    let low = match key {
        // Older ones cannot carry record batches of today.
        ApiKey::Produce => 3,
        ApiKey::Fetch => 4,
        // Older ones cannot keep the node from creating what they ask about, or do not tell ids.
        ApiKey::Metadata => 10,
        ApiKey::ListOffsets => 1,
        // Older ones do not tell the new topic's id.
        ApiKey::CreateTopics => 7,
        _ => *served.start(),
    };
    (low.max(*served.start()), *served.end())
}
