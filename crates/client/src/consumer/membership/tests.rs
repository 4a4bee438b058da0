//! Scripts of one member: what happens, line by line, and what it asks for in answer.

use expect_test::{Expect, expect};
use kampa_protocol::messages::join_group::JoinGroupResponseMember;
use kampa_protocol::messages::{JoinGroupResponse, SyncGroupResponse};

use super::super::assignors::{PartitionLayout, encode_assignment};
use super::*;

struct Script {
    member: Membership,
    now: Monotonic,
    shown: String,
}

fn terms(assignors: &[Assignor]) -> Terms {
    Terms {
        group: "g".to_owned(),
        instance: None,
        assignors: assignors.to_vec(),
        rack: None,
        session_timeout_ms: 10_000,
        heartbeat_interval_ms: 3_000,
        max_poll_interval_ms: 60_000,
        retry_backoff_ms: 100,
        retry_backoff_max_ms: 1_000,
        seed: 0,
    }
}

fn check(terms: Terms, script: &str, wanted: Expect) {
    let now = Monotonic::ZERO + Duration::from_secs(100);
    let mut run = Script { member: Membership::new(terms, now), now, shown: String::new() };
    run.member.poll_began(now);
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        run.shown += &format!("> {line}\n");
        let effects = run.line(line);
        run.show(effects);
    }
    wanted.assert_eq(&run.shown);
}

impl Script {
    fn line(&mut self, line: &str) -> Effects {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (attempt, now) = (self.member.attempt, self.now);
        match word {
            "subscribe" => {
                self.member.subscribe(rest.split(' ').map(str::to_owned).collect());
                Vec::new()
            }
            "duty" => {
                self.shown += &format!("  {:?}\n", self.member.duty(now));
                Vec::new()
            }
            "prepared" => self.member.prepared(),
            "completed" => self.member.completed(),
            "wait" => {
                self.now = now + Duration::from_millis(rest.parse().expect("milliseconds"));
                self.member.tick(self.now)
            }
            "stop-polling" => {
                self.member.poll_ended(now);
                Vec::new()
            }
            "joined" => self.member.joined(attempt, Ok(joined(rest)), now),
            "late-joined" => self.member.joined(attempt - 1, Ok(joined(rest)), now),
            "join-lost" => self.member.joined(attempt, Err(lost()), now),
            "layouts" => self.member.layouts(attempt, Ok(layouts(rest)), now),
            "seen" => {
                let layouts = layouts(rest);
                let count =
                    |name: &str| layouts.iter().find(|one| one.name == name).map_or(0, |one| one.partitions.len());
                self.member.layouts_seen(count)
            }
            "synced" => self.member.synced(attempt, Ok(synced(rest)), now),
            "beaten" => {
                let answer = HeartbeatResponse { error_code: code(rest), ..Default::default() };
                self.member.beaten(attempt, Ok(answer), now)
            }
            "leave" => self.member.leave(rest).map(Effect::Leave).into_iter().collect(),
            other => panic!("{other}"),
        }
    }

    fn show(&mut self, effects: Effects) {
        for effect in effects {
            let text = match effect {
                Effect::Join { request, .. } => {
                    let said: Vec<String> = request
                        .protocols
                        .iter()
                        .map(|one| {
                            let said = Subscription::decode(&one.metadata).expect("our own");
                            let owned: Vec<String> = said.owned.iter().map(ToString::to_string).collect();
                            format!("{} {:?} owns {owned:?} of {:?}", one.name, said.topics, said.generation)
                        })
                        .collect();
                    format!(
                        "join as '{}': {} ({})",
                        request.member_id,
                        said.join(", "),
                        request.reason.as_deref().unwrap_or("-")
                    )
                }
                Effect::Sync { request, .. } => {
                    let shares = request.assignments.iter().map(|one| {
                        let list = super::super::assignors::decode_assignment(&one.assignment).expect("our own");
                        format!("{}: {:?}", one.member_id, list.iter().map(ToString::to_string).collect::<Vec<_>>())
                    });
                    format!(
                        "sync {} as {} {{{}}}",
                        request.generation_id,
                        request.member_id,
                        shares.collect::<Vec<_>>().join(", ")
                    )
                }
                Effect::Beat { request, .. } => format!("beat {} as {}", request.generation_id, request.member_id),
                Effect::Layouts { topics, .. } => format!("layouts of {topics:?}"),
                Effect::Leave(departure) => format!("leave as {}: {}", departure.member_id, departure.reason),
                other => format!("{other:?}"),
            };
            self.shown += &format!("  {text}\n");
        }
    }
}

