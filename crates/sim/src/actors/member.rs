//! A program that reads as a member of a group: joins, is given partitions, reads, commits, beats, and leaves or is gone.
//!
//! Classic groups with range assignment, which the leader makes. Some members are static; some fall asleep for longer than the
//! group lets them, and then act as if they had not.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use kampa_protocol::messages::join_group::JoinGroupRequestProtocol;
use kampa_protocol::messages::leave_group::MemberIdentity;
use kampa_protocol::messages::sync_group::SyncGroupRequestAssignment;
use kampa_protocol::messages::{
    HeartbeatRequest, JoinGroupRequest, JoinGroupResponse, LeaveGroupRequest, SyncGroupRequest,
};
use kampa_protocol::records::embedded::{
    ConsumerProtocolAssignment, ConsumerProtocolSubscription, consumer_protocol_assignment::TopicPartition,
};
use kampa_protocol::{ApiKey, ErrorCode, Message, Reader, Request, Text, Writer};
use kampa_world::Monotonic;

use crate::actors::reading::{begin_again, may_fail, poll};
use crate::client::fetcher::Fetcher;
use crate::client::offsets::{self, Committer};
use crate::client::producer::BACKOFF;
use crate::client::{Client, Trouble, versions};
use crate::history::{Event, Place};
use crate::stage::Stage;

/// A member of a group, until the end or until its process is killed.
pub async fn run(client: Client, stage: Stage, group: Text, is_static: bool) {
    let instance = is_static.then(|| client.name().clone());
    let mut member = Member { client, stage, group, instance, id: Text::default() };
    while !member.stage.is_ending() {
        if member.take_part().await.is_err() {
            member.client.pause(BACKOFF).await;
        }
    }
}

struct Member {
    client: Client,
    stage: Stage,
    group: Text,
    instance: Option<Text>,
    /// What the coordinator calls it; empty until it does.
    id: Text,
}

/// A place in one generation of the group.
struct Seat {
    generation: i32,
    places: Vec<(Text, Place)>,
}

impl Member {
    /// One round in the group: from joining to whatever ends it.
    async fn take_part(&mut self) -> Result<(), Trouble> {
        if !self.client.is_connected() || self.client.chance.happens(0.2) {
            offsets::find_coordinator(&mut self.client, &self.group.clone()).await?;
        }
        let joined = self.join().await?;
        let seat = self.sync(joined).await?;
        let mut fetcher = Fetcher::new(&mut self.client);
        let from = offsets::committed(&mut self.client, &self.group.clone(), &seat.places).await?;
        let from: Vec<_> = from.into_iter().map(|(topic, place, offset)| (topic, place, offset.max(0))).collect();
        fetcher.assign(&self.client, &from);
        // A committed offset is good since it was committed, and nobody here knows when.
        from.iter().for_each(|(_, place, offset)| fetcher.seek(*place, *offset, 0));
        self.work(&seat, fetcher).await
    }

    fn version<R: Request>(&mut self, least: i16) -> i16 {
        let (low, high) = versions::range(R::KEY);
        let static_from = match R::KEY {
            ApiKey::JoinGroup => 5,
            ApiKey::SyncGroup | ApiKey::Heartbeat => 3,
            _ => low,
        };
        let low = if self.instance.is_some() { low.max(static_from) } else { low };
        self.client.chance.between(low.max(least) as u64, high as u64) as i16
    }

    async fn join(&mut self) -> Result<JoinGroupResponse, Trouble> {
        let topics = self.stage.topics();
        let subscription = ConsumerProtocolSubscription {
            topics: topics.iter().map(|topic| topic.name.clone()).collect(),
            ..Default::default()
        };
        let strategy =
            JoinGroupRequestProtocol { name: "range".into(), metadata: embed(&subscription), ..Default::default() };
        for _ in 0..JOINS_MAX {
            let request = JoinGroupRequest {
                group_id: self.group.clone(),
                session_timeout_ms: SESSION_TIMEOUT_MS,
                rebalance_timeout_ms: REBALANCE_TIMEOUT_MS,
                member_id: self.id.clone(),
                group_instance_id: self.instance.clone(),
                protocol_type: "consumer".into(),
                protocols: vec![strategy.clone()],
                ..Default::default()
            };
            let version = self.version::<JoinGroupRequest>(0);
            let joined = self.client.ask_for(&request, version, JOIN_WAIT_MAX).await?;
            match ErrorCode(joined.error_code) {
                ErrorCode::NONE => {
                    self.id = joined.member_id.clone();
                    return Ok(joined);
                }
                ErrorCode::MEMBER_ID_REQUIRED => self.id = joined.member_id,
                error => return Err(self.out(error, "JoinGroup")),
            }
        }
        self.client.recorder.wrong(format!("JoinGroup asked for a member id {JOINS_MAX} times"));
        Err(Trouble::Garbled)
    }

