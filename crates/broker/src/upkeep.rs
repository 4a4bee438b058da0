//! What a node does by the clock: retention, checkpoints, closing idle files; and closing its logs at the end.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use kampa_replication::{Checkpoints, Partition};
use kampa_storage::LogDir;
use kampa_world::Task;

use crate::broker::Broker;

/// Starts everything that runs by the clock.
pub fn spawn(broker: &Arc<Broker>, dir: &LogDir) -> Vec<Task<()>> {
    let config = broker.config();
    let ms = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap_or(0).max(1));
    let first = ms(config.log_initial_task_delay_ms);
    let house = dir.clone();
    let mut tasks = vec![broker.world.spawn("keep house", async move { house.keep_house().await })];
    let mut every = |name, delay: Duration, period: Duration, chore: fn(&Broker, &LogDir) -> io::Result<()>| {
        let (broker, dir) = (broker.clone(), dir.clone());
        let world = broker.world.clone();
        tasks.push(world.clone().spawn(name, async move {
            world.sleep(delay).await;
            loop {
                let (broker, dir) = (broker.clone(), dir.clone());
                if let Err(e) = world.offload(move || chore(&broker, &dir)).await {
                    tracing::warn!(chore = name, error = %e, "upkeep");
                }
                world.sleep(period).await;
            }
        }));
    };
    every("retention", first, ms(config.log_retention_check_interval_ms), retain);
    every("checkpoints", first, ms(config.log_flush_offset_checkpoint_interval_ms.into()), write_checkpoints);
    tasks
}

/// Closes every log, writes the checkpoints and leaves the mark of a clean stop, if all of that went well.
pub async fn close(broker: &Arc<Broker>, dir: &LogDir, broker_epoch: i64) -> io::Result<()> {
    let partitions = broker.partitions.all();
    let (broker, dir) = (broker.clone(), dir.clone());
    let world = broker.world.clone();
    let finish = move || {
        partitions.iter().try_for_each(Partition::close)?;
        write_checkpoints(&broker, &dir)?;
        dir.mark_clean(broker_epoch)
    };
    world.offload(finish).await
}

fn retain(broker: &Broker, _: &LogDir) -> io::Result<()> {
    let now_ms = broker.world.wall_ms();
    for partition in broker.partitions.all() {
        partition.retain(now_ms)?;
    }
    Ok(())
}

fn write_checkpoints(broker: &Broker, dir: &LogDir) -> io::Result<()> {
    Checkpoints::write(dir, broker.partitions.all().iter())
}
