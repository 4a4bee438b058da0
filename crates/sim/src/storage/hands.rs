//! The hands that ask a node for what clients and operators ask for, one operation after another, by chance.

use std::time::Duration;

use kampa_protocol::Text;
use kampa_replication::{DeleteRecordsError, Isolation, OffsetSpec, Partition, PartitionId, ReadError, ReadRequest};
use kampa_world::sim::Chance;

use super::cleaner;
use super::history::{Ask, Event, Marks, PlaceId, Read};
use super::mover;
use super::node::{DATA_DIRS, Image, Node};
use super::plan::{Plan, Weather, wish};
use super::producers::{Producers, Waiting};
use super::records;

/// One of several at work at the same time.
pub struct Hand {
    /// Whom it asks.
    pub node: Node,
    /// What there is.
    pub image: Image,
    /// Who produces.
    pub producers: Producers,
    /// What is possible.
    pub plan: Plan,
    /// What it chooses by.
    pub chance: Chance,
}

impl Hand {
    /// Works until so many operations were done, by all together.
    pub async fn work(mut self, until: u64) {
        while self.node.recorder.operations() < until && !self.node.look_offline() {
            self.operate().await;
            let pause = self.chance.below(self.plan.pause_ms_max + 1);
            self.node.world.sleep(Duration::from_millis(pause)).await;
        }
        if self.node.look_offline() {
            self.insist();
        }
    }

    /// Not everybody knows at once that a directory is out of use.
    fn insist(&mut self) {
        for (place, _) in self.node.partitions() {
            self.node.recorder.operated("append when offline");
            self.producers.produce(&self.node, place, &mut self.chance);
        }
    }

    async fn operate(&mut self) {
        let open = self.node.partitions();
        if open.is_empty() {
            self.node.recorder.operated("nothing is open");
            return self.make_topic().await;
        }
        let (place, partition) = open[self.chance.below(open.len() as u64) as usize].clone();
        let recorder = self.node.recorder.clone();
        match self.chance.below(1000) {
            0..540 => {
                recorder.operated("append");
                if let Some(waiting) = self.producers.produce(&self.node, place, &mut self.chance) {
                    self.wait_for(&partition, waiting);
                }
            }
            540..560 => self.compact(&open).await,
            560..568 => {
                recorder.operated("move");
                mover::relocate(&self.node, place, &partition, &mut self.chance).await;
            }
            568..850 => {
                recorder.operated("read");
                self.read(place, &partition).await;
            }
            850..865 => {
                recorder.operated("look up the newest record");
                look_up_newest(&self.node, place, &partition).await;
            }
            865..880 => {
                recorder.operated("look up an epoch");
                let epoch = self.chance.below(partition.leader_epoch().unwrap_or_default() as u64 + 2) as i32;
                look_up_epoch(&self.node, place, &partition, epoch);
            }
            880..920 => {
                recorder.operated("look up a time");
                self.look_up(place, &partition).await;
            }
            920..940 => {
                recorder.operated("delete records");
                self.delete_records(place, &partition).await;
            }
            940..955 => {
                recorder.operated("retention");
                let node = self.node.clone();
                self.node.world.offload(move || node.retain()).await;
            }
            955..970 => {
                recorder.operated("checkpoint");
                let node = self.node.clone();
                self.node.world.offload(move || node.write_checkpoints()).await;
            }
            970..980 => {
                recorder.operated("close idle files");
                for dir in &self.node.dirs {
                    dir.chores(true).await;
                }
            }
            980..990 => {
                recorder.operated("sync");
                match partition.log() {
                    None => {}
                    Some(log) => match log.sync().await {
                        Ok(end) => recorder.say(Event::Durable { place, end }),
                        Err(error) => self.node.bear_of(place, "sync", Err(error)),
                    },
                }
            }
            990..995 => {
                recorder.operated("delete topic");
                self.delete_topic(place).await;
            }
            _ => {
                recorder.operated("create topic");
                self.make_topic().await;
            }
        }
    }

    fn wait_for(&self, partition: &Partition, waiting: Waiting) {
        let end = waiting.base_offset + i64::from(waiting.count);
        if partition.watermarks().high_watermark >= end {
            return self.producers.committed(&self.node, waiting);
        }
        let (node, producers, partition) = (self.node.clone(), self.producers.clone(), partition.clone());
        drop(self.node.world.spawn("wait for commit", async move {
            if partition.committed(end).await {
                producers.committed(&node, waiting);
            }
        }));
    }

    async fn read(&mut self, place: PlaceId, partition: &Partition) {
        let marks = partition.watermarks();
        let isolation =
            [Isolation::ReadUncommitted, Isolation::ReadCommitted, Isolation::LogEnd][self.chance.below(3) as usize];
        let (low, high) = (marks.log_start, marks.log_end);
        // Most readers are near the end.
        let low = if self.chance.coin() { low.max(high - 20) } else { low };
        let offset = low + self.chance.below((high - low + 1) as u64) as i64;
        let at_least_one = self.chance.happens(0.9);
        let max_bytes = if self.chance.coin() { self.chance.below(4_000) } else { self.chance.below(40_000) };
        let ask = Ask { offset, isolation, at_least_one };
        read(&self.node, place, partition, ask, max_bytes as usize).await;
    }

