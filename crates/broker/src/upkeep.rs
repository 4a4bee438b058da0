//! What a node does by the clock: retention, checkpoints, closing idle files; and closing its logs at the end.
//!
//! One directory after the other: what fails in one, the others do not feel.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kampa_controller::Decision;
use kampa_replication::{Checkpoints, Partition};
use kampa_storage::LogDir;
use kampa_world::Task;

use crate::broker::Broker;

/// Starts everything that runs by the clock.
pub fn spawn(broker: &Arc<Broker>) -> Vec<Task<()>> {
    let config = broker.config();
    let ms = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap_or(0).max(1));
    let first = ms(config.log_initial_task_delay_ms);
    let keep = |dir: LogDir| broker.world.spawn("keep house", async move { dir.keep_house().await });
    let mut tasks: Vec<Task<()>> = broker.dirs.held().into_iter().map(keep).collect();
    tasks.push(broker.world.spawn("try refused replicas", try_refused(broker.clone())));
    let mut every = |name, delay: Duration, period: Duration, chore: fn(&Broker)| {
        let broker = broker.clone();
        let world = broker.world.clone();
        tasks.push(world.clone().spawn(name, async move {
            world.sleep(delay).await;
            loop {
                let broker = broker.clone();
                world.offload(move || chore(&broker)).await;
                world.sleep(period).await;
            }
        }));
    };
    every("retention", first, ms(config.log_retention_check_interval_ms), retain);
    every("checkpoints", first, ms(config.log_flush_offset_checkpoint_interval_ms.into()), write_checkpoints);
    tasks
}

/// Has the replicas tried again for which there was no space: on the controller's thread, where all are opened.
async fn try_refused(broker: Arc<Broker>) {
    loop {
        broker.world.sleep(REFUSED_TRIED_EVERY).await;
        if broker.partitions.has_refused() && broker.controller.decide(|_, _| Decision::only(())).await.is_err() {
            return;
        }
    }
}

/// How long a replica that found no space waits for it: by hand, space does not come sooner.
const REFUSED_TRIED_EVERY: Duration = Duration::from_secs(5);

/// Closes every log, writes the checkpoints and leaves the mark of a clean stop in each directory where all of that went well.
pub async fn close(broker: &Arc<Broker>, broker_epoch: i64) {
    let world = broker.world.clone();
    let broker = broker.clone();
    let finish = move || {
        let partitions = by_dir(&broker);
        for dir in broker.dirs.held() {
            let of_dir = partitions.get(dir.path()).map(Vec::as_slice).unwrap_or_default();
            let closed = match broker.recovery.concerns(&dir) {
                false => close_dir(&dir, of_dir, broker_epoch),
                // What was not opened has to be recovered by the next start, by what the last process wrote.
                true => close_all(&dir, of_dir),
            };
            if let Err(error) = closed {
                tracing::error!(dir = %dir.path().display(), %error, "close the logs: the next start recovers them");
            }
        }
    };
    world.offload(finish).await;
}

fn close_all(dir: &LogDir, partitions: &[Partition]) -> io::Result<()> {
    let mut together = dir.together();
    partitions.iter().try_for_each(|partition| partition.close_with(&mut together))?;
    together.finish()
}

fn close_dir(dir: &LogDir, partitions: &[Partition], broker_epoch: i64) -> io::Result<()> {
    close_all(dir, partitions)?;
    Checkpoints::write(dir, partitions.iter())?;
    dir.mark_clean(broker_epoch)
}

fn retain(broker: &Broker) {
    let now_ms = broker.world.wall_ms();
    for partition in broker.partitions.written() {
        if let Err(error) = partition.retain(now_ms) {
            tracing::warn!(partition = %partition.id(), %error, "delete old segments");
        }
    }
}

fn write_checkpoints(broker: &Broker) {
    let is_due = |dir: &&LogDir| !broker.recovery.concerns(dir) && dir.take_stirred();
    let due: Vec<&LogDir> = broker.dirs.online().filter(is_due).collect();
    if due.is_empty() {
        return;
    }
    let partitions = by_dir(broker);
    for dir in due {
        let of_dir = partitions.get(dir.path()).map(Vec::as_slice).unwrap_or_default();
        if let Err(error) = Checkpoints::write(dir, of_dir.iter()) {
            tracing::warn!(dir = %dir.path().display(), %error, "write the checkpoints");
            dir.stir();
        }
    }
}

/// The partitions that have anything to look after, by the directory they lie in.
fn by_dir(broker: &Broker) -> BTreeMap<Box<Path>, Vec<Partition>> {
    let mut dirs: BTreeMap<Box<Path>, Vec<Partition>> = BTreeMap::new();
    for partition in broker.partitions.written() {
        dirs.entry(partition.dir().path().into()).or_default().push(partition);
    }
    dirs
}
