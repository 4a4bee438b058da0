//! Rounds that Java's assignors decided, decided again by ours: `golden/assignors`, where its origin is told.

use super::*;

#[test]
fn rounds_end_as_javas_do() {
    let mut run = Run::default();
    for line in include_str!("../../../golden/assignors/rounds.txt").lines() {
        run.line(line);
    }
    run.decide();
    assert!(run.rounds > 200, "{} rounds in the file", run.rounds);
}

#[test]
fn names_of_strategies() {
    let sticky = Assignor::named("org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
    assert_eq!(sticky, Some(Assignor::CooperativeSticky));
    assert_eq!(Assignor::named("range"), Some(Assignor::Range));
    assert_eq!(Assignor::named("RangeAssignor"), None);
}

#[test]
fn broken_bytes_are_no_subscription_and_no_assignment() {
    for bytes in [&[][..], &[0], &[0xff, 0xff, 0, 0, 0, 0], &[0, 0, 0x7f, 0xff, 0xff, 0xff]] {
        assert_eq!(Subscription::decode(&Bytes::copy_from_slice(bytes)), None, "{bytes:?}");
    }
    assert_eq!(decode_assignment(&Bytes::new()), Some(Vec::new()));
    assert_eq!(decode_assignment(&Bytes::from_static(&[0])), None);
}

#[test]
fn user_data_that_cannot_be_read_means_nothing_was_had() {
    let said = |data: &'static [u8]| {
        let user_data = Some(Bytes::from_static(data));
        sticky::said_in_user_data(&Subscription { user_data, ..Subscription::default() })
    };
    assert_eq!(said(&[]), (vec![], None));
    assert_eq!(said(&[1, 2]), (vec![], Some(NO_GENERATION)));
    assert_eq!(said(&[0x7f, 0xff, 0xff, 0xff]), (vec![], Some(NO_GENERATION)));
    const VERSION_0: [u8; 15] = [0, 0, 0, 1, 0, 1, b't', 0, 0, 0, 1, 0, 0, 0, 7];
    let owned = vec![TopicPartition { topic: "t".into(), partition: 7 }];
    assert_eq!(said(&VERSION_0), (owned, None));
}

#[test]
fn a_partition_that_does_not_exist_is_nobodys() {
    let topics = [TopicLayout { name: "t".into(), partitions: vec![PartitionLayout { partition: 0, racks: vec![] }] }];
    let owned = vec![TopicPartition { topic: "t".into(), partition: 9 }];
    let member = |id: &str| {
        let topics = vec!["t".to_owned()];
        (id.to_owned(), Subscription { topics, owned: owned.clone(), generation: Some(1), ..Subscription::default() })
    };
    let shares = Assignor::CooperativeSticky.assign(&mut Memory::default(), &topics, &[member("a"), member("b")]);
    assert_eq!(shares.iter().map(|(_, list)| list.len()).sum::<usize>(), 1);
}

#[derive(Default)]
struct Run {
    assignor: Option<Assignor>,
    memory: Memory,
    topics: Vec<TopicLayout>,
    members: Vec<(String, Subscription)>,
    given: Vec<(String, Bytes, Option<Bytes>)>,
    generation: i32,
    rounds: usize,
}

impl Run {
    fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        if !matches!(words[0], "give") && !self.given.is_empty() {
            self.decide();
        }
        match words[0] {
            "group" => {
                (self.assignor, self.memory, self.generation) = (Assignor::named(words[1]), Memory::default(), 0);
            }
            "topic" => self.topics.push(topic(words[1], words[2])),
            "member" => self.members.push((words[1].to_owned(), member(words[2], &hex(words[3])))),
            "give" => self.given.push((words[1].to_owned(), hex(words[2]), (words[3] != "=").then(|| hex(words[3])))),
            other => panic!("{other}"),
        }
    }

    fn decide(&mut self) {
        let (assignor, round) = (self.assignor.expect("a group"), self.rounds);
        self.generation += 1;
        let shares = assignor.assign(&mut self.memory, &self.topics, &self.members);
        for (id, assignment, next) in &self.given {
            let (_, list) = shares.iter().find(|(member, _)| member == id).expect("a share");
            let java = decode_assignment(assignment).expect("Java's assignment");
            let ours = decode_assignment(&encode_assignment(list)).expect("our assignment");
            assert_eq!(
                text(&ours),
                text(&java),
                "round {round} of {assignor:?}, {id}, {:#?} {:#?}",
                self.topics,
                self.members
            );
            assert_eq!(encode_assignment(list), assignment, "round {round} of {assignor:?}, {id}");
            let memory = Memory { last: Some(list.clone()), generation: self.generation, ..Memory::default() };
            assert_eq!(assignor.user_data(&memory), *next, "round {round} of {assignor:?}, {id}");
        }
        self.rounds += 1;
        self.topics.clear();
        self.members.clear();
        self.given.clear();
    }
}

fn topic(name: &str, racks: &str) -> TopicLayout {
    let replicas = racks.split(';').filter(|_| racks != "none").enumerate();
    let partitions = replicas.map(|(number, racks)| PartitionLayout {
        partition: number as i32,
        racks: racks.split(',').filter(|rack| !rack.is_empty()).map(str::to_owned).collect(),
    });
    TopicLayout { name: name.to_owned(), partitions: partitions.collect() }
}

/// Also: what is read is written again as it was, when it is of the newest version.
fn member(instance: &str, bytes: &Bytes) -> Subscription {
    let mut read = Subscription::decode(bytes).expect("Java's subscription");
    if bytes[1] == 3 {
        assert_eq!(read.encode(), bytes);
    }
    read.group_instance_id = (instance != "-").then(|| instance.to_owned());
    read
}

fn text(partitions: &[TopicPartition]) -> Vec<String> {
    partitions.iter().map(|one| format!("{}-{}", one.topic, one.partition)).collect()
}

fn hex(text: &str) -> Bytes {
    let digits = if text == "-" { "" } else { text };
    (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).expect("hexadecimal")).collect()
}
