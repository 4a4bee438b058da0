//! A reader of partitions: fetch sessions or none, long polls, byte limits; every batch's checksum is looked at and every record
//! written down.
//!
//! Keeps a position for each partition and nothing else; who owns what and where to begin is its users' business.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kampa_formats::batch::{Record, batches};
use kampa_protocol::messages::fetch::{FetchPartition, FetchTopic, ForgottenTopic, PartitionData};
use kampa_protocol::messages::list_offsets::{ListOffsetsPartition, ListOffsetsTopic};
use kampa_protocol::messages::{FetchRequest, ListOffsetsRequest};
use kampa_protocol::{ApiKey, ErrorCode, Text, Uuid};

use super::{Client, Trouble, versions};
use crate::history::{Event, Moment, Place};
use crate::payload;

/// Reads partitions from positions on.
pub struct Fetcher {
    version: i16,
    session: Session,
    wanted: BTreeMap<Place, Wanted>,
    /// Places that the session knows and that are no longer wanted.
    forgotten: BTreeMap<Place, Text>,
    /// Offset and time of every record read.
    times: BTreeMap<Place, Vec<(i64, i64)>>,
}

/// One partition that is read.
struct Wanted {
    topic: Text,
    position: i64,
    /// When the position was known to be a good one.
    since: Moment,
    /// What the session was told last; `None`: it does not know it.
    told: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Session {
    /// Every request says all.
    Never,
    /// The next request begins one.
    Wished,
    Open {
        id: i32,
        epoch: i32,
    },
}

/// How to ask.
#[derive(Clone, Copy, Debug)]
pub struct Poll {
    /// How long the node may wait for something to come.
    pub wait_ms: i32,
    /// Bytes of the whole answer.
    pub bytes_max: i32,
    /// Bytes of one partition.
    pub partition_bytes_max: i32,
}

/// What a poll brought of one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advance {
    /// Which.
    pub place: Place,
    /// The position after it.
    pub position: i64,
    /// What the node said of it.
    pub error: ErrorCode,
    /// Where its readable part ends, -1 if that was not told.
    pub high_watermark: i64,
}

impl Fetcher {
    /// Reads nothing yet. Version and session are by chance.
    pub fn new(client: &mut Client) -> Fetcher {
        let (low, high) = versions::range(ApiKey::Fetch);
        let low = if client.meets_zstd { low.max(ZSTD_FROM) } else { low };
        let version = client.chance.between(low as u64, high as u64) as i16;
        let sessions = version >= SESSIONS_FROM && client.chance.happens(0.8);
        let session = if sessions { Session::Wished } else { Session::Never };
        Fetcher { version, session, wanted: BTreeMap::new(), forgotten: BTreeMap::new(), times: BTreeMap::new() }
    }

    /// Reads these partitions and no others, the new ones from the position given.
    pub fn assign(&mut self, client: &Client, places: &[(Text, Place, i64)]) {
        let kept: BTreeSet<Place> = places.iter().map(|(_, place, _)| *place).collect();
        for (place, gone) in std::mem::take(&mut self.wanted) {
            if kept.contains(&place) {
                self.wanted.insert(place, gone);
            } else if gone.told.is_some() {
                self.forgotten.insert(place, gone.topic);
            }
        }
        let since = client.recorder.now();
        for (topic, place, position) in places {
            self.forgotten.remove(place);
            let new = || Wanted { topic: topic.clone(), position: *position, since, told: None };
            self.wanted.entry(*place).or_insert_with(new);
        }
    }

    /// Goes on from elsewhere. `since` is when that position was known to be good.
    pub fn seek(&mut self, place: Place, position: i64, since: Moment) {
        if let Some(wanted) = self.wanted.get_mut(&place) {
            (wanted.position, wanted.since) = (position, since);
        }
    }

    /// Goes back to an earlier offset.
    pub fn rewind(&mut self, place: Place, position: i64) {
        if let Some(wanted) = self.wanted.get_mut(&place) {
            wanted.position = position.min(wanted.position);
        }
    }

    /// Where it is.
    pub fn positions(&self) -> impl Iterator<Item = (&Text, Place, i64)> {
        self.wanted.iter().map(|(place, wanted)| (&wanted.topic, *place, wanted.position))
    }

    /// Offset and time of every record read of a partition, in the order they came.
    pub fn times(&self, place: Place) -> &[(i64, i64)] {
        self.times.get(&place).map_or(&[], Vec::as_slice)
    }

