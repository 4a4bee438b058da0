//! A little language over the public API: named members, a clock that moves when the script says so, and a log.
//!
//! Statements end with `;`. Words like `v=3` or `in=h` are options; without `in=` the group is `g`.
//! ```text
//! a joins                 as member a, with the id a was given; `once`: do not come back when told to (MEMBER_ID_REQUIRED)
//!                         offer=range:t,sticky:t+u (no colon: not a subscription)  type=connect  session=10s  rebalance=60s  instance=i1  fresh (forget the id)
//! a syncs a=0,1 b=2       the leader assigns; others only ask      gen=  name=  type=
//! a beats | a leaves      gen=  instance=  as=b (with b's id)
//! drop a i1/ -/i1         LeaveGroup for several: member/instance, either may be missing
//! a commits t/0=5 t/1=6   gen=  meta=text  retention=5s  epoch=2     `nobody commits …`: outside of any generation
//! fetch t/0 t/1 | fetch all | forget t/0 u/1 | describe | list states=… types=… | delete g h
//! wait 5s | restart | unload | t is deleted | appends fail with MESSAGE_TOO_LARGE | appends work
//! settings delay=0 (of a first round) max_size=2 keep=15min (offsets); implies a restart
//! ```
//! What comes out: answers as they leave, in words; records as they are appended, behind a bar; the time when it has moved.

use std::collections::BTreeMap;
use std::fmt::Write;

use bytes::Bytes;
use expect_test::Expect;
use kampa_protocol::messages::join_group::JoinGroupRequestProtocol;
use kampa_protocol::messages::leave_group::MemberIdentity;
use kampa_protocol::messages::offset_commit::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use kampa_protocol::messages::offset_delete::{
    OffsetDeleteRequestPartition, OffsetDeleteRequestTopic, OffsetDeleteResponsePartition,
};
use kampa_protocol::messages::offset_fetch::OffsetFetchRequestTopic;
use kampa_protocol::messages::sync_group::SyncGroupRequestAssignment;
use kampa_protocol::messages::{
    HeartbeatRequest, JoinGroupRequest, LeaveGroupRequest, ListGroupsRequest, OffsetCommitRequest, OffsetDeleteRequest,
    OffsetFetchRequest, SyncGroupRequest,
};
use kampa_protocol::records::group::GroupRecord;
use kampa_protocol::{ErrorCode, Message, Text, Uuid, Writer};
use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::super::*;

#[track_caller]
pub fn check(script: &str, expected: Expect) {
    let mut world = World::new();
    for statement in script.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        world.run(statement);
    }
    world.assert_nobody_forgotten();
    expected.assert_eq(&world.told());
}

/// Numbers that keep scripts short: the initial delay is Kafka's own.
pub fn settings() -> GroupSettings {
    GroupSettings {
        initial_rebalance_delay_ms: 3_000,
        min_session_timeout_ms: 6_000,
        max_session_timeout_ms: 1_800_000,
        max_size: 1_000,
        offset_metadata_max: 20,
        offsets_retention_ms: 7 * 86_400_000,
        offsets_retention_check_interval_ms: 600_000,
    }
}

struct World {
    shard: GroupShard,
    settings: GroupSettings,
    now_ms: i64,
    shown_ms: i64,
    wake_at_ms: Option<i64>,
    rng: SmallRng,
    log: Vec<(Bytes, Option<Bytes>)>,
    append_error: Option<ErrorCode>,
    asked: BTreeMap<ReplyTo, Asked>,
    next_reply: u64,
    /// The id each name uses now, and the name for each id ever seen: `b'` is b's second.
    ids: BTreeMap<String, Text>,
    names: BTreeMap<Text, String>,
    generations: BTreeMap<String, i32>,
    out: String,
}

struct Asked {
    who: String,
    version: i16,
    /// A join to be repeated with the id it is given.
    again: Option<JoinGroupRequest>,
}

