//! Looking through what nobody reads: completed segments, a mebibyte at a time, for damage that would show only when it is too late.
//!
//! Each piece is read on the pool for blocking work; between two pieces there is a pause that keeps to the settings' speed. While there
//! is nothing to look through, nothing runs. A start begins at another place by chance, so that frequent ones leave nothing out for ever.

use std::sync::Arc;
use std::time::Duration;

use kampa_protocol::Uuid;
use kampa_storage::Scrubbed;
use kampa_world::Task;

use crate::broker::Broker;

/// Starts the scrubber, unless the settings say that there is none.
pub fn spawn(broker: &Arc<Broker>) -> Option<Task<()>> {
    let config = broker.config();
    let bytes_per_second = u64::try_from(config.scrub_bytes_per_second).ok().filter(|speed| *speed > 0)?;
    let interval = Duration::from_millis(u64::try_from(config.scrub_interval_ms).unwrap_or(0));
    Some(broker.world.spawn("scrub", run(broker.clone(), bytes_per_second, interval)))
}

async fn run(broker: Arc<Broker>, bytes_per_second: u64, interval: Duration) {
    let world = &broker.world;
    let mut first = None;
    loop {
        // What was just started has better things to do.
        world.sleep(REST.min(interval)).await;
        let began = world.now();
        // Which, not what: a partition that goes meanwhile is not held.
        let all = broker.partitions.written().into_iter().filter(|it| it.segments().len() > 1);
        let mut places: Vec<(Uuid, i32)> = all.map(|it| (it.id().topic_id, it.id().index)).collect();
        let chance = *first.get_or_insert_with(|| world.seed());
        let at = chance % (places.len() as u64).max(1);
        places.rotate_left(at as usize);
        for (topic_id, index) in places {
            look_through(&broker, topic_id, index, bytes_per_second).await;
        }
        first = Some(0);
        let left = interval.saturating_sub(world.now().since(began));
        world.sleep(left).await;
    }
}

async fn look_through(broker: &Broker, topic_id: Uuid, index: i32, bytes_per_second: u64) {
    let mut from = Scrubbed::default();
    while let Some(partition) = broker.partitions.find(topic_id, index)
        && let Some(log) = partition.log()
        && partition.dir().offline().is_none()
    {
        let Some(next) = broker.world.offload(move || log.scrub(from)).await else { return };
        let micros = next.bytes.saturating_mul(1_000_000) / bytes_per_second;
        broker.world.sleep(Duration::from_micros(micros)).await;
        from = next;
    }
}

/// How long a node runs before the first look.
const REST: Duration = Duration::from_secs(60);