    async fn sync(&mut self, joined: JoinGroupResponse) -> Result<Seat, Trouble> {
        let generation = joined.generation_id;
        let leads = joined.leader == joined.member_id;
        // A static member that came back to a stable group finds the assignment there (KIP-814).
        let assignments = if leads && !joined.skip_assignment { self.assign(&joined) } else { Vec::new() };
        let request = SyncGroupRequest {
            group_id: self.group.clone(),
            generation_id: generation,
            member_id: self.id.clone(),
            group_instance_id: self.instance.clone(),
            protocol_type: Some("consumer".into()),
            protocol_name: Some("range".into()),
            assignments,
            ..Default::default()
        };
        let version = self.version::<SyncGroupRequest>(0);
        let begun = self.client.recorder.now();
        let synced = self.client.ask_for(&request, version, JOIN_WAIT_MAX).await?;
        let error = ErrorCode(synced.error_code);
        if error.is_err() {
            return Err(self.out(error, "SyncGroup"));
        }
        let Some(places) = self.places_in(&synced.assignment) else {
            self.client.recorder.wrong("SyncGroup gave an assignment that no leader made".to_owned());
            return Err(Trouble::Garbled);
        };
        self.client.recorder.add(Event::Assigned {
            group: self.group.clone(),
            generation,
            // A static member may come back as another id in the same generation.
            member: self.instance.clone().unwrap_or_else(|| self.id.clone()),
            places: places.iter().map(|(_, place)| *place).collect(),
            begun,
        });
        Ok(Seat { generation, places })
    }

    /// Range assignment: of each topic, neighbouring partitions to one member.
    fn assign(&self, joined: &JoinGroupResponse) -> Vec<SyncGroupRequestAssignment> {
        let members: Vec<&Text> = joined.members.iter().map(|member| &member.member_id).collect();
        let mut given: BTreeMap<&Text, ConsumerProtocolAssignment> = BTreeMap::new();
        for topic in self.stage.topics() {
            for (number, member) in members.iter().enumerate() {
                let edge = |number: usize| (topic.partitions as usize * number / members.len()) as i32;
                let partitions: Vec<i32> = (edge(number)..edge(number + 1)).collect();
                let part = TopicPartition { topic: topic.name.clone(), partitions };
                given.entry(member).or_default().assigned_partitions.push(part);
            }
        }
        let assignment = |(member, assignment): (&Text, ConsumerProtocolAssignment)| SyncGroupRequestAssignment {
            member_id: member.clone(),
            assignment: embed(&assignment),
            ..Default::default()
        };
        given.into_iter().map(assignment).collect()
    }

    fn places_in(&self, assignment: &Bytes) -> Option<Vec<(Text, Place)>> {
        if assignment.is_empty() {
            return Some(Vec::new());
        }
        let mut r = Reader::new(assignment);
        let version = r.i16().ok()?;
        let assignment = ConsumerProtocolAssignment::decode(&mut r, version).ok()?;
        let topics = self.stage.topics();
        let mut places = Vec::new();
        for part in assignment.assigned_partitions {
            let topic = topics.iter().find(|topic| topic.name == part.topic)?;
            for partition in part.partitions {
                places.push((topic.name.clone(), Place { topic_id: topic.id, partition }));
            }
        }
        Some(places)
    }

    /// Reads, commits and beats until the group or the member wants something else.
    async fn work(&mut self, seat: &Seat, mut fetcher: Fetcher) -> Result<(), Trouble> {
        let mut next_beat = self.client.world.now() + BEAT;
        loop {
            if fetcher.is_idle() {
                self.client.pause(BEAT / 2).await;
            } else {
                self.read(&mut fetcher).await?;
            }
            let asleep = self.client.chance.happens(0.003);
            if asleep {
                // Longer than the group waits: it is out, and does not know.
                self.client.world.sleep(Duration::from_millis(SESSION_TIMEOUT_MS as u64 + 1500)).await;
            }
            if asleep || self.client.chance.happens(0.15) {
                self.commit(seat, &fetcher).await?;
            }
            if self.client.world.now() >= next_beat {
                self.beat(seat, &mut next_beat).await?;
            }
            if self.stage.is_ending() || self.client.chance.happens(0.004) {
                self.commit(seat, &fetcher).await?;
                return self.leave().await;
            }
        }
    }