    /// Whether it reads nothing.
    pub fn is_idle(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Asks once. What came is written down, and the positions move behind it.
    pub async fn poll(&mut self, client: &mut Client, poll: Poll) -> Result<Vec<Advance>, Trouble> {
        let begun = client.recorder.now();
        let request = self.request(poll);
        let wait = super::ANSWER_WAIT_MAX + std::time::Duration::from_millis(poll.wait_ms as u64);
        let answer = match client.ask_for(&request, self.version, wait).await {
            Ok(answer) => answer,
            Err(e) => {
                // Whether the node heard of it nobody knows: begin a new session.
                self.forget_session();
                return Err(e);
            }
        };
        let error = ErrorCode(answer.error_code);
        if error.is_err() {
            self.forget_session();
            let known = [ErrorCode::FETCH_SESSION_ID_NOT_FOUND, ErrorCode::INVALID_FETCH_SESSION_EPOCH];
            // A session that was just wished for cannot be unknown.
            if known.contains(&error) && request.session_epoch > 0 {
                return Ok(Vec::new());
            }
            return Err(client.refused("Fetch", error));
        }
        self.session_goes_on(answer.session_id);
        let mut advances = Vec::new();
        for topic in answer.responses {
            for partition in topic.partitions {
                let Some(place) = self.place_of(&topic.topic, topic.topic_id, partition.partition_index) else {
                    client.recorder.wrong("Fetch answered for a partition nobody wanted".to_owned());
                    continue;
                };
                advances.push(self.take(client, place, partition, begun));
            }
        }
        Ok(advances)
    }

    fn request(&mut self, poll: Poll) -> FetchRequest {
        let (session_id, session_epoch) = match self.session {
            Session::Never => (0, -1),
            Session::Wished => (0, 0),
            Session::Open { id, epoch } => (id, epoch),
        };
        let incremental = session_epoch > 0;
        let mut topics: Vec<FetchTopic> = Vec::new();
        for (place, wanted) in &mut self.wanted {
            if incremental && wanted.told == Some(wanted.position) {
                continue;
            }
            wanted.told = Some(wanted.position);
            let partition = FetchPartition {
                partition: place.partition,
                current_leader_epoch: -1,
                fetch_offset: wanted.position,
                partition_max_bytes: poll.partition_bytes_max,
                ..Default::default()
            };
            match topics.iter_mut().find(|topic| topic.topic_id == place.topic_id) {
                Some(topic) => topic.partitions.push(partition),
                None => topics.push(FetchTopic {
                    topic: wanted.topic.clone(),
                    topic_id: place.topic_id,
                    partitions: vec![partition],
                    ..Default::default()
                }),
            }
        }
        let mut forgotten: Vec<ForgottenTopic> = Vec::new();
        for (place, topic) in std::mem::take(&mut self.forgotten) {
            if !incremental {
                continue;
            }
            match forgotten.iter_mut().find(|forgotten| forgotten.topic_id == place.topic_id) {
                Some(topic) => topic.partitions.push(place.partition),
                None => forgotten.push(ForgottenTopic {
                    topic,
                    topic_id: place.topic_id,
                    partitions: vec![place.partition],
                    ..Default::default()
                }),
            }
        }
        FetchRequest {
            max_wait_ms: poll.wait_ms,
            min_bytes: 1,
            max_bytes: poll.bytes_max,
            session_id,
            session_epoch,
            topics,
            forgotten_topics_data: forgotten,
            ..Default::default()
        }
    }

    fn session_goes_on(&mut self, id: i32) {
        self.session = match self.session {
            Session::Wished if id != 0 => Session::Open { id, epoch: 1 },
            // After the last number comes 1: 0 would begin a new session.
            Session::Open { id, epoch } => Session::Open { id, epoch: if epoch == i32::MAX { 1 } else { epoch + 1 } },
            other => other,
        };
    }

    fn forget_session(&mut self) {
        if self.session != Session::Never {
            self.session = Session::Wished;
        }
        self.forgotten.clear();
        self.wanted.values_mut().for_each(|wanted| wanted.told = None);
    }

    fn place_of(&self, topic: &Text, topic_id: Uuid, partition: i32) -> Option<Place> {
        let by_id = self.version >= BY_ID_FROM;
        let is_it = |(place, wanted): &(&Place, &Wanted)| {
            place.partition == partition && if by_id { place.topic_id == topic_id } else { wanted.topic == *topic }
        };
        self.wanted.iter().find(is_it).map(|(place, _)| *place)
    }

    fn take(&mut self, client: &Client, place: Place, answer: PartitionData, begun: Moment) -> Advance {
        let recorder = &client.recorder;
        let error = ErrorCode(answer.error_code);
        let Some(wanted) = self.wanted.get_mut(&place) else {
            return Advance { place, position: 0, error, high_watermark: -1 };
        };
        if error.is_err() {
            if error == ErrorCode::OFFSET_OUT_OF_RANGE {
                recorder.add(Event::OutOfRange { place, offset: wanted.position, since: wanted.since });
            }
            return Advance { place, position: wanted.position, error, high_watermark: -1 };
        }
        let log_start = if self.version >= LOG_START_FROM { answer.log_start_offset } else { 0 };
        let (last_stable, high_watermark) = (answer.last_stable_offset, answer.high_watermark);
        recorder.add(Event::Watermarks { place, log_start, last_stable, high_watermark, begun });
        let records = answer.records.unwrap_or_default().to_bytes();
        match records_in(records, wanted.position) {
            Ok(records) => {
                for record in records {
                    if record.offset >= high_watermark {
                        let offset = record.offset;
                        recorder.wrong(format!(
                            "{place}: offset {offset} is read past the high watermark {high_watermark}"
                        ));
                    }
                    recorder.add(Event::Read { place, offset: record.offset, record: payload::read(&record), begun });
                    self.times.entry(place).or_default().push((record.offset, record.timestamp));
                    wanted.position = record.offset + 1;
                    // The answer may have been long on its way.
                    wanted.since = begun;
                }
            }
            Err(_) if recorder.is_rotten(place) => {
                // As good as an error: nobody takes it for what was written.
                return Advance { place, position: wanted.position, error: ErrorCode::CORRUPT_MESSAGE, high_watermark };
            }
            Err(what) => recorder.wrong(format!("{place}: {what}")),
        }
        Advance { place, position: wanted.position, error, high_watermark }
    }
}

/// The records from an offset on, without a gap; a cut tail is the byte limit's doing.
fn records_in(bytes: Bytes, from: i64) -> Result<Vec<Record>, String> {
    let mut found = Vec::new();
    let mut due = from;
    for batch in batches(bytes) {
        let batch = batch.map_err(|e| e.to_string())?;
        let batch = kampa_formats::batch::BatchView::check(batch.into_bytes()).map_err(|e| e.to_string())?;
        for record in batch.records(UNFOLDED_BYTES_MAX).map_err(|e| e.to_string())? {
            let record = record.map_err(|e| e.to_string())?;
            // The first batch may begin before the offset that was asked for.
            if record.offset < from {
                continue;
            }
            if record.offset != due {
                return Err(format!("offset {due} was due, and {} came", record.offset));
            }
            due += 1;
            found.push(record);
        }
    }
    Ok(found)
}

/// Asks where a partition begins (`at` = -2) or ends (-1).
pub async fn offset_of(client: &mut Client, topic: &Text, place: Place, at: i64) -> Result<i64, Trouble> {
    let asked = ListOffsetsPartition {
        partition_index: place.partition,
        current_leader_epoch: -1,
        timestamp: at,
        ..Default::default()
    };
    let topic = ListOffsetsTopic { name: topic.clone(), partitions: vec![asked], ..Default::default() };
    let request = ListOffsetsRequest { replica_id: -1, topics: vec![topic], ..Default::default() };
    let answer = client.ask(&request).await?;
    let found = answer.topics.first().and_then(|topic| topic.partitions.first());
    let Some(found) = found else {
        client.recorder.wrong("ListOffsets was not answered for the partition asked for".to_owned());
        return Err(Trouble::Garbled);
    };
    let error = ErrorCode(found.error_code);
    if error.is_err() { Err(client.refused("ListOffsets", error)) } else { Ok(found.offset) }
}

/// ListOffsets' names for the two ends.
pub const EARLIEST: i64 = -2;
/// The end that consumers may read to.
pub const LATEST: i64 = -1;

/// Versions that have sessions.
const SESSIONS_FROM: i16 = 7;
/// Versions that bring records compressed with zstd.
const ZSTD_FROM: i16 = 10;
/// Versions that tell where the log begins.
const LOG_START_FROM: i16 = 5;
/// Versions that name topics by id.
const BY_ID_FROM: i16 = 13;
/// More than any batch of a run unfolds to.
const UNFOLDED_BYTES_MAX: usize = 16 << 20;
