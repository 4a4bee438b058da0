//! Topics as the node sees them: what a name says, how an unknown one is answered, and creation on first use.

use std::sync::Arc;

use kampa_controller::auto_created;
use kampa_metadata::{MetadataImage, Partition};
use kampa_protocol::messages::create_topics::CreateTopicsRequest;
use kampa_protocol::{ErrorCode, Text};

use crate::broker::Broker;
use crate::quotas::MutationUsage;

pub use kampa_controller::{check_topic_name as check_name, is_internal};

/// Where groups and their committed offsets are kept.
pub const OFFSETS: &str = "__consumer_offsets";

/// The answer to a topic nobody knows: by id (KIP-516) it is another one than by name.
pub fn unknown(by_id: bool) -> ErrorCode {
    if by_id { ErrorCode::UNKNOWN_TOPIC_ID } else { ErrorCode::UNKNOWN_TOPIC_OR_PARTITION }
}

/// Replicas on brokers that are gone or fenced, or in log directories that are offline.
pub fn offline(image: &MetadataImage, partition: &Partition) -> Vec<i32> {
    let is_there =
        |broker: &kampa_metadata::Broker| !broker.fenced && broker.has_online(partition.directory(broker.id));
    let gone = |id: &i32| !image.brokers.get(id).is_some_and(|broker| is_there(broker));
    partition.replicas.iter().copied().filter(gone).collect()
}

/// Creates topics because somebody used them, whose quota they count against. Whoever asks finds out from the image what came of it.
pub async fn create(broker: &Arc<Broker>, names: Vec<Text>, mutation: MutationUsage) {
    let brokers_count = broker.image().brokers.size();
    let topics = names.iter().map(|name| auto_created(name, &broker.given, brokers_count)).collect();
    let request = CreateTopicsRequest { topics, ..Default::default() };
    let seed = broker.world.seed();
    let permit = move |partitions| mutation.permits(partitions);
    match broker.controller.decide(move |mind, _| mind.create_topics(&request, seed, &permit)).await {
        Err(error) => tracing::warn!(topics = ?names, error = error.name(), "create topics on first use"),
        Ok(response) => {
            // Somebody else was quicker: as good as created here.
            let failed = |code| code != ErrorCode::NONE.0 && code != ErrorCode::TOPIC_ALREADY_EXISTS.0;
            for topic in response.topics.iter().filter(|topic| failed(topic.error_code)) {
                let message = topic.error_message.as_deref().unwrap_or_default();
                tracing::warn!(topic = %topic.name, error = ErrorCode(topic.error_code).name(), message, "create topic on first use");
            }
        }
    }
}