    async fn read(&mut self, fetcher: &mut Fetcher) -> Result<(), Trouble> {
        let mut poll = poll(&mut self.client.chance);
        poll.wait_ms = poll.wait_ms.min(POLL_WAIT_MS_MAX);
        for advance in fetcher.poll(&mut self.client, poll).await? {
            match advance.error {
                ErrorCode::NONE => {}
                ErrorCode::OFFSET_OUT_OF_RANGE => begin_again(&mut self.client, fetcher, advance.place).await,
                error if may_fail(&self.client, error) => self.client.pause(BACKOFF).await,
                error => self.client.unexpected("Fetch of a partition", error),
            }
        }
        Ok(())
    }

    async fn commit(&mut self, seat: &Seat, fetcher: &Fetcher) -> Result<(), Trouble> {
        let at: Vec<_> = fetcher.positions().map(|(topic, place, offset)| (topic.clone(), place, offset)).collect();
        if at.is_empty() {
            return Ok(());
        }
        let who = Committer {
            group: self.group.clone(),
            generation: seat.generation,
            member: self.id.clone(),
            instance: self.instance.clone(),
        };
        match offsets::commit(&mut self.client, &who, &at).await {
            Err(Trouble::Refused(error)) => Err(self.out(error, "OffsetCommit")),
            done => done,
        }
    }

    async fn beat(&mut self, seat: &Seat, next: &mut Monotonic) -> Result<(), Trouble> {
        let request = HeartbeatRequest {
            group_id: self.group.clone(),
            generation_id: seat.generation,
            member_id: self.id.clone(),
            group_instance_id: self.instance.clone(),
            ..Default::default()
        };
        let version = self.version::<HeartbeatRequest>(0);
        let answer = self.client.ask_as(&request, version).await?;
        *next = self.client.world.now() + BEAT;
        let error = ErrorCode(answer.error_code);
        if error.is_err() { Err(self.out(error, "Heartbeat")) } else { Ok(()) }
    }

    async fn leave(&mut self) -> Result<(), Trouble> {
        let version = self.version::<LeaveGroupRequest>(0);
        let mut request = LeaveGroupRequest { group_id: self.group.clone(), ..Default::default() };
        if version >= SEVERAL_LEAVE_FROM {
            let (member_id, group_instance_id) = (self.id.clone(), self.instance.clone());
            request.members = vec![MemberIdentity { member_id, group_instance_id, ..Default::default() }];
        } else {
            request.member_id = self.id.clone();
        }
        let answer = self.client.ask_as(&request, version).await?;
        self.id = Text::default();
        let error = match answer.members.first() {
            Some(member) => member.error_code,
            None => answer.error_code,
        };
        if error == 0 { Ok(()) } else { Err(self.out(ErrorCode(error), "LeaveGroup")) }
    }

    /// The group has something against it: as who it may come back.
    fn out(&mut self, error: ErrorCode, api: &str) -> Trouble {
        match error {
            ErrorCode::REBALANCE_IN_PROGRESS => Trouble::Refused(error),
            ErrorCode::UNKNOWN_MEMBER_ID | ErrorCode::ILLEGAL_GENERATION => {
                self.id = Text::default();
                Trouble::Refused(error)
            }
            // A former life of this static member still held its place.
            ErrorCode::FENCED_INSTANCE_ID if self.instance.is_some() => {
                self.id = Text::default();
                Trouble::Refused(error)
            }
            error => self.client.refused(api, error),
        }
    }
}

/// As consumers wrap what the coordinator only passes on: a version, then the message.
fn embed<M: Message>(message: &M) -> Bytes {
    let mut w = Writer::new();
    w.i16(0);
    if let Err(e) = message.encode(&mut w, 0) {
        panic!("{} cannot be written: {e}", M::NAME);
    }
    w.finish().into_bytes()
}

/// The least that the node allows.
const SESSION_TIMEOUT_MS: i32 = 6_000;
const REBALANCE_TIMEOUT_MS: i32 = 8_000;
/// A round ends after the rebalance timeout at the latest; a stalled disk may take its time on top.
const JOIN_WAIT_MAX: Duration = Duration::from_secs(25);
/// A third of the session timeout, as Kafka's documentation advises.
const BEAT: Duration = Duration::from_secs(2);
/// A long poll must not keep a member from beating.
const POLL_WAIT_MS_MAX: i32 = 500;
/// Once without an id, once with the one that was given.
const JOINS_MAX: u32 = 3;
/// LeaveGroup lets several members leave from this version on.
const SEVERAL_LEAVE_FROM: i16 = 3;