    async fn look_up(&mut self, place: PlaceId, partition: &Partition) {
        let timestamp = self.node.world.wall_ms() - self.chance.below(30_000) as i64;
        look_up(&self.node, place, partition, timestamp).await;
    }

    async fn delete_records(&mut self, place: PlaceId, partition: &Partition) {
        let marks = partition.watermarks();
        let before = match self.chance.below(4) {
            0 => marks.high_watermark,
            _ => {
                let low = marks.log_start;
                low + self.chance.below((marks.high_watermark - low + 1).min(30) as u64) as i64
            }
        };
        self.node.recorder.say(Event::DeleteAsked { place, before });
        match partition.delete_records(before).await {
            Ok(log_start) => self.node.recorder.say(Event::DeletedBefore { place, log_start }),
            Err(DeleteRecordsError::Disk(error)) => self.node.bear_of(place, "delete records", Err(error)),
            // Retention was quicker, or the partition is deleted.
            Err(DeleteRecordsError::OutOfRange { .. } | DeleteRecordsError::NotLeader) => {}
            Err(DeleteRecordsError::Policy) if partition.config().log.delete => {
                self.node.recorder.wrong("records may be deleted".to_owned());
            }
            Err(DeleteRecordsError::Policy) => {}
        }
    }

    async fn compact(&mut self, open: &[(PlaceId, Partition)]) {
        self.node.recorder.operated("compact");
        let compacted: Vec<_> = open.iter().filter(|(_, partition)| partition.config().log.compact).collect();
        let choice = self.chance.below(compacted.len() as u64) as usize;
        if let Some((place, partition)) = compacted.get(choice) {
            cleaner::compact(&self.node, *place, partition, &mut self.chance).await;
        }
    }

    async fn make_topic(&mut self) {
        if self.image.places().len() >= PLACES_MAX {
            return;
        }
        let name = self.free_name();
        let topic = Text::from(name);
        let wish = wish(&mut self.chance);
        let places = make_places(&self.node.recorder, &self.image, topic, &wish, self.plan.dirs, &mut self.chance);
        let node = self.node.clone();
        self.node.world.offload(move || places.into_iter().for_each(|place| node.make(place))).await;
    }

    /// One of few names, so that they come again.
    fn free_name(&mut self) -> String {
        let taken: Vec<Text> =
            self.image.places().iter().map(|place| self.node.recorder.place(*place).id.topic).collect();
        loop {
            let name = format!("topic-{}", self.chance.below(3 * PLACES_MAX as u64));
            if self.node.may_name(&name) && !taken.iter().any(|topic| **topic == *name) {
                return name;
            }
        }
    }

    async fn delete_topic(&mut self, place: PlaceId) {
        let recorder = self.node.recorder.clone();
        let PartitionId { topic, topic_id, .. } = recorder.place(place).id;
        let all: Vec<PlaceId> =
            self.image.places().into_iter().filter(|place| recorder.place(*place).id.topic_id == topic_id).collect();
        if all.is_empty() {
            // Another hand is at it.
            return;
        }
        self.node.begin_to_delete(&topic);
        for place in &all {
            self.image.remove(*place);
            recorder.add(Event::Gone { place: *place });
        }
        let node = self.node.clone();
        let delete = move || {
            all.into_iter().for_each(|place| node.delete(place));
            node.forget_deleted(&topic);
        };
        self.node.world.offload(delete).await;
    }
}

/// Decides that a topic's partitions are there; somebody has to open them.
pub fn make_places(
    recorder: &super::history::Recorder,
    image: &Image,
    topic: Text,
    wish: &super::plan::Wish,
    dirs: usize,
    chance: &mut Chance,
) -> Vec<PlaceId> {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&chance.next().to_be_bytes());
    bytes[8..].copy_from_slice(&chance.next().to_be_bytes());
    let mut make = |index| {
        let place = recorder.make_place(topic.clone(), kampa_protocol::Uuid(bytes), index, &wish.config);
        image.add(place, chance.below(dirs as u64) as usize);
        place
    };
    (0..wish.partitions).map(&mut make).collect()
}