fn code(name: &str) -> i16 {
    (0..140).find(|&code| ErrorCode(code).name() == name).unwrap_or_else(|| panic!("{name}"))
}

fn lost() -> Error {
    Error::Disconnected { node: "node 1".to_owned(), why: "reset".to_owned() }
}

/// `ERROR`, or `<generation> <member id> <leader> <protocol> <other member>=<topics>…`.
fn joined(text: &str) -> JoinGroupResponse {
    let words: Vec<&str> = text.split(' ').collect();
    if let ["MEMBER_ID_REQUIRED", id] = words[..] {
        let error_code = ErrorCode::MEMBER_ID_REQUIRED.0;
        return JoinGroupResponse { error_code, member_id: id.into(), ..Default::default() };
    }
    let [generation, member_id, leader, protocol, members @ ..] = &words[..] else {
        return JoinGroupResponse { error_code: code(text), ..Default::default() };
    };
    let member = |word: &&str| {
        let (id, topics) = word.split_once('=').expect("id=topics");
        let topics = topics.split(',').map(str::to_owned).collect();
        let metadata = Subscription { topics, ..Default::default() }.encode();
        JoinGroupResponseMember { member_id: id.into(), metadata, ..Default::default() }
    };
    JoinGroupResponse {
        generation_id: generation.parse().expect("a generation"),
        member_id: (*member_id).into(),
        leader: (*leader).into(),
        protocol_name: Some((*protocol).into()),
        members: members.iter().map(member).collect(),
        ..Default::default()
    }
}

fn layouts(text: &str) -> Vec<TopicLayout> {
    let layout = |word: &str| {
        let (name, count) = word.split_once('=').expect("topic=count");
        let partition = |partition| PartitionLayout { partition, racks: Vec::new() };
        TopicLayout { name: name.to_owned(), partitions: (0..count.parse().expect("a count")).map(partition).collect() }
    };
    text.split(' ').map(layout).collect()
}

/// `ERROR`, or partitions such as `a-0 a-1`.
fn synced(text: &str) -> SyncGroupResponse {
    if text.chars().all(|c| c.is_ascii_uppercase() || c == '_') && !text.is_empty() {
        return SyncGroupResponse { error_code: code(text), ..Default::default() };
    }
    let partition = |word: &str| {
        let (topic, number) = word.rsplit_once('-').expect("topic-partition");
        TopicPartition::new(topic, number.parse().expect("a partition"))
    };
    let partitions: Vec<TopicPartition> = text.split(' ').filter(|word| !word.is_empty()).map(partition).collect();
    SyncGroupResponse { assignment: encode_assignment(&partitions), ..Default::default() }
}

