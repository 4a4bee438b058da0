//! Compacting a partition as the broker's cleaner does: on the medium and vouched for first, then in steps, between which everybody
//! else goes on.

use std::io;
use std::time::Duration;

use kampa_replication::Partition;
use kampa_storage::{CompactError, CompactionBounds, CompactionStep};
use kampa_world::sim::Chance;

use super::history::{Event, PlaceId};
use super::node::Node;

/// Compacts what of a partition may be, be it much or little.
pub async fn compact(node: &Node, place: PlaceId, partition: &Partition, chance: &mut Chance) {
    match run(node, place, partition, chance).await {
        Ok(()) => node.recorder.count("compacted"),
        // The partition is deleted, closed or has moved, or another hand is at it.
        Err(CompactError::Interrupted | CompactError::Busy) => node.recorder.count("compaction interrupted"),
        Err(CompactError::Io(error)) if error.kind() != io::ErrorKind::InvalidData => {
            node.bear_of(place, "compact", Err(error));
        }
        Err(CompactError::Corrupt { position, .. }) => {
            node.recorder.say(Event::Corrupt { place, offset: position as i64 });
        }
        Err(CompactError::Io(_)) => node.recorder.say(Event::Corrupt { place, offset: -1 }),
        Err(CompactError::KeysMax { offset }) => {
            node.recorder.wrong(format!("the keys of the batch at {offset} have no room, and there is enough"));
        }
    }
}

async fn run(node: &Node, place: PlaceId, partition: &Partition, chance: &mut Chance) -> Result<(), CompactError> {
    let world = &node.world;
    // Nothing was ever written to it.
    let Some(log) = partition.log() else { return Ok(()) };
    log.sync().await?;
    let here = node.clone();
    world.offload(move || here.checkpoint()).await?;
    let bounds = bounds(chance);
    let (here, there) = (partition.clone(), node.clone());
    let begin = move || {
        let now_ms = there.world.wall_ms();
        let before = here.dirtiness(now_ms)?.first_uncleanable;
        there.recorder.say(Event::CompactionBegun { place, now_ms, before });
        here.begin_compaction(now_ms, bounds)
    };
    let mut compaction = world.offload(begin).await?;
    let pause_ms_max = [1, 5, 50][chance.below(3) as usize];
    loop {
        let step;
        (step, compaction) = world.offload(move || (compaction.step(), compaction)).await;
        if let CompactionStep::Done(compacted) = step? {
            if partition.log().is_some_and(|now| now.is(&log)) {
                node.recorder.say(Event::Compacted { place, before: compacted.clean_end });
            }
            break;
        }
        world.sleep(Duration::from_millis(chance.below(pause_ms_max))).await;
        if chance.happens(GIVEN_UP) {
            return Err(CompactError::Interrupted);
        }
    }
    let here = node.clone();
    Ok(world.offload(move || here.write_clean_ends()).await?)
}

/// At least one batch and its keys have room, and not always all.
fn bounds(chance: &mut Chance) -> CompactionBounds {
    let keys_max = if chance.happens(0.3) { chance.between(KEYS_MIN, 2 * KEYS_MIN) } else { 1_000 };
    CompactionBounds {
        key_bytes_max: keys_max as usize * KEY_BYTES,
        load_factor: 0.9,
        io_bytes: chance.between(1, 8_000) as usize,
    }
}

/// A compaction is given up at this share of its steps.
const GIVEN_UP: f64 = 0.005;
/// Room for the keys of the largest batch.
const KEYS_MIN: u64 = 12;
/// What a key takes in memory.
const KEY_BYTES: usize = 24;
