//! A program that produces: bursts and pauses, small batches and large ones, now and then a new connection or a new producer id.

use std::time::Duration;

use kampa_formats::compression::{Codec, Compression};
use kampa_world::sim::Chance;

use crate::client::Client;
use crate::client::producer::{BACKOFF, Kind, Producer, Target};
use crate::stage::Stage;

/// How a producer behaves.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// What it asks for.
    pub kind: Kind,
    /// How it compresses.
    pub codec: Codec,
    /// Batches it lets wait.
    pub pending_max: usize,
    /// Records of a batch, at most.
    pub records_max: u32,
    /// Bytes of a record, about, at most.
    pub record_bytes_max: usize,
    /// How long it pauses, about.
    pub pause: Duration,
}

impl Habits {
    /// By chance.
    pub fn draw(chance: &mut Chance) -> Habits {
        let kind = match chance.below(10) {
            0 => Kind::Plain { acks: 0 },
            1 => Kind::Plain { acks: 1 },
            2 => Kind::Plain { acks: -1 },
            _ => Kind::Idempotent,
        };
        let codec =
            [Codec::None, Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd][chance.below(6) as usize];
        let records_max = chance.between(1, 8) as u32;
        Habits {
            kind,
            codec,
            pending_max: chance.between(1, 12) as usize,
            records_max,
            record_bytes_max: if chance.happens(0.2) { BATCH_BYTES_MAX / records_max as usize } else { 150 },
            pause: Duration::from_millis(chance.between(20, 2_000)),
        }
    }
}

/// Produces until the end, and then until everything is answered for good.
pub async fn run(client: Client, stage: Stage, habits: Habits) {
    let compression = Compression { codec: habits.codec, ..Compression::NONE };
    let targets: Vec<Target> =
        stage.places().into_iter().map(|(topic, place)| Target { topic, place, passing: false }).collect();
    let mut producer = Producer::new(client, habits.kind, compression, &targets);
    loop {
        if producer.pending() == 0 && stage.is_ending() {
            return;
        }
        if producer.begin().await.is_err() {
            producer.client.pause(BACKOFF).await;
            continue;
        }
        while !stage.is_ending() && producer.pending() < habits.pending_max && producer.client.chance.happens(0.7) {
            let chance = &mut producer.client.chance;
            let count = chance.between(1, habits.records_max.into()) as u32;
            let size = chance.below(habits.record_bytes_max as u64) as usize;
            producer.offer(count, size);
        }
        if producer.step().await.is_err() {
            producer.client.pause(BACKOFF).await;
        } else if producer.client.chance.happens(0.2) || producer.pending() == 0 {
            producer.client.pause(habits.pause).await;
        }
        match producer.client.chance.below(200) {
            0 => producer.reconnect(),
            1 => producer.renew(),
            _ => {}
        }
    }
}

/// About the size of the largest batch; the smallest segment of a run must hold it.
const BATCH_BYTES_MAX: usize = 3_000;