#[test]
fn a_leader_joins_shares_out_and_beats() {
    check(
        terms(&[Assignor::Range]),
        "subscribe b a
         duty
         prepared
         joined MEMBER_ID_REQUIRED m1
         joined 1 m1 m1 range m1=a,b m2=a
         layouts a=2 b=1
         synced a-0 b-0
         duty
         completed
         wait 3000
         beaten NONE
         seen a=2 b=1
         seen a=3 b=1
         duty",
        expect![[r#"
            > subscribe b a
            > duty
              Some(Prepare { revoke: [], is_lost: false, is_first: true })
            > prepared
              join as '': range ["a", "b"] owns [] of None (the subscription changed)
            > joined MEMBER_ID_REQUIRED m1
              join as 'm1': range ["a", "b"] owns [] of None (-)
            > joined 1 m1 m1 range m1=a,b m2=a
              layouts of ["a", "b"]
            > layouts a=2 b=1
              sync 1 as m1 {m1: ["a-0", "b-0"], m2: ["a-1"]}
            > synced a-0 b-0
              WakeReader
            > duty
              Some(Complete { revoke: [], add: [TopicPartition { topic: "a", partition: 0 }, TopicPartition { topic: "b", partition: 0 }] })
            > completed
              WakeReader
            > wait 3000
              beat 1 as m1
            > beaten NONE
            > seen a=2 b=1
            > seen a=3 b=1
              WakeReader
            > duty
              Some(Prepare { revoke: [TopicPartition { topic: "a", partition: 0 }, TopicPartition { topic: "b", partition: 0 }], is_lost: false, is_first: false })
        "#]],
    );
}

#[test]
fn an_eager_member_gives_everything_back_before_it_joins_again() {
    check(
        terms(&[Assignor::Range, Assignor::CooperativeSticky]),
        "subscribe a
         duty
         prepared
         joined 1 m1 m2 range
         synced a-0 a-1
         completed
         wait 3000
         beaten REBALANCE_IN_PROGRESS
         duty
         prepared
         joined 2 m1 m2 range
         synced REBALANCE_IN_PROGRESS
         joined 3 m1 m2 cooperative-sticky
         synced a-1
         duty
         completed
         duty",
        expect![[r#"
            > subscribe a
            > duty
              Some(Prepare { revoke: [], is_lost: false, is_first: true })
            > prepared
              join as '': range ["a"] owns [] of None, cooperative-sticky ["a"] owns [] of None (the subscription changed)
            > joined 1 m1 m2 range
              sync 1 as m1 {}
            > synced a-0 a-1
              WakeReader
            > completed
              WakeReader
            > wait 3000
              beat 1 as m1
            > beaten REBALANCE_IN_PROGRESS
              WakeReader
            > duty
              Some(Prepare { revoke: [TopicPartition { topic: "a", partition: 0 }, TopicPartition { topic: "a", partition: 1 }], is_lost: false, is_first: false })
            > prepared
              join as 'm1': range ["a"] owns [] of Some(1), cooperative-sticky ["a"] owns [] of Some(1) (the group rebalances)
            > joined 2 m1 m2 range
              sync 2 as m1 {}
            > synced REBALANCE_IN_PROGRESS
              join as 'm1': range ["a"] owns [] of Some(2), cooperative-sticky ["a"] owns [] of Some(2) (another round began)
            > joined 3 m1 m2 cooperative-sticky
              sync 3 as m1 {}
            > synced a-1
              WakeReader
            > duty
              Some(Complete { revoke: [], add: [TopicPartition { topic: "a", partition: 1 }] })
            > completed
              WakeReader
            > duty
              None
        "#]],
    );
}

#[test]
fn a_cooperative_member_keeps_reading_and_comes_back_for_what_it_gave_up() {
    check(
        terms(&[Assignor::CooperativeSticky]),
        "subscribe a
         duty
         prepared
         joined 1 m1 m2 cooperative-sticky
         synced a-0 a-1
         completed
         wait 3000
         beaten REBALANCE_IN_PROGRESS
         duty
         prepared
         joined 2 m1 m2 cooperative-sticky
         synced a-1
         duty
         completed
         duty
         prepared",
        expect![[r#"
            > subscribe a
            > duty
              Some(Prepare { revoke: [], is_lost: false, is_first: true })
            > prepared
              join as '': cooperative-sticky ["a"] owns [] of None (the subscription changed)
            > joined 1 m1 m2 cooperative-sticky
              sync 1 as m1 {}
            > synced a-0 a-1
              WakeReader
            > completed
              WakeReader
            > wait 3000
              beat 1 as m1
            > beaten REBALANCE_IN_PROGRESS
              WakeReader
            > duty
              Some(Prepare { revoke: [], is_lost: false, is_first: false })
            > prepared
              join as 'm1': cooperative-sticky ["a"] owns ["a-0", "a-1"] of Some(1) (the group rebalances)
            > joined 2 m1 m2 cooperative-sticky
              sync 2 as m1 {}
            > synced a-1
              WakeReader
            > duty
              Some(Complete { revoke: [TopicPartition { topic: "a", partition: 0 }], add: [] })
            > completed
              WakeReader
            > duty
              Some(Prepare { revoke: [], is_lost: false, is_first: false })
            > prepared
              join as 'm1': cooperative-sticky ["a"] owns ["a-1"] of Some(2) (what was given back may be shared out)
        "#]],
    );
}

#[test]
fn a_member_that_is_not_known_any_more_has_lost_what_it_owned() {
    check(
        terms(&[Assignor::CooperativeSticky]),
        "subscribe a
         duty
         prepared
         joined 1 m1 m2 cooperative-sticky
         synced a-0
         completed
         wait 3000
         beaten UNKNOWN_MEMBER_ID
         beaten NONE
         duty
         prepared
         join-lost
         wait 200
         joined NOT_COORDINATOR
         wait 400
         joined GROUP_AUTHORIZATION_FAILED
         duty",
        expect![[r#"
            > subscribe a
            > duty
              Some(Prepare { revoke: [], is_lost: false, is_first: true })
            > prepared
              join as '': cooperative-sticky ["a"] owns [] of None (the subscription changed)
            > joined 1 m1 m2 cooperative-sticky
              sync 1 as m1 {}
            > synced a-0
              WakeReader
            > completed
              WakeReader
            > wait 3000
              beat 1 as m1
            > beaten UNKNOWN_MEMBER_ID
              WakeReader
            > beaten NONE
            > duty
              Some(Prepare { revoke: [TopicPartition { topic: "a", partition: 0 }], is_lost: true, is_first: false })
            > prepared
              join as '': cooperative-sticky ["a"] owns [] of None (the coordinator does not know this generation)
            > join-lost
            > wait 200
              join as '': cooperative-sticky ["a"] owns [] of None (-)
            > joined NOT_COORDINATOR
              ForgetCoordinator
            > wait 400
              join as '': cooperative-sticky ["a"] owns [] of None (-)
            > joined GROUP_AUTHORIZATION_FAILED
              WakeReader
            > duty
              Some(Fail(Broker { code: GROUP_AUTHORIZATION_FAILED, what: "group g", message: None }))
        "#]],
    );
}

#[test]
fn who_does_not_poll_leaves_and_a_static_member_does_not_on_close() {
    check(
        terms(&[Assignor::Range]),
        "subscribe a
         duty
         prepared
         joined 1 m1 m2 range
         synced a-0
         completed
         stop-polling
         wait 60000
         duty",
        expect![[r#"
            > subscribe a
            > duty
              Some(Prepare { revoke: [], is_lost: false, is_first: true })
            > prepared
              join as '': range ["a"] owns [] of None (the subscription changed)
            > joined 1 m1 m2 range
              sync 1 as m1 {}
            > synced a-0
              WakeReader
            > completed
              WakeReader
            > stop-polling
            > wait 60000
              leave as m1: poll was not called for 60000 ms (max.poll.interval.ms)
            > duty
              Some(Prepare { revoke: [TopicPartition { topic: "a", partition: 0 }], is_lost: true, is_first: false })
        "#]],
    );
    check(
        Terms { instance: Some("i".to_owned()), ..terms(&[Assignor::Range]) },
        "subscribe a
         duty
         prepared
         joined 1 m1 m2 range
         synced a-0
         completed
         wait 3000
         beaten FENCED_INSTANCE_ID
         duty
         leave closed",
        expect![[r#"
            > subscribe a
            > duty
              Some(Prepare { revoke: [], is_lost: false, is_first: true })
            > prepared
              join as '': range ["a"] owns [] of None (the subscription changed)
            > joined 1 m1 m2 range
              sync 1 as m1 {}
            > synced a-0
              WakeReader
            > completed
              WakeReader
            > wait 3000
              beat 1 as m1
            > beaten FENCED_INSTANCE_ID
              WakeReader
            > duty
              Some(Fail(Broker { code: FENCED_INSTANCE_ID, what: "group g", message: None }))
            > leave closed
        "#]],
    );
}

#[test]
fn who_unsubscribes_while_it_joins_leaves_when_it_has_joined() {
    check(
        terms(&[Assignor::Range]),
        "subscribe a
         duty
         prepared
         leave unsubscribed
         late-joined 1 m1 m2 range",
        expect![[r#"
            > subscribe a
            > duty
              Some(Prepare { revoke: [], is_lost: false, is_first: true })
            > prepared
              join as '': range ["a"] owns [] of None (the subscription changed)
            > leave unsubscribed
            > late-joined 1 m1 m2 range
              leave as m1: unsubscribed while joining
        "#]],
    );
}
