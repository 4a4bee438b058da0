//! DescribeLogDirs (key 35), v1 to v5: what lies in this node's log directory and how large it is (KIP-113, KIP-827).

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use kampa_protocol::messages::describe_log_dirs::{
    DescribeLogDirsPartition, DescribeLogDirsRequest, DescribeLogDirsResponse, DescribeLogDirsResult,
    DescribeLogDirsTopic,
};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: DescribeLogDirsRequest, _: &Context) -> Answer<DescribeLogDirsResponse> {
    let broker = broker.clone();
    Answer::later(async move {
        let world = broker.world.clone();
        let results = vec![world.offload(move || describe(&broker, request)).await];
        DescribeLogDirsResponse { results, ..Default::default() }
    })
}

/// The directory's volume is asked for its size, which may block.
fn describe(broker: &Broker, request: DescribeLogDirsRequest) -> DescribeLogDirsResult {
    let log_dir = Text::from(broker.dir.path().to_string_lossy().into_owned());
    match result(broker, request) {
        Ok(result) => DescribeLogDirsResult { log_dir, ..result },
        Err(error) => {
            tracing::warn!(dir = &*log_dir, %error, "describe the log directory");
            DescribeLogDirsResult { error_code: ErrorCode::KAFKA_STORAGE_ERROR.0, log_dir, ..Default::default() }
        }
    }
}

fn result(broker: &Broker, request: DescribeLogDirsRequest) -> io::Result<DescribeLogDirsResult> {
    if let Some(why) = broker.dir.offline() {
        return Err(io::Error::other(format!("it is out of use: {why}")));
    }
    let space = broker.dir.space()?;
    let bytes = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    Ok(DescribeLogDirsResult {
        topics: replicas(broker, request),
        total_bytes: bytes(space.total_bytes),
        usable_bytes: bytes(space.free_bytes),
        ..Default::default()
    })
}

/// The replicas asked for that lie here, by topic. No topic is named without one.
fn replicas(broker: &Broker, request: DescribeLogDirsRequest) -> Vec<DescribeLogDirsTopic> {
    let asked: Option<BTreeSet<(Text, i32)>> = request.topics.map(|topics| {
        let of = |(name, index)| (name, index);
        let places = topics.into_iter().flat_map(|topic| {
            let name = topic.topic;
            topic.partitions.into_iter().map(move |index| of((name.clone(), index)))
        });
        places.collect()
    });
    let mut topics: BTreeMap<Text, Vec<DescribeLogDirsPartition>> = BTreeMap::new();
    for partition in broker.partitions.all() {
        let id = partition.id();
        if asked.as_ref().is_some_and(|asked| !asked.contains(&(id.topic.clone(), id.index))) {
            continue;
        }
        topics.entry(id.topic.clone()).or_default().push(DescribeLogDirsPartition {
            partition_index: id.index,
            partition_size: i64::try_from(partition.log().size_bytes()).unwrap_or(i64::MAX),
            // A leader lags behind nobody, and there is no second directory to move to.
            offset_lag: 0,
            is_future_key: false,
            ..Default::default()
        });
    }
    let told = |(name, partitions)| DescribeLogDirsTopic { name, partitions, ..Default::default() };
    topics.into_iter().map(told).collect()
}

#[cfg(test)]
mod tests;
