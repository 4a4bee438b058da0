//! DescribeLogDirs (key 35), v1 to v5: what lies in this node's log directories and how large it is (KIP-113, KIP-827).

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use kampa_protocol::messages::describe_log_dirs::{
    DescribeLogDirsPartition, DescribeLogDirsRequest, DescribeLogDirsResponse, DescribeLogDirsResult,
    DescribeLogDirsTopic,
};
use kampa_protocol::{ErrorCode, Text};
use kampa_storage::LogDir;

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;
use crate::log_dirs::DataDir;

pub fn handle(broker: &Arc<Broker>, request: DescribeLogDirsRequest, _: &Context) -> Answer<DescribeLogDirsResponse> {
    let broker = broker.clone();
    Answer::later(async move {
        let world = broker.world.clone();
        let results = world.offload(move || {
            let mut replicas = replicas(&broker, request);
            let describe = |data: &DataDir| describe(data, replicas.remove(&*data.path).unwrap_or_default());
            broker.dirs.data().iter().map(describe).collect()
        });
        DescribeLogDirsResponse { results: results.await, ..Default::default() }
    })
}

/// The directory's volume is asked for its size, which may block.
fn describe(data: &DataDir, replicas: Replicas) -> DescribeLogDirsResult {
    let log_dir = Text::from(data.path.to_string_lossy().into_owned());
    match result(data, replicas) {
        Ok(result) => DescribeLogDirsResult { log_dir, ..result },
        Err(error) => {
            tracing::warn!(dir = &*log_dir, %error, "describe the log directory");
            DescribeLogDirsResult { error_code: ErrorCode::KAFKA_STORAGE_ERROR.0, log_dir, ..Default::default() }
        }
    }
}

fn result(data: &DataDir, replicas: Replicas) -> io::Result<DescribeLogDirsResult> {
    let dir = data.online().ok_or_else(|| io::Error::other(data.offline().unwrap_or_default()))?;
    let space = dir.space()?;
    let told = |(name, partitions)| DescribeLogDirsTopic { name, partitions, ..Default::default() };
    let bytes = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    Ok(DescribeLogDirsResult {
        topics: replicas.into_iter().map(told).collect(),
        total_bytes: bytes(space.total_bytes),
        usable_bytes: bytes(space.free_bytes),
        ..Default::default()
    })
}

/// What lies in a directory, by topic. No topic is named without a replica.
type Replicas = BTreeMap<Text, Vec<DescribeLogDirsPartition>>;

/// The replicas asked for, by directory.
fn replicas(broker: &Broker, request: DescribeLogDirsRequest) -> BTreeMap<PathBuf, Replicas> {
    let asked: Option<BTreeSet<(Text, i32)>> = request.topics.map(|topics| {
        let of = |(name, index)| (name, index);
        let places = topics.into_iter().flat_map(|topic| {
            let name = topic.topic;
            topic.partitions.into_iter().map(move |index| of((name.clone(), index)))
        });
        places.collect()
    });
    let mut dirs: BTreeMap<PathBuf, Replicas> = BTreeMap::new();
    for partition in broker.partitions.all() {
        let id = partition.id();
        if asked.as_ref().is_some_and(|asked| !asked.contains(&(id.topic.clone(), id.index))) {
            continue;
        }
        let mut tell = |dir: &LogDir, size_bytes: u64, offset_lag: i64, is_future_key: bool| {
            let topics = dirs.entry(dir.path().to_owned()).or_default();
            topics.entry(id.topic.clone()).or_default().push(DescribeLogDirsPartition {
                partition_index: id.index,
                partition_size: i64::try_from(size_bytes).unwrap_or(i64::MAX),
                offset_lag,
                is_future_key,
                ..Default::default()
            });
        };
        // A leader lags behind nobody.
        tell(&partition.dir(), partition.size_bytes(), 0, false);
        if let Some(copy) = partition.copying() {
            tell(&copy.dir, copy.size_bytes, copy.lag, true);
        }
    }
    dirs
}

#[cfg(test)]
mod tests;
