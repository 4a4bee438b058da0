//! Seeded runs: clients that come, go, crash and get it wrong, on a clock, over a log that sometimes fails, with restarts.
//!
//! What must hold, whatever happens: every request is answered once, and by itself in time; a partition has one owner in a
//! generation; generations only grow; the log alone gives the same groups and offsets; whoever is in a group is waited for
//! by a timer; no timer outlives its reason.

use std::collections::{BTreeMap, BTreeSet};

use kampa_protocol::messages::join_group::JoinGroupRequestProtocol;
use kampa_protocol::messages::leave_group::MemberIdentity;
use kampa_protocol::messages::offset_commit::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use kampa_protocol::messages::offset_delete::{
    OffsetDeleteRequest, OffsetDeleteRequestPartition, OffsetDeleteRequestTopic,
};
use kampa_protocol::messages::sync_group::SyncGroupRequestAssignment;
use kampa_protocol::messages::{
    HeartbeatRequest, JoinGroupRequest, LeaveGroupRequest, OffsetCommitRequest, SyncGroupRequest,
};
use rand::rngs::SmallRng;
use rand::{Rng, RngExt, SeedableRng};

use super::super::*;
use super::script::{WALL_START_MS, settings, subscription};

#[test]
fn groups_keep_their_promises() {
    let mut answers = BTreeMap::new();
    for seed in 0..SEEDS {
        let mut run = Run::new(seed);
        for step in 0..STEPS {
            run.step();
            run.assert_sound();
            if step % REPLAY_EVERY == 0 {
                run.assert_log_tells_the_same();
            }
        }
        run.assert_everybody_is_answered_in_time();
        run.counts.into_iter().for_each(|(what, count)| *answers.entry(what).or_default() += count);
    }
    // A run that never gets anywhere proves nothing.
    for what in ["joined", "assigned", "refused", "restarts", "failed appends", "committed", "static returns"] {
        let count: u64 = answers.get(what).copied().unwrap_or(0);
        assert!(count > SEEDS, "too little happened: {answers:?}");
    }
}

struct Run {
    shard: GroupShard,
    now_ms: i64,
    rng: SmallRng,
    clients: Vec<Client>,
    log: Vec<GroupRecord>,
    asked: BTreeMap<ReplyTo, usize>,
    next_reply: u64,
    /// How often each group was deleted: generations start anew.
    lives: BTreeMap<Text, u32>,
    generations: BTreeMap<(Text, u32), i32>,
    owners: BTreeMap<(Text, u32, i32, u8), usize>,
    counts: BTreeMap<&'static str, u64>,
}

/// A client as clients are: it knows what it was told last.
#[derive(Default)]
struct Client {
    group: Text,
    instance_id: Option<Text>,
    member_id: Text,
    generation: i32,
    members: Vec<Text>,
    next: Next,
}

#[derive(Clone, Copy, Default)]
enum Next {
    #[default]
    Join,
    Sync,
    Work,
}

impl Run {
    fn new(seed: u64) -> Run {
        let mut rng = SmallRng::seed_from_u64(seed);
        let delay_ms = [0, 3_000][rng.random_range(0..2)];
        let max_size = [2, 100][rng.random_range(0..2)];
        let settings = GroupSettings {
            initial_rebalance_delay_ms: delay_ms,
            max_size,
            offsets_retention_ms: 900_000,
            ..settings()
        };
        let client = |index: usize| Client {
            group: Text::from(format!("group-{}", index % 3)),
            instance_id: index.is_multiple_of(2).then(|| Text::from(format!("instance-{index}"))),
            ..Client::default()
        };
        let mut shard = GroupShard::new(settings);
        shard.on_loaded(Now::default());
        Run {
            shard,
            now_ms: 0,
            rng,
            clients: (0..8).map(client).collect(),
            log: Vec::new(),
            asked: BTreeMap::new(),
            next_reply: 0,
            lives: BTreeMap::new(),
            generations: BTreeMap::new(),
            owners: BTreeMap::new(),
            counts: BTreeMap::new(),
        }
    }