/// Reads, and writes down what came; gives where the next read begins if something came.
pub async fn read(node: &Node, place: PlaceId, partition: &Partition, ask: Ask, max_bytes: usize) -> Option<i64> {
    let recorder = &node.recorder;
    let begun = recorder.now();
    let request = ReadRequest {
        offset: ask.offset,
        max_bytes,
        at_least_one: ask.at_least_one,
        isolation: ask.isolation,
        current_leader_epoch: None,
    };
    match partition.read(request).await {
        Ok(answer) => {
            let got = match records::read(&answer.records, answer.aborted.as_deref(), place, recorder) {
                Ok(got) => got,
                Err(what) => {
                    let about = recorder.place(place).id;
                    recorder.wrong(format!("{about}: a read from {}: {what}", ask.offset));
                    return None;
                }
            };
            let marks = Marks {
                log_start: answer.log_start,
                last_stable: answer.last_stable_offset,
                high_watermark: answer.high_watermark,
            };
            let next_offset = answer.next_offset;
            let advanced = next_offset > ask.offset;
            recorder.say(Event::Read(Box::new(Read {
                place,
                begun,
                ask,
                next_offset,
                marks,
                seen: got.seen,
                shown: got.shown,
            })));
            advanced.then_some(next_offset)
        }
        Err(ReadError::OutOfRange { start, end }) => {
            recorder.say(Event::OutOfRange { place, ask, start, end });
            None
        }
        Err(ReadError::Corrupt { offset }) => {
            recorder.say(Event::Corrupt { place, offset });
            None
        }
        Err(ReadError::Disk(error)) => {
            node.bear_of(place, "read", Err(error));
            None
        }
        Err(ReadError::NotLeader | ReadError::FencedEpoch { .. } | ReadError::UnknownEpoch { .. }) => None,
    }
}

/// Looks for the first record of a time or later.
pub async fn look_up(node: &Node, place: PlaceId, partition: &Partition, timestamp: i64) {
    let recorder = &node.recorder;
    let (begun, marks) = (recorder.now(), partition.watermarks());
    let spec = OffsetSpec::AtOrAfter(timestamp);
    let (log_start, below) = (marks.log_start, marks.high_watermark);
    match partition.find_offset(spec, Isolation::ReadUncommitted, None).await {
        Ok(found) => {
            let found = found.map(|found| (found.offset, found.timestamp));
            recorder.say(Event::Looked { place, begun, timestamp, log_start, below, found });
        }
        Err(error) => look_up_failed(node, place, error),
    }
}

/// Looks for the record with the largest timestamp.
pub async fn look_up_newest(node: &Node, place: PlaceId, partition: &Partition) {
    let marks = partition.watermarks();
    let (log_start, below) = (marks.log_start, marks.high_watermark);
    match partition.find_offset(OffsetSpec::MaxTimestamp, Isolation::ReadUncommitted, None).await {
        Ok(found) => {
            let found = found.map(|found| (found.offset, found.timestamp));
            node.recorder.say(Event::NewestAsked { place, log_start, below, found });
        }
        Err(error) => look_up_failed(node, place, error),
    }
}

/// Looks for where a leader's epoch ends.
pub fn look_up_epoch(node: &Node, place: PlaceId, partition: &Partition, epoch: i32) {
    let marks = partition.watermarks();
    let (log_start, log_end) = (marks.log_start, marks.log_end);
    if let Ok(end) = partition.offset_for_leader_epoch(epoch, None) {
        let answer = (end.leader_epoch, end.end_offset);
        node.recorder.say(Event::EpochAsked { place, epoch, log_start, log_end, answer });
    }
}

fn look_up_failed(node: &Node, place: PlaceId, error: ReadError) {
    match error {
        ReadError::Disk(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            node.recorder.say(Event::Corrupt { place, offset: -1 });
        }
        ReadError::Disk(error) => node.bear_of(place, "look up a time", Err(error)),
        _ => {}
    }
}

/// What a machine's disk does besides what it does by itself.
pub fn trouble(
    control: &kampa_world::sim::Control,
    recorder: &super::history::Recorder,
    image: &Image,
    weather: Weather,
    chance: &mut Chance,
) {
    match weather {
        Weather::FullDisk => {
            let used = control
                .disk(super::history::MACHINE)
                .space("/")
                .map_or(0, |space| space.total_bytes - space.free_bytes);
            control.set_disk_capacity(super::history::MACHINE, used + chance.below(6_000));
        }
        Weather::Rot => flip_bit(control, recorder, image, chance),
        _ => {}
    }
}

fn flip_bit(
    control: &kampa_world::sim::Control,
    recorder: &super::history::Recorder,
    image: &Image,
    chance: &mut Chance,
) {
    let places = image.places();
    let Some(&place) = places.get(chance.below(places.len() as u64) as usize) else { return };
    let folder = format!("{}/{}", DATA_DIRS[image.dir_of(place).unwrap_or_default()], recorder.place(place).id);
    let Ok(entries) = control.disk(super::history::MACHINE).read_dir(&folder) else { return };
    let files: Vec<_> = entries.iter().filter(|entry| entry.name.ends_with(".log") && entry.len > 0).collect();
    let Some(file) = files.get(chance.below(files.len() as u64) as usize) else { return };
    recorder.add(Event::Rotted { place });
    let (byte, bit) = (chance.below(file.len), chance.below(8) as u8);
    // The file may be gone by now, and then there is nothing to flip.
    let _ = control.flip_bit(super::history::MACHINE, format!("{folder}/{}", file.name), byte, bit);
}

/// Partitions at the same time.
const PLACES_MAX: usize = 8;
