//! Moving a replica to another log directory as `broker::moves` does: the copy catches up, the image is told where it goes, and
//! then it takes the log's place.

use std::sync::Arc;
use std::time::Duration;

use kampa_replication::{Copied, Move, Partition, ReadError};
use kampa_world::sim::Chance;

use super::history::{Event, PlaceId};
use super::node::Node;

/// Moves it to another directory, if there is one and nobody moves it already.
pub async fn relocate(node: &Node, place: PlaceId, partition: &Partition, chance: &mut Chance) {
    if node.moving.lock().insert(place) {
        carry_out(node, place, partition, chance).await;
        node.moving.lock().remove(&place);
    }
}

async fn carry_out(node: &Node, place: PlaceId, partition: &Partition, chance: &mut Chance) {
    let Some(to) = (0..node.dirs.len()).find(|at| node.dirs[*at].path() != partition.dir().path()) else { return };
    let (here, dir) = (partition.clone(), node.dirs[to].clone());
    let begun = match node.world.offload(move || here.begin_move(&dir)).await {
        Ok(Some(begun)) => Arc::new(begun),
        Ok(None) => return,
        Err(error) => return fail(node, place, error.into()),
    };
    let mut is_told = false;
    match copy(node, place, partition, &begun, &mut is_told, to, chance).await {
        Ok(true) => return node.recorder.count("moved"),
        Ok(false) => node.recorder.count("move given up"),
        Err(error) => {
            let given_up = begun.clone();
            node.world.offload(move || drop(given_up.cancel())).await;
            fail(node, place, error);
        }
    }
    if is_told && !partition.is_offline() {
        node.recorder.say(Event::Stayed { place });
        node.name(place, partition);
    }
}

/// Whether it came to its end.
async fn copy(
    node: &Node,
    place: PlaceId,
    partition: &Partition,
    begun: &Arc<Move>,
    is_told: &mut bool,
    to: usize,
    chance: &mut Chance,
) -> Result<bool, ReadError> {
    let bytes_max = chance.between(1, 20_000) as usize;
    loop {
        match begun.copy_on(bytes_max).await? {
            Copied::Bytes(_) => {}
            Copied::Cancelled => return Ok(false),
            Copied::CaughtUp => {
                if !std::mem::replace(is_told, true) {
                    node.recorder.say(Event::MoveDue { place });
                    node.image.assign(place, to);
                }
                let end = partition.watermarks().log_end;
                if begun.finish().await?.is_some() {
                    node.recorder.say(Event::Moved { place, dir: to, end });
                    return Ok(true);
                }
            }
        }
        node.world.sleep(Duration::from_millis(chance.below(5))).await;
        if chance.happens(GIVEN_UP) {
            let here = partition.clone();
            node.world.offload(move || drop(here.cancel_move())).await;
        }
    }
}

/// A partition that cannot be read cannot be copied; everything else is the disk's doing, or the partition is deleted.
fn fail(node: &Node, place: PlaceId, error: ReadError) {
    match error {
        ReadError::Corrupt { offset } => node.recorder.say(Event::Corrupt { place, offset }),
        ReadError::Disk(error) if node.may_fail() => node.bear_of(place, "move", Err(error)),
        _ if node.partition(place).is_none() => {}
        _ => node.recorder.say(Event::Corrupt { place, offset: -1 }),
    }
}

/// A move is given up at this share of its steps.
const GIVEN_UP: f64 = 0.02;