    fn now(&self) -> Now {
        Now { monotonic_ms: self.now_ms, wall_ms: WALL_START_MS + self.now_ms }
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn step(&mut self) {
        let who = self.rng.random_range(0..self.clients.len());
        match self.rng.random_range(0..100) {
            0..76 => self.do_what_is_next(who),
            76..78 => self.join(who),
            78..80 => self.sync(who),
            80..82 => self.beat(who),
            82 => self.leave(who),
            83..85 => self.commit(who),
            85..96 => self.pass_time(),
            96 => self.restart(),
            97 if self.chance(50) => self.forget(),
            97 => self.delete(),
            98 => {
                let deleted = DeletedTopic { name: Text::from("t"), id: Uuid::ZERO };
                let effects = self.shard.on_topics_deleted(&[deleted]);
                self.carry_out(effects);
            }
            _ => {
                let effects = self.shard.expire_offsets(self.now());
                self.carry_out(effects);
            }
        }
    }

    /// What a client does that has read the protocol.
    fn do_what_is_next(&mut self, who: usize) {
        let is_waiting = self.asked.values().any(|asker| *asker == who);
        let next = self.clients[who].next;
        match next {
            _ if is_waiting => {}
            Next::Join => self.join(who),
            Next::Sync => self.sync(who),
            Next::Work if self.chance(50) => self.commit(who),
            Next::Work => self.beat(who),
        }
    }

    fn ask(&mut self, who: usize) -> ReplyTo {
        self.next_reply += 1;
        self.asked.insert(ReplyTo(self.next_reply), who);
        ReplyTo(self.next_reply)
    }

    fn join(&mut self, who: usize) {
        let forgets = self.chance(5);
        let offer = [&["range"][..], &["range", "sticky"], &["sticky", "range"], &["sticky"]];
        let offer = offer[[0, 0, 0, 0, 1, 1, 1, 2, 2, 3][self.rng.random_range(0..10)]];
        let is_static = self.clients[who].instance_id.is_some();
        let version = self.rng.random_range(if is_static { 5..=9 } else { 0..=9 });
        let session_timeout_ms = self.rng.random_range(6_000..20_000);
        let rebalance_timeout_ms = self.rng.random_range(0..30_000).max(1_000);
        let client = &mut self.clients[who];
        if forgets {
            client.member_id = Text::default();
        }
        let protocol = |name: &&str| JoinGroupRequestProtocol {
            name: Text::from(*name),
            metadata: subscription(&["t"]),
            ..Default::default()
        };
        let request = JoinGroupRequest {
            group_id: client.group.clone(),
            member_id: client.member_id.clone(),
            group_instance_id: client.instance_id.clone(),
            session_timeout_ms,
            rebalance_timeout_ms,
            protocol_type: Text::from("consumer"),
            protocols: offer.iter().map(protocol).collect(),
            ..Default::default()
        };
        let reply_to = self.ask(who);
        let from = super::super::Client { client_id: Text::from(format!("client-{who}")), host: Text::from("/::1") };
        let now = self.now();
        let effects = self.shard.join(reply_to, &request, version, &from, now, &mut self.rng);
        self.carry_out(effects);
    }

    /// Whoever saw members assigns: each of the partitions to one of them.
    fn sync(&mut self, who: usize) {
        let lot = self.rng.next_u32() as usize;
        let client = &self.clients[who];
        let mut shares: BTreeMap<&Text, Vec<u8>> = BTreeMap::new();
        for partition in 0..if client.members.is_empty() { 0 } else { PARTITIONS } {
            let owner = &client.members[(usize::from(partition) + lot) % client.members.len()];
            shares.entry(owner).or_default().push(partition);
        }
        let assign = |(member_id, share): (&Text, Vec<u8>)| SyncGroupRequestAssignment {
            member_id: member_id.clone(),
            assignment: share.into(),
            ..Default::default()
        };
        let request = SyncGroupRequest {
            group_id: client.group.clone(),
            generation_id: client.generation,
            member_id: client.member_id.clone(),
            group_instance_id: client.instance_id.clone(),
            assignments: shares.into_iter().map(assign).collect(),
            ..Default::default()
        };
        let reply_to = self.ask(who);
        let effects = self.shard.sync(reply_to, &request, 4, self.now());
        self.carry_out(effects);
    }

    fn beat(&mut self, who: usize) {
        let client = &self.clients[who];
        let request = HeartbeatRequest {
            group_id: client.group.clone(),
            generation_id: client.generation,
            member_id: client.member_id.clone(),
            group_instance_id: client.instance_id.clone(),
            ..Default::default()
        };
        let reply_to = self.ask(who);
        let effects = self.shard.heartbeat(reply_to, &request, self.now());
        self.carry_out(effects);
    }

    fn leave(&mut self, who: usize) {
        let client = &self.clients[who];
        let identity = MemberIdentity {
            member_id: client.member_id.clone(),
            group_instance_id: client.instance_id.clone(),
            ..Default::default()
        };
        let request =
            LeaveGroupRequest { group_id: client.group.clone(), members: vec![identity], ..Default::default() };
        let reply_to = self.ask(who);
        let effects = self.shard.leave(reply_to, &request, 5, self.now());
        self.carry_out(effects);
    }

    fn commit(&mut self, who: usize) {
        let outside = self.chance(20);
        let client = &self.clients[who];
        let partition = OffsetCommitRequestPartition {
            partition_index: who as i32,
            committed_offset: self.now_ms,
            ..Default::default()
        };
        let topic = OffsetCommitRequestTopic {
            name: Text::from(["t", "u"][who % 2]),
            partitions: vec![partition],
            ..Default::default()
        };
        let request = OffsetCommitRequest {
            group_id: client.group.clone(),
            generation_id_or_member_epoch: if outside { -1 } else { client.generation },
            member_id: if outside { Text::default() } else { client.member_id.clone() },
            group_instance_id: client.instance_id.clone().filter(|_| !outside),
            topics: vec![topic],
            ..Default::default()
        };
        let reply_to = self.ask(who);
        let effects = self.shard.commit_offsets(reply_to, &request, 8, self.now());
        self.carry_out(effects);
    }

    fn delete(&mut self) {
        let group = self.clients[0].group.clone();
        let reply_to = self.ask(0);
        let effects = self.shard.delete_groups(reply_to, &[group], self.now());
        self.carry_out(effects);
    }

    fn forget(&mut self) {
        let group_id = self.clients[0].group.clone();
        let partitions = (0..4).map(|partition_index| OffsetDeleteRequestPartition { partition_index }).collect();
        let topics = vec![OffsetDeleteRequestTopic { name: Text::from("t"), partitions }];
        let reply_to = self.ask(0);
        let effects = self.shard.delete_offsets(reply_to, &OffsetDeleteRequest { group_id, topics }, self.now());
        self.carry_out(effects);
    }

    fn pass_time(&mut self) {
        self.now_ms += self.rng.random_range(0..3_000);
        let effects = self.shard.on_time(self.now());
        self.carry_out(effects);
    }

    fn restart(&mut self) {
        self.count("restarts");
        let effects = self.shard.on_unloaded(self.now());
        self.carry_out(effects);
        self.shard = self.loaded();
    }

    fn loaded(&self) -> GroupShard {
        let mut shard = GroupShard::new(self.shard.settings.clone());
        self.log.iter().for_each(|record| shard.replay(record));
        shard.on_loaded(self.now());
        shard
    }

    fn carry_out(&mut self, effects: Effects) {
        if !effects.records.is_empty() && self.chance(8) {
            self.count("failed appends");
            let instead = self.shard.on_append_failed(effects, ErrorCode::NOT_ENOUGH_REPLICAS, self.now());
            assert!(instead.records.is_empty());
            return self.carry_out(instead);
        }
        for record in effects.records {
            let (key, value) = encode_record(&record).expect("what is decided can be written");
            let record = GroupRecord::decode(&key, value.as_ref()).expect("what is written can be read");
            self.check_generation(&record);
            self.shard.replay(&record);
            self.log.push(record);
        }
        for (reply_to, answer) in effects.answers {
            let who = self.asked.remove(&reply_to).expect("asked, and not answered before");
            self.hear(who, answer);
        }
    }

    fn check_generation(&mut self, record: &GroupRecord) {
        let GroupRecord::GroupMetadata(key, value) = record else { return };
        let life = self.lives.entry(key.group.clone()).or_default();
        match value {
            None => *life += 1,
            Some(value) => {
                let last = self.generations.insert((key.group.clone(), *life), value.generation).unwrap_or(0);
                assert!(last <= value.generation, "generation {} after {last}", value.generation);
            }
        }
    }

    fn hear(&mut self, who: usize, answer: GroupAnswer) {
        let life = self.lives.get(&self.clients[who].group).copied().unwrap_or(0);
        let client = &mut self.clients[who];
        client.next = match &answer {
            GroupAnswer::Join(answer) if answer.error_code == 0 => Next::Sync,
            GroupAnswer::Sync(answer) if answer.error_code == 0 => Next::Work,
            GroupAnswer::Heartbeat(answer) if answer.error_code == 0 => Next::Work,
            GroupAnswer::Commit(_) | GroupAnswer::Delete(_) | GroupAnswer::OffsetDelete(_) => client.next,
            _ => Next::Join,
        };
        let heard = match answer {
            GroupAnswer::Join(answer) if answer.error_code == 0 => {
                let is_return = client.instance_id.is_some() && client.member_id != answer.member_id;
                client.member_id = answer.member_id;
                client.generation = answer.generation_id;
                client.members = if answer.skip_assignment { Vec::new() } else { answer.members }
                    .into_iter()
                    .map(|member| member.member_id)
                    .collect();
                if is_return { "static returns" } else { "joined" }
            }
            GroupAnswer::Join(answer) => {
                let is_told_an_id = ErrorCode(answer.error_code) == ErrorCode::MEMBER_ID_REQUIRED;
                client.member_id = if is_told_an_id { answer.member_id } else { Text::default() };
                "refused"
            }
            GroupAnswer::Sync(answer) if answer.error_code == 0 => {
                for partition in &answer.assignment {
                    let place = (client.group.clone(), life, client.generation, *partition);
                    let owner = *self.owners.entry(place).or_insert(who);
                    assert_eq!(owner, who, "two owners of {partition} in generation {}", client.generation);
                }
                if answer.assignment.is_empty() { "assigned nothing" } else { "assigned" }
            }
            GroupAnswer::Commit(answer) if answer.topics[0].partitions[0].error_code == 0 => "committed",
            _ => "other",
        };
        self.count(heard);
    }

    fn assert_sound(&self) {
        let groups = self.shard.groups.values();
        let alarms: usize = groups.map(|group| self.assert_group_is_sound(group)).sum();
        assert_eq!(self.shard.timers.len(), alarms + RETENTION, "alarms without a reason");
    }

    fn assert_log_tells_the_same(&self) {
        let fresh = self.loaded();
        // A group whose first record did not make it is there for those who join it, and gone with them.
        let recorded = |shard: &GroupShard| -> BTreeMap<Text, _> {
            shard.groups.iter().filter_map(|(id, group)| Some((id.clone(), group.recorded()?.clone()))).collect()
        };
        let offsets = |shard: &GroupShard| -> Vec<_> {
            shard.offsets.groups().map(|(id, offsets)| (id.clone(), offsets.clone())).collect()
        };
        let shares = |group: &Group| -> BTreeMap<Text, bytes::Bytes> {
            group.members.iter().map(|member| (member.id.clone(), member.assignment.clone())).collect()
        };
        assert_eq!(offsets(&self.shard), offsets(&fresh));
        let committed = self.shard.offsets.groups().flat_map(|(_, topics)| topics.values()).map(BTreeMap::len).sum();
        assert_eq!(self.shard.counts().offsets, committed);
        assert_eq!(recorded(&self.shard), recorded(&fresh));
        for group in self.shard.groups.values().filter(|group| group.state() == State::Stable) {
            assert_eq!(Some(shares(group)), fresh.groups.get(&*group.id).map(shares));
        }
    }

    /// How many alarms the group has.
    fn assert_group_is_sound(&self, group: &Group) -> usize {
        let is_set = |alarm: &Alarm| self.shard.timers.is_set(alarm);
        for member in group.members.iter() {
            let is_waited_for = is_set(&group.session_alarm(&member.id)) || member.is_excused();
            assert!(is_waited_for, "{} may stay away for ever", member.id);
        }
        assert!(group.pending_join.iter().all(|id| is_set(&group.session_alarm(id))));
        assert_eq!(group.members.is_empty() && !is_preparing(group), group.state() == State::Empty);
        assert_eq!(is_set(&group.join_alarm()), is_preparing(group), "{:?}", group.state());
        let is_completing = group.state() == State::CompletingRebalance;
        assert!(!is_completing || is_set(&group.sync_alarm()) || group.pending_sync.is_empty());
        let ids: BTreeSet<Text> = group.members.ids().into_iter().chain(group.pending_join.iter().cloned()).collect();
        let sessions = ids.iter().filter(|id| is_set(&group.session_alarm(id))).count();
        sessions + usize::from(is_set(&group.join_alarm())) + usize::from(is_set(&group.sync_alarm()))
    }

    fn assert_everybody_is_answered_in_time(&mut self) {
        for _ in 0..100 {
            self.now_ms += 10_000;
            let effects = self.shard.on_time(self.now());
            self.carry_out(effects);
        }
        assert!(self.asked.is_empty(), "still waiting: {:?}", self.asked);
        assert!(self.shard.groups.values().all(|group| group.state() == State::Empty));
    }
}

fn is_preparing(group: &Group) -> bool {
    matches!(group.state(), State::PreparingRebalance { .. })
}

const SEEDS: u64 = 200;

const STEPS: usize = 300;

const REPLAY_EVERY: usize = 10;

/// The one alarm that is no group's.
const RETENTION: usize = 1;

const PARTITIONS: u8 = 6;