/// A statement taken apart: plain words, and options.
struct Words<'a> {
    plain: Vec<&'a str>,
    options: BTreeMap<&'a str, &'a str>,
}

impl<'a> Words<'a> {
    fn of(statement: &'a str) -> Words<'a> {
        let is_option = |word: &&str| word.split_once('=').is_some_and(|(key, _)| OPTIONS.contains(&key));
        let (options, plain): (Vec<_>, Vec<_>) = statement.split_whitespace().partition(is_option);
        Words { plain, options: options.into_iter().filter_map(|word| word.split_once('=')).collect() }
    }

    fn text(&self, key: &str, default: &str) -> Text {
        Text::from(*self.options.get(key).unwrap_or(&default))
    }

    fn opt(&self, key: &str) -> Option<Text> {
        self.options.get(key).map(|value| Text::from(*value))
    }

    fn number(&self, key: &str, default: i64) -> i64 {
        self.options.get(key).map_or(default, |value| millis(value))
    }

    fn version(&self, default: i16) -> i16 {
        self.number("v", default.into()) as i16
    }

    fn has(&self, word: &str) -> bool {
        self.plain.contains(&word)
    }
}

fn millis(text: &str) -> i64 {
    let units = [("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000)];
    let found = units.iter().find_map(|(unit, ms)| Some(text.strip_suffix(unit)?.parse::<i64>().ok()? * ms));
    found.unwrap_or_else(|| text.parse().expect("a number"))
}

/// A consumer's subscription, version 0.
pub fn subscription(topics: &[&str]) -> Bytes {
    let mut bytes = vec![0, 0];
    bytes.extend((topics.len() as i32).to_be_bytes());
    for topic in topics {
        bytes.extend((topic.len() as i16).to_be_bytes());
        bytes.extend(topic.as_bytes());
    }
    bytes.extend([0; 4]);
    Bytes::from(bytes)
}

/// A topic's id in scripts comes from its name.
pub fn topic_id(name: &str) -> Uuid {
    let mut bits = [7; 16];
    bits.iter_mut().zip(name.bytes()).for_each(|(bit, byte)| *bit = byte);
    Uuid(bits)
}

impl World {
    fn new() -> World {
        let mut shard = GroupShard::new(settings());
        let now = Now { monotonic_ms: 0, wall_ms: WALL_START_MS };
        let wake_at_ms = shard.on_loaded(now).wake_at_ms;
        World {
            shard,
            settings: settings(),
            now_ms: 0,
            shown_ms: 0,
            wake_at_ms,
            rng: SmallRng::seed_from_u64(1),
            log: Vec::new(),
            append_error: None,
            asked: BTreeMap::new(),
            next_reply: 0,
            ids: BTreeMap::new(),
            names: BTreeMap::new(),
            generations: BTreeMap::new(),
            out: String::new(),
        }
    }

    fn now(&self) -> Now {
        Now { monotonic_ms: self.now_ms, wall_ms: WALL_START_MS + self.now_ms }
    }

    /// What is due at once happens at once.
    fn run(&mut self, statement: &str) {
        self.obey(statement);
        self.wait(0);
    }

    fn obey(&mut self, statement: &str) {
        let words = Words::of(statement);
        match &words.plain[..] {
            ["wait", time] => self.wait(millis(time)),
            ["restart"] => self.restart(),
            ["unload"] => self.unload(),
            ["fetch", ..] => self.fetch(&words),
            ["describe"] => self.describe(&words),
            ["list"] => self.list(&words),
            ["delete", groups @ ..] => {
                let reply_to = self.ask("delete", 0);
                let groups: Vec<Text> = groups.iter().map(|group| Text::from(*group)).collect();
                let effects = self.shard.delete_groups(reply_to, &groups, self.now());
                self.carry_out(effects);
            }
            ["forget", places @ ..] => self.forget(places, &words),
            ["drop", members @ ..] => self.drop_members(members, &words),
            ["appends", "work"] => self.append_error = None,
            ["appends", "fail", "with", name] => {
                self.append_error = ErrorCode::all().find(|code| code.name() == *name);
            }
            ["settings"] => self.change_settings(&words),
            [topic, "is", "deleted"] => {
                let deleted = DeletedTopic { name: Text::from(*topic), id: topic_id(topic) };
                let effects = self.shard.on_topics_deleted(&[deleted]);
                self.carry_out(effects);
            }
            [who, "joins", ..] => self.join(who, &words),
            [who, "syncs", assigned @ ..] => self.sync(who, assigned, &words),
            [who, "beats", ..] => self.beat(who, &words),
            [who, "leaves", ..] => self.leave(who, &words),
            [who, "commits", offsets @ ..] => self.commit(who, offsets, &words),
            _ => panic!("what is '{statement}'?"),
        }
    }

    fn ask(&mut self, who: &str, version: i16) -> ReplyTo {
        self.next_reply += 1;
        let reply_to = ReplyTo(self.next_reply);
        self.asked.insert(reply_to, Asked { who: who.to_string(), version, again: None });
        reply_to
    }

    fn wait(&mut self, time_ms: i64) {
        let until_ms = self.now_ms + time_ms;
        while let Some(wake_ms) = self.wake_at_ms.filter(|wake_ms| *wake_ms <= until_ms) {
            self.now_ms = wake_ms.max(self.now_ms);
            let effects = self.shard.on_time(self.now());
            self.carry_out(effects);
        }
        self.now_ms = until_ms;
    }

    fn restart(&mut self) {
        self.unload();
        self.shard = GroupShard::new(self.settings.clone());
        for (key, value) in &self.log {
            let record = GroupRecord::decode(key, value.as_ref()).expect("what was written can be read");
            self.shard.replay(&record);
        }
        let effects = self.shard.on_loaded(self.now());
        self.carry_out(effects);
    }

    fn unload(&mut self) {
        let effects = self.shard.on_unloaded(self.now());
        self.carry_out(effects);
    }

    fn change_settings(&mut self, words: &Words) {
        self.settings.max_size = words.number("max_size", self.settings.max_size as i64) as usize;
        self.settings.initial_rebalance_delay_ms = words.number("delay", self.settings.initial_rebalance_delay_ms);
        self.settings.offsets_retention_ms = words.number("keep", self.settings.offsets_retention_ms);
        self.restart();
    }

    fn join(&mut self, who: &str, words: &Words) {
        if words.has("fresh") {
            self.ids.remove(who);
        }
        let offer = words.options.get("offer").copied().unwrap_or("range:t");
        let protocol = |offered: &str| {
            let (name, metadata) = match offered.split_once(':') {
                Some((name, topics)) => (name, subscription(&topics.split('+').collect::<Vec<_>>())),
                None => (offered, Bytes::from_static(b"?")),
            };
            JoinGroupRequestProtocol { name: Text::from(name), metadata, ..Default::default() }
        };
        let request = JoinGroupRequest {
            group_id: words.text("in", "g"),
            session_timeout_ms: words.number("session", 10_000) as i32,
            rebalance_timeout_ms: words.number("rebalance", 60_000) as i32,
            member_id: self.id_for(who, words),
            group_instance_id: words.opt("instance"),
            protocol_type: words.text("type", "consumer"),
            protocols: offer.split(',').filter(|offered| *offered != "nothing").map(protocol).collect(),
            ..Default::default()
        };
        let again = (!words.has("once")).then(|| request.clone());
        self.send_join(who, request, words.version(9), again);
    }

    fn send_join(&mut self, who: &str, request: JoinGroupRequest, version: i16, again: Option<JoinGroupRequest>) {
        let reply_to = self.ask(who, version);
        if let Some(asked) = self.asked.get_mut(&reply_to) {
            asked.again = again;
        }
        let client = Client { client_id: Text::from(who), host: Text::from("/127.0.0.1") };
        let now = self.now();
        let effects = self.shard.join(reply_to, &request, version, &client, now, &mut self.rng);
        self.carry_out(effects);
    }

    fn sync(&mut self, who: &str, assigned: &[&str], words: &Words) {
        let assign = |assigned: &&str| {
            let (name, what) = assigned.split_once('=').expect("member=assignment");
            let member_id = self.ids.get(name).cloned().unwrap_or(Text::from(name));
            let assignment = Bytes::copy_from_slice(what.as_bytes());
            SyncGroupRequestAssignment { member_id, assignment, ..Default::default() }
        };
        let version = words.version(5);
        let request = SyncGroupRequest {
            group_id: words.text("in", "g"),
            generation_id: self.generation(who, words),
            member_id: self.id_for(who, words),
            group_instance_id: words.opt("instance"),
            protocol_type: words.opt("type").or((version >= 5).then(|| Text::from("consumer"))).filter(not_none),
            protocol_name: words.opt("name").or((version >= 5).then(|| Text::from("range"))).filter(not_none),
            assignments: assigned.iter().map(assign).collect(),
            ..Default::default()
        };
        let reply_to = self.ask(who, version);
        let effects = self.shard.sync(reply_to, &request, version, self.now());
        self.carry_out(effects);
    }

    fn beat(&mut self, who: &str, words: &Words) {
        let request = HeartbeatRequest {
            group_id: words.text("in", "g"),
            generation_id: self.generation(who, words),
            member_id: self.id_for(who, words),
            group_instance_id: words.opt("instance"),
            ..Default::default()
        };
        let reply_to = self.ask(who, words.version(4));
        let effects = self.shard.heartbeat(reply_to, &request, self.now());
        self.carry_out(effects);
    }

    fn leave(&mut self, who: &str, words: &Words) {
        let member_id = self.id_for(who, words);
        let version = words.version(5);
        let identity = MemberIdentity {
            member_id: member_id.clone(),
            group_instance_id: words.opt("instance"),
            ..Default::default()
        };
        let group_id = words.text("in", "g");
        let request = if version < 3 {
            LeaveGroupRequest { group_id, member_id, ..Default::default() }
        } else {
            LeaveGroupRequest { group_id, members: vec![identity], ..Default::default() }
        };
        self.send_leave(who, request, version);
    }

    fn drop_members(&mut self, members: &[&str], words: &Words) {
        let identity = |named: &&str| {
            let (name, instance_id) = named.split_once('/').unwrap_or((named, ""));
            MemberIdentity {
                member_id: self.ids.get(name).cloned().unwrap_or(Text::from(name.trim_matches('-'))),
                group_instance_id: Some(Text::from(instance_id)).filter(|id| !id.is_empty()),
                ..Default::default()
            }
        };
        let members = members.iter().map(identity).collect();
        let request = LeaveGroupRequest { group_id: words.text("in", "g"), members, ..Default::default() };
        self.send_leave("drop", request, words.version(5));
    }

    fn send_leave(&mut self, who: &str, request: LeaveGroupRequest, version: i16) {
        let reply_to = self.ask(who, version);
        let effects = self.shard.leave(reply_to, &request, version, self.now());
        self.carry_out(effects);
    }

    fn commit(&mut self, who: &str, offsets: &[&str], words: &Words) {
        let mut topics: Vec<OffsetCommitRequestTopic> = Vec::new();
        for commit in offsets {
            let (place, offset) = commit.split_once('=').expect("topic/partition=offset");
            let (topic, partition) = place.split_once('/').expect("topic/partition");
            if topics.last().is_none_or(|last| last.name != topic) {
                topics.push(OffsetCommitRequestTopic {
                    name: Text::from(topic),
                    topic_id: topic_id(topic),
                    ..Default::default()
                });
            }
            let partition = OffsetCommitRequestPartition {
                partition_index: partition.parse().expect("a partition"),
                committed_offset: offset.parse().expect("an offset"),
                committed_leader_epoch: words.number("epoch", -1) as i32,
                committed_metadata: words.opt("meta"),
                ..Default::default()
            };
            topics.last_mut().expect("just pushed").partitions.push(partition);
        }
        let version = words.version(9);
        let request = OffsetCommitRequest {
            group_id: words.text("in", "g"),
            generation_id_or_member_epoch: if who == "nobody" { -1 } else { self.generation(who, words) },
            member_id: self.id_for(who, words),
            group_instance_id: words.opt("instance"),
            retention_time_ms: words.number("retention", -1),
            topics,
            ..Default::default()
        };
        let reply_to = self.ask(who, version);
        let effects = self.shard.commit_offsets(reply_to, &request, version, self.now());
        self.carry_out(effects);
    }

    fn fetch(&mut self, words: &Words) {
        let version = words.version(9);
        let mut topics: Vec<OffsetFetchRequestTopic> = Vec::new();
        for place in words.plain.iter().skip(1).filter(|word| **word != "all") {
            let (topic, partition) = place.split_once('/').expect("topic/partition");
            if topics.last().is_none_or(|last| last.name != topic) {
                topics.push(OffsetFetchRequestTopic { name: Text::from(topic), ..Default::default() });
            }
            let partition = partition.parse().expect("a partition");
            topics.last_mut().expect("just pushed").partition_indexes.push(partition);
        }
        let topics = (!words.has("all")).then_some(topics);
        let old = OffsetFetchRequest { group_id: words.text("in", "g"), topics, ..Default::default() };
        let mut groups = asked_groups(&old, 0);
        if let Some(name) = words.opt("id") {
            groups.iter_mut().flat_map(|group| group.topics.iter_mut().flatten()).for_each(|topic| {
                topic.topic_id = topic_id(&name);
            });
        }
        let answers = groups.iter().map(|group| self.shard.fetch_offsets(group)).collect();
        let response = fetch_response(answers, version);
        encodes(&response, version);
        let shown = if version < 8 { shown_old(&response) } else { shown_new(&response) };
        self.say(&format!("fetched: {}", or_nothing(shown)));
    }

    fn forget(&mut self, places: &[&str], words: &Words) {
        let topic = |place: &&str| {
            let (topic, partition) = place.split_once('/').expect("topic/partition");
            let partition_index = partition.parse().expect("a partition");
            let partitions = vec![OffsetDeleteRequestPartition { partition_index }];
            OffsetDeleteRequestTopic { name: Text::from(topic), partitions }
        };
        let topics = places.iter().map(topic).collect();
        let request = OffsetDeleteRequest { group_id: words.text("in", "g"), topics };
        let reply_to = self.ask("forget", 0);
        let effects = self.shard.delete_offsets(reply_to, &request, self.now());
        self.carry_out(effects);
    }

    fn describe(&mut self, words: &Words) {
        let version = words.version(6);
        let group = self.shard.describe(&words.text("in", "g"), version);
        let mut line = format!("{}: {}", group.group_id, group.group_state);
        for word in [&group.protocol_type, &group.protocol_data] {
            write!(line, " {}", self::word(word)).expect("a string");
        }
        for member in &group.members {
            let assignment = String::from_utf8_lossy(&member.member_assignment).into_owned();
            let wants = if member.member_metadata.is_empty() { "" } else { " wants" };
            let instance = member.group_instance_id.as_ref().map(|id| format!("/{id}")).unwrap_or_default();
            write!(line, "; {}{instance}{wants} [{assignment}]", self.name_of(&member.member_id)).expect("a string");
        }
        if group.error_code != 0 {
            write!(line, " {} {:?}", ErrorCode(group.error_code).name(), group.error_message).expect("a string");
        }
        self.say(&line);
    }

    fn list(&mut self, words: &Words) {
        let filter = |key| words.opt(key).iter().flat_map(|all| all.split(',')).map(Text::from).collect();
        let request =
            ListGroupsRequest { states_filter: filter("states"), types_filter: filter("types"), ..Default::default() };
        let show = |group: &kampa_protocol::messages::list_groups::ListedGroup| {
            format!("{} ({} {} {})", group.group_id, group.group_state, word(&group.protocol_type), group.group_type)
        };
        let shown = self.shard.list(&request).iter().map(show).collect::<Vec<_>>();
        self.say(&format!("groups: {}", or_nothing(shown)));
    }

    /// What the broker does with effects: append, replay, answer.
    fn carry_out(&mut self, effects: Effects) {
        self.wake_at_ms = effects.wake_at_ms;
        if let (false, Some(error)) = (effects.records.is_empty(), self.append_error) {
            self.say(&format!("| not written: {}", error.name()));
            let instead = self.shard.on_append_failed(effects, error, self.now());
            assert!(instead.records.is_empty(), "a failed append asks for another");
            return self.carry_out(instead);
        }
        for record in &effects.records {
            let (key, value) = encode_record(record).expect("what is decided can be written");
            let record = GroupRecord::decode(&key, value.as_ref()).expect("what is written can be read");
            let shown = self.show_record(&record);
            self.say(&format!("| {shown}"));
            self.shard.replay(&record);
            self.log.push((key, value));
        }
        for (reply_to, answer) in effects.answers {
            let asked = self.asked.remove(&reply_to).expect("an answer for somebody who asked, and only one");
            self.hear(asked, answer);
        }
    }

    fn hear(&mut self, asked: Asked, answer: GroupAnswer) {
        let Asked { who, version, again } = asked;
        match answer {
            GroupAnswer::Join(answer) => {
                encodes(&answer, version);
                if answer.member_id.len() > 1 && (answer.error_code == 0 || answer.error_code == MEMBER_ID_REQUIRED) {
                    self.learn_id(&who, &answer.member_id);
                }
                if let Some(again) = again.filter(|_| answer.error_code == MEMBER_ID_REQUIRED) {
                    let request = JoinGroupRequest { member_id: answer.member_id.clone(), ..again };
                    return self.send_join(&who, request, version, None);
                }
                if answer.error_code == 0 {
                    self.generations.insert(who.clone(), answer.generation_id);
                }
                let line = self.show_joined(&answer);
                self.say(&format!("{who} {line}"));
            }
            GroupAnswer::Sync(answer) => {
                encodes(&answer, version);
                let assignment = String::from_utf8_lossy(&answer.assignment).into_owned();
                self.say(&match answer.error_code {
                    0 => format!("{who} synced: {}", if assignment.is_empty() { "nothing" } else { &assignment }),
                    error => format!("{who} sync: {}", ErrorCode(error).name()),
                });
            }
            GroupAnswer::Heartbeat(answer) => {
                self.say(&format!("{who} beat: {}", ErrorCode(answer.error_code).name()));
            }
            GroupAnswer::Leave(answer) => {
                encodes(&answer, version);
                let show = |member: &kampa_protocol::messages::leave_group::MemberResponse| {
                    let instance = member.group_instance_id.as_ref().map(|id| format!("/{id}")).unwrap_or_default();
                    let error = ErrorCode(member.error_code).name();
                    format!("{}{instance} {error}", self.name_of(&member.member_id))
                };
                let mut shown: Vec<String> = answer.members.iter().map(show).collect();
                if shown.is_empty() || answer.error_code != 0 {
                    shown.push(ErrorCode(answer.error_code).name().to_string());
                }
                self.say(&format!("{who} left: {}", shown.join(", ")));
            }
            GroupAnswer::Commit(answer) => {
                encodes(&answer, version);
                let partitions = answer.topics.iter().flat_map(|topic| {
                    topic.partitions.iter().map(|partition| {
                        let error = ErrorCode(partition.error_code).name();
                        format!("{}/{} {error}", topic.name, partition.partition_index)
                    })
                });
                let line = format!("{who} commit: {}", partitions.collect::<Vec<_>>().join(", "));
                self.say(&line);
            }
            GroupAnswer::Delete(results) => {
                let show = |result: &DeletableGroupResult| {
                    format!("{} {}", result.group_id, ErrorCode(result.error_code).name())
                };
                self.say(&format!("deleted: {}", results.iter().map(show).collect::<Vec<_>>().join(", ")));
            }
            GroupAnswer::OffsetDelete(answer) => {
                let mut shown = vec![ErrorCode(answer.error_code).name().to_owned()];
                for topic in &answer.topics {
                    let place = |p: &OffsetDeleteResponsePartition| {
                        format!("{}/{} {}", topic.name, p.partition_index, ErrorCode(p.error_code).name())
                    };
                    shown.extend(topic.partitions.iter().map(place));
                }
                self.say(&format!("forgotten: {}", shown.join(", ")));
            }
        }
    }

    fn show_joined(&self, answer: &JoinGroupResponse) -> String {
        if answer.error_code != 0 {
            return format!("join: {}", ErrorCode(answer.error_code).name());
        }
        let protocol = answer.protocol_name.as_deref().unwrap_or("null");
        let leader = self.name_of(&answer.leader);
        let mut line = format!("joined: generation {}, {protocol}, leader {leader}", answer.generation_id);
        if !answer.members.is_empty() {
            let names: Vec<_> = answer.members.iter().map(|member| self.name_of(&member.member_id)).collect();
            write!(line, ", sees {}", names.join(" ")).expect("a string");
        }
        if answer.skip_assignment {
            line += ", skips assigning";
        }
        line
    }

    fn show_record(&self, record: &GroupRecord) -> String {
        match record {
            GroupRecord::GroupMetadata(key, None) => format!("group {}: gone", key.group),
            GroupRecord::GroupMetadata(key, Some(value)) => {
                let protocol = value.protocol.as_deref().unwrap_or("-");
                let leader = value.leader.as_ref().map_or("-".to_string(), |id| self.name_of(id));
                let kind = word(&value.protocol_type);
                let since_ms = value.current_state_timestamp - WALL_START_MS;
                let since = format!("{}.{}s", since_ms / 1_000, since_ms % 1_000 / 100);
                let mut line = format!(
                    "group {}: {} {kind} {protocol} leader {leader} since {since}",
                    key.group, value.generation
                );
                for member in &value.members {
                    let assignment = String::from_utf8_lossy(&member.assignment).into_owned();
                    write!(line, "; {} [{assignment}]", self.name_of(&member.member_id)).expect("a string");
                }
                line
            }
            GroupRecord::OffsetCommit(key, None) => {
                format!("offset {} {}/{}: gone", key.group, key.topic, key.partition)
            }
            GroupRecord::OffsetCommit(key, Some(value)) => {
                let mut line = format!("offset {} {}/{}: {}", key.group, key.topic, key.partition, value.offset);
                if value.expire_timestamp >= 0 {
                    let expires_ms = value.expire_timestamp - WALL_START_MS;
                    write!(line, " until {}s", expires_ms / 1_000).expect("a string");
                }
                line
            }
            other => format!("{other:?}"),
        }
    }

    fn id_for(&self, who: &str, words: &Words) -> Text {
        match words.options.get("as") {
            Some(other) => self.ids.get(*other).cloned().unwrap_or(Text::from(*other)),
            None => self.ids.get(who).cloned().unwrap_or_default(),
        }
    }

    fn generation(&self, who: &str, words: &Words) -> i32 {
        let known = self.generations.get(who).copied().unwrap_or(1);
        words.number("gen", known.into()) as i32
    }

    fn learn_id(&mut self, who: &str, id: &Text) {
        self.ids.insert(who.to_string(), id.clone());
        let taken = self.names.values().filter(|name| name.trim_end_matches('\'') == who).count();
        self.names.entry(id.clone()).or_insert_with(|| format!("{who}{}", "'".repeat(taken)));
    }

    /// Marks an id: its name may only be known later.
    fn name_of(&self, id: &Text) -> String {
        if id.is_empty() { "-".to_string() } else { format!("{NAME_OPENS}{id}{NAME_CLOSES}") }
    }

    fn say(&mut self, line: &str) {
        if self.shown_ms != self.now_ms {
            self.shown_ms = self.now_ms;
            writeln!(self.out, "-- {}.{}s", self.now_ms / 1_000, self.now_ms % 1_000 / 100).expect("a string");
        }
        writeln!(self.out, "{line}").expect("a string");
    }

    /// All that was said, with names for the ids that members turned out to have. An id nobody was told of keeps the part
    /// that says whose it is.
    fn told(&self) -> String {
        let mut told = String::new();
        for (index, piece) in self.out.split([NAME_OPENS, NAME_CLOSES]).enumerate() {
            let is_id = index % 2 == 1;
            let name = self.names.get(piece).map(String::as_str);
            told +=
                if is_id { name.unwrap_or(piece.rsplitn(UUID_PARTS + 1, '-').last().unwrap_or(piece)) } else { piece };
        }
        told
    }

    /// Whoever still waits at the end of a script is answered when the shard goes.
    fn assert_nobody_forgotten(&mut self) {
        let answers = self.shard.on_unloaded(self.now()).answers;
        for (reply_to, _) in answers {
            assert!(self.asked.remove(&reply_to).is_some(), "{reply_to:?} is answered twice");
        }
        assert!(self.asked.is_empty(), "{} requests are never answered", self.asked.len());
    }
}

fn encodes<M: Message>(message: &M, version: i16) {
    message.encode(&mut Writer::new(), version).expect("an answer its version can carry");
}

fn word(text: &Text) -> &str {
    if text.is_empty() { "-" } else { text }
}

fn not_none(word: &Text) -> bool {
    *word != "none"
}

fn or_nothing(shown: Vec<String>) -> String {
    if shown.is_empty() { "nothing".to_string() } else { shown.join(", ") }
}

fn shown_new(response: &kampa_protocol::messages::OffsetFetchResponse) -> Vec<String> {
    let topics = response.groups.iter().flat_map(|group| &group.topics);
    let show = |topic: &kampa_protocol::messages::offset_fetch::OffsetFetchResponseTopics| {
        let show = |partition: &kampa_protocol::messages::offset_fetch::OffsetFetchResponsePartitions| {
            let epoch = partition.committed_leader_epoch;
            let metadata = partition.metadata.as_deref().unwrap_or("null");
            format!(
                "{}/{}={} epoch {epoch} '{metadata}'",
                topic.name, partition.partition_index, partition.committed_offset
            )
        };
        topic.partitions.iter().map(show).collect::<Vec<_>>()
    };
    topics.flat_map(show).collect()
}

fn shown_old(response: &kampa_protocol::messages::OffsetFetchResponse) -> Vec<String> {
    let show = |topic: &kampa_protocol::messages::offset_fetch::OffsetFetchResponseTopic| {
        let show = |partition: &kampa_protocol::messages::offset_fetch::OffsetFetchResponsePartition| {
            format!("{}/{}={}", topic.name, partition.partition_index, partition.committed_offset)
        };
        topic.partitions.iter().map(show).collect::<Vec<_>>()
    };
    response.topics.iter().flat_map(show).collect()
}

/// Some moment in 2023, so that wall-clock times are not monotonic ones.
pub const WALL_START_MS: i64 = 1_700_000_000_000;

const OPTIONS: [&str; 19] = [
    "v",
    "in",
    "as",
    "offer",
    "type",
    "name",
    "session",
    "rebalance",
    "instance",
    "gen",
    "meta",
    "retention",
    "epoch",
    "id",
    "states",
    "types",
    "max_size",
    "delay",
    "keep",
];

const MEMBER_ID_REQUIRED: i16 = 79;

/// A member id ends with a UUID in its usual notation.
const UUID_PARTS: usize = 5;

/// Around an id, in what is said before its name is known.
const NAME_OPENS: char = '\u{1}';
const NAME_CLOSES: char = '\u{2}';
