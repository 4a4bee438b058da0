//! Decisions as scripts: a line is a request, or something that happens to a broker; the answers are those that Apache Kafka 4.4.0 gave to
//! the same requests.

mod admin;
mod directories;
mod script;

use expect_test::expect;
use kampa_metadata::{Changes, MetadataImage};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
pub(crate) use script::Cluster;

fn check(script: &str, expected: expect_test::Expect) {
    expected.assert_eq(&Cluster::of_one().run(script));
}

#[test]
fn a_topic_is_made_and_told_in_full() {
    check(
        "create orders x2 r1 retention.ms=5000
         show",
        expect![[r#"
            orders: 2 x 1; retention.ms=5000 (1), min.insync.replicas=1 (3)
              TopicRecord, ConfigRecord, 2 PartitionRecord
            orders/0 on 1 isr 1 leader 1 epoch 0
            orders/1 on 1 isr 1 leader 1 epoch 0
            orders retention.ms=5000
        "#]],
    );
}

#[test]
fn names_follow_the_rules() {
    let longest = "a".repeat(249);
    let script = format!("create '' + . + .. + 'a b' + {longest}a + ok + {longest}");
    let told = Cluster::of_one().run(&script).replace(&longest, "a*249");
    expect![[r#"
        '': INVALID_TOPIC_EXCEPTION Topic name is invalid: the empty string is not allowed
        .: INVALID_TOPIC_EXCEPTION Topic name is invalid: '.' is not allowed
        ..: INVALID_TOPIC_EXCEPTION Topic name is invalid: '..' is not allowed
        a b: INVALID_TOPIC_EXCEPTION Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'
        a*249a: INVALID_TOPIC_EXCEPTION Topic name is invalid: the length of 'a*249a' is longer than the max allowed length 249
        ok: 1 x 1; min.insync.replicas=1 (3)
        a*249: 1 x 1; min.insync.replicas=1 (3)
          TopicRecord, PartitionRecord, TopicRecord, PartitionRecord
    "#]]
    .assert_eq(&told);
}

#[test]
fn names_exist_collide_and_are_given_twice() {
    check(
        "create a.b
         create a.b + a_b + A.B
         create x.4 + x_4
         create d1 + d2 + d1 + __cluster_metadata + __consumer_offsets",
        expect![[r#"
            a.b: 1 x 1; min.insync.replicas=1 (3)
              TopicRecord, PartitionRecord
            a.b: TOPIC_ALREADY_EXISTS Topic 'a.b' already exists.
            a_b: INVALID_TOPIC_EXCEPTION Topic 'a_b' collides with existing topic: a.b
            A.B: 1 x 1; min.insync.replicas=1 (3)
              TopicRecord, PartitionRecord
            x.4: 1 x 1; min.insync.replicas=1 (3)
            x_4: 1 x 1; min.insync.replicas=1 (3)
              TopicRecord, PartitionRecord, TopicRecord, PartitionRecord
            d2: 1 x 1; min.insync.replicas=1 (3)
            __consumer_offsets: 1 x 1; min.insync.replicas=1 (3)
            __cluster_metadata: INVALID_REQUEST Creation of internal topic __cluster_metadata is prohibited.
            d1: INVALID_REQUEST Duplicate topic name.
              TopicRecord, PartitionRecord, TopicRecord, PartitionRecord
        "#]],
    );
}

#[test]
fn numbers_are_checked_and_defaults_taken() {
    check(
        "create p0 x0 + p-2 x-2 + r0 r0 + r2 r2 + r-2 r-2 + both x0 r0 + ok x-1 r-1",
        expect![[r#"
            p0: INVALID_PARTITIONS Number of partitions was set to an invalid non-positive value.
            p-2: INVALID_PARTITIONS Number of partitions was set to an invalid non-positive value.
            r0: INVALID_REPLICATION_FACTOR Replication factor must be larger than 0, or -1 to use the default value.
            r2: INVALID_REPLICATION_FACTOR Unable to replicate the partition 2 time(s): The target replication factor of 2 cannot be reached because only 1 broker(s) are registered or some brokers have all their log directories cordoned.
            r-2: INVALID_REPLICATION_FACTOR Replication factor must be larger than 0, or -1 to use the default value.
            both: INVALID_REPLICATION_FACTOR Replication factor must be larger than 0, or -1 to use the default value.
            ok: 1 x 1; min.insync.replicas=1 (3)
              TopicRecord, PartitionRecord
        "#]],
    );
}

#[test]
fn assignments_by_hand_are_checked() {
    check(
        "create m1 x-1 r-1 0@1 2@1 + m2 x-1 r-1 0@7 + m3 x-1 r-1 0@1,1 + m4 x-1 r-1 0@ + m5 x2 r-1 0@1
         create m6 x-1 r1 0@1 + m7 x-1 r-1 0@1 0@1 + m8 x-1 r-1 1@1 + m9 x-1 r-1 0@1 1@-1 + m10 x-1 r-1 0@1 1@1,2
         broker 2
         create m10 x-1 r-1 0@1 1@1,2 + ok x-1 r-1 1@2,1 0@1,2
         fence 2
         create f x-1 r-1 0@2 + g x-1 r-1 0@2,1
         show ok g",
        expect![[r#"
            m1: INVALID_REPLICA_ASSIGNMENT partitions should be a consecutive 0-based integer sequence
            m2: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes broker 7, but no such broker is registered.
            m3: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes the broker 1 more than once.
            m4: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes an empty replica list.
            m5: INVALID_REQUEST A manual partition assignment was specified, but numPartitions was not set to -1.
            m6: INVALID_REQUEST A manual partition assignment was specified, but replication factor was not set to -1.
            m7: INVALID_REPLICA_ASSIGNMENT Found multiple manual partition assignments for partition 0
            m8: INVALID_REPLICA_ASSIGNMENT partitions should be a consecutive 0-based integer sequence
            m9: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes broker -1, but no such broker is registered.
            m10: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes broker 2, but no such broker is registered.
              RegisterBrokerRecord, BrokerRegistrationChangeRecord
            m10: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes a partition with 2 replica(s), but this is not consistent with previous partitions, which have 1 replica(s).
            ok: 2 x 2; min.insync.replicas=1 (3)
              TopicRecord, 2 PartitionRecord
              PartitionChangeRecord, PartitionChangeRecord, BrokerRegistrationChangeRecord
            f: INVALID_REPLICA_ASSIGNMENT All brokers specified in the manual partition assignment for partition 0 are fenced or in controlled shutdown.
            g: 1 x 2; min.insync.replicas=1 (3)
              TopicRecord, PartitionRecord
            g/0 on 2,1 isr 1 leader 1 epoch 0
            ok/0 on 1,2 isr 1 leader 1 epoch 0
            ok/1 on 2,1 isr 1 leader 1 epoch 1
        "#]],
    );
}

#[test]
fn settings_are_checked() {
    check(
        "create m1 nope=x + m2 retention.ms=x + m3 retention.ms=-7 + m4 segment.bytes=10 + m5 retention.ms + m6 cleanup.policy=foo
         create m7 retention.ms=1 retention.ms=2 + m8 min.compaction.lag.ms=100 max.compaction.lag.ms=10
         create m9 local.retention.ms=10 retention.ms=5 + m10 remote.storage.enable=true + m11 cleanup.policy=",
        expect![[r#"
            m1: INVALID_CONFIG Unknown topic config name: nope
            m2: INVALID_CONFIG Invalid value x for configuration retention.ms: Not a number of type LONG
            m3: INVALID_CONFIG Invalid value -7 for configuration retention.ms: Value must be at least -1
            m4: INVALID_CONFIG Invalid value 10 for configuration segment.bytes: Value must be at least 1048576
            m5: INVALID_CONFIG Null value not supported for topic configs: retention.ms
            m6: INVALID_CONFIG Invalid value foo for configuration cleanup.policy: String must be one of: compact, delete
            m7: 1 x 1; retention.ms=2 (1), min.insync.replicas=1 (3)
            m8: INVALID_CONFIG conflict topic config setting min.compaction.lag.ms (100) > max.compaction.lag.ms (10)
              TopicRecord, ConfigRecord, PartitionRecord
            m9: 1 x 1; local.retention.ms=10 (1), retention.ms=5 (1), min.insync.replicas=1 (3)
            m10: INVALID_CONFIG Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.
            m11: 1 x 1; cleanup.policy= (1), min.insync.replicas=1 (3)
              TopicRecord, 2 ConfigRecord, PartitionRecord, TopicRecord, ConfigRecord, PartitionRecord
        "#]],
    );
}

#[test]
fn only_so_many_partitions_at_once() {
    check(
        "create ok x10000
         create big x10001
         create z1 x9999 + z3 + z3
         grow ok to 20001
         only validate create a x10000
         show a",
        expect![[r#"
            ok: 10000 x 1; min.insync.replicas=1 (3)
              TopicRecord, 10000 PartitionRecord
            big: POLICY_VIOLATION Excessively large number of partitions per request.
            z1: POLICY_VIOLATION Excessively large number of partitions per request.
            z3: POLICY_VIOLATION Excessively large number of partitions per request.
            z3: POLICY_VIOLATION Excessively large number of partitions per request.
            ok: POLICY_VIOLATION Excessively large number of additional partitions per request.
            a: 10000 x 1; min.insync.replicas=1 (3)
        "#]],
    );
}

#[test]
fn topics_grow() {
    check(
        "create x1 + x3 + x6
         grow x1 to 3 + x3 to 1 + nope to 3
         grow x1 to 2 + x3 to 0 + x6 to -1
         grow x1 to 4 @1 @1 + x3 to 2 @1,1 + x6 to 2 @9 + x3 to 5
         grow x6 to 2 @ + x1 to 5 @1
         grow x1 to 4 @1
         only validate grow x1 to 9
         show",
        expect![[r#"
            x1: 1 x 1; min.insync.replicas=1 (3)
            x3: 1 x 1; min.insync.replicas=1 (3)
            x6: 1 x 1; min.insync.replicas=1 (3)
              TopicRecord, PartitionRecord, TopicRecord, PartitionRecord, TopicRecord, PartitionRecord
            x1: ok
            x3: INVALID_PARTITIONS Topic already has 1 partition(s).
            nope: UNKNOWN_TOPIC_OR_PARTITION
              2 PartitionRecord
            x1: INVALID_PARTITIONS The topic x1 currently has 3 partition(s); 2 would not be an increase.
            x3: INVALID_PARTITIONS The topic x3 currently has 1 partition(s); 0 would not be an increase.
            x6: INVALID_PARTITIONS The topic x6 currently has 1 partition(s); -1 would not be an increase.
            x1: INVALID_REPLICA_ASSIGNMENT Attempted to add 1 additional partition(s), but only 2 assignment(s) were specified.
            x6: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes broker 9, but no such broker is registered.
            x3: INVALID_REQUEST Duplicate topic name.
            x6: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes an empty replica list.
            x1: INVALID_REPLICA_ASSIGNMENT Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.
            x1: ok
              PartitionRecord
            x1: ok
            x1/0 on 1 isr 1 leader 1 epoch 0
            x1/1 on 1 isr 1 leader 1 epoch 0
            x1/2 on 1 isr 1 leader 1 epoch 0
            x1/3 on 1 isr 1 leader 1 epoch 0
            x3/0 on 1 isr 1 leader 1 epoch 0
            x6/0 on 1 isr 1 leader 1 epoch 0
        "#]],
    );
}

#[test]
fn topics_go_by_name_or_id() {
    check(
        "create x1 + x3 + x4
         delete x1 + nope + #nobody + bad!
         delete x3 + x3
         delete - + x3#x3
         delete x3 + #x3 + x4
         delete #x3 + x3
         delete #x3 + #x3
         delete #x3
         show",
        expect![[r#"
            x1: 1 x 1; min.insync.replicas=1 (3)
            x3: 1 x 1; min.insync.replicas=1 (3)
            x4: 1 x 1; min.insync.replicas=1 (3)
              TopicRecord, PartitionRecord, TopicRecord, PartitionRecord, TopicRecord, PartitionRecord
            x1 by name and id: ok
            nope by name: UNKNOWN_TOPIC_OR_PARTITION This server does not host this topic-partition.
            - by id: UNKNOWN_TOPIC_ID This server does not host this topic ID.
            bad! by name: UNKNOWN_TOPIC_OR_PARTITION This server does not host this topic-partition.
              RemoveTopicRecord
            x3 by name: INVALID_REQUEST Duplicate topic name.
            -: INVALID_REQUEST Neither topic name nor id were specified.
            x3 by name and id: INVALID_REQUEST You may not specify both topic name and topic id.
            x4 by name and id: ok
            x3 by name and id: INVALID_REQUEST The provided topic name maps to an ID that was already supplied.
              RemoveTopicRecord
            x3 by name and id: INVALID_REQUEST The provided topic name maps to an ID that was already supplied.
            - by id: INVALID_REQUEST Duplicate topic id.
            x3 by name and id: ok
              RemoveTopicRecord
        "#]],
    );
}

#[test]
fn deletion_may_be_off() {
    let mut cluster = Cluster::given(&["delete.topic.enable=false"]);
    let told = cluster.run("create x\nin version 6 delete x + nope\nin version 2 delete x");
    expect![[r#"
        x: 1 x 1; min.insync.replicas=1 (3)
          TopicRecord, PartitionRecord
        x by name: TOPIC_DELETION_DISABLED
        nope by name: TOPIC_DELETION_DISABLED
        x by name: INVALID_REQUEST Topic deletion is disabled.
    "#]]
    .assert_eq(&told);
}

#[test]
fn without_time_nothing_is_done() {
    check(
        "create x
         in no time create t
         in no time grow x to 3
         in no time delete x
         show",
        expect![[r#"
            x: 1 x 1; min.insync.replicas=1 (3)
              TopicRecord, PartitionRecord
            t: REQUEST_TIMED_OUT
            x: REQUEST_TIMED_OUT
            x by name: REQUEST_TIMED_OUT
            x/0 on 1 isr 1 leader 1 epoch 0
        "#]],
    );
}

#[test]
fn producer_ids_come_in_blocks_and_never_twice() {
    check(
        "producer ids for 1
         producer ids for 1
         restart after a crash
         producer ids for 1
         producer ids for 9",
        expect![[r#"
            0..1000
              ProducerIdsRecord
            1000..2000
              ProducerIdsRecord
              RegisterControllerRecord, RegisterBrokerRecord, BrokerRegistrationChangeRecord
            2000..3000
              ProducerIdsRecord
            BROKER_ID_NOT_REGISTERED
        "#]],
    );
}

#[test]
fn the_first_start_is_that_of_a_cluster() {
    let told = Cluster::unstarted(&[]).run("restart after a crash\nlevels");
    expect![[r#"
          BeginTransactionRecord, 6 FeatureLevelRecord, ConfigRecord, EndTransactionRecord, RegisterControllerRecord, RegisterBrokerRecord, BrokerRegistrationChangeRecord
        eligible.leader.replicas.version 1
        group.version 1
        metadata.version 33
        share.version 2
        streams.version 1
        transaction.version 2
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_clean_restart_changes_no_partition_and_a_crash_counts_an_epoch() {
    check(
        "create x
         stop
         restart after a clean stop
         show
         restart after a crash
         show",
        expect![[r#"
            x: 1 x 1; min.insync.replicas=1 (3)
              TopicRecord, PartitionRecord
              BrokerRegistrationChangeRecord
              RegisterControllerRecord, RegisterBrokerRecord, BrokerRegistrationChangeRecord
            x/0 on 1 isr 1 leader 1 epoch 0
              RegisterControllerRecord, PartitionChangeRecord, RegisterBrokerRecord, BrokerRegistrationChangeRecord
            x/0 on 1 isr 1 leader 1 epoch 1
        "#]],
    );
}

#[test]
fn partitions_that_kafka_left_without_a_leader_get_one() {
    check(
        "create a x2 + b
         left by kafka a/0 eligible 1
         left by kafka a/1 last 1
         left by kafka b/0 in sync 1
         restart after a clean stop
         show",
        expect![[r#"
            a: 2 x 1; min.insync.replicas=1 (3)
            b: 1 x 1; min.insync.replicas=1 (3)
              TopicRecord, 2 PartitionRecord, TopicRecord, PartitionRecord
              RegisterControllerRecord, RegisterBrokerRecord, BrokerRegistrationChangeRecord, PartitionChangeRecord, PartitionChangeRecord, PartitionChangeRecord
            a/0 on 1 isr 1 leader 1 epoch 2
            a/1 on 1 isr 1 leader 1 epoch 2 recovering
            b/0 on 1 isr 1 leader 1 epoch 2
        "#]],
    );
}

#[test]
fn a_transaction_that_nobody_will_end_is_aborted() {
    check(
        "create a
         begin
         create b
         restart after a crash
         create c
         show",
        expect![[r#"
            a: 1 x 1; min.insync.replicas=1 (3)
              TopicRecord, PartitionRecord
              BeginTransactionRecord
            b: 1 x 1; min.insync.replicas=1 (3)
              TopicRecord, PartitionRecord
              AbortTransactionRecord, RegisterControllerRecord, PartitionChangeRecord, RegisterBrokerRecord, BrokerRegistrationChangeRecord
            c: 1 x 1; min.insync.replicas=1 (3)
              TopicRecord, PartitionRecord
            a/0 on 1 isr 1 leader 1 epoch 1
            c/0 on 1 isr 1 leader 1 epoch 0
        "#]],
    );
}

#[test]
fn an_older_cluster_is_written_to_in_its_own_language() {
    let mut cluster = Cluster::at_level(12);
    let told = cluster.run("create a\nrestart after a crash\nshow");
    expect![[r#"
        a: 1 x 1
          TopicRecord, PartitionRecord
          PartitionChangeRecord, RegisterBrokerRecord, BrokerRegistrationChangeRecord
        a/0 on 1 isr 1 leader 1 epoch 1
    "#]]
    .assert_eq(&told);
}

#[test]
fn the_clusters_own_topics_are_as_kafka_makes_them() {
    let mut cluster = Cluster::of_one();
    let told = cluster.run(
        "use __consumer_offsets
         use __transaction_state
         use __share_group_state
         use orders",
    );
    expect![[r#"
        __consumer_offsets: 50 x 1; cleanup.policy=compact (1), compression.type=producer (1), segment.bytes=104857600 (1), min.insync.replicas=1 (3)
          TopicRecord, 3 ConfigRecord, 50 PartitionRecord
        __transaction_state: 50 x 1; cleanup.policy=compact (1), compression.type=uncompressed (1), min.insync.replicas=1 (1), segment.bytes=104857600 (1), unclean.leader.election.enable=false (1)
          TopicRecord, 5 ConfigRecord, 50 PartitionRecord
        __share_group_state: 50 x 1; cleanup.policy=delete (1), compression.type=producer (1), min.insync.replicas=1 (1), retention.ms=-1 (1), segment.bytes=104857600 (1)
          TopicRecord, 5 ConfigRecord, 50 PartitionRecord
        orders: 1 x 1; min.insync.replicas=1 (3)
          TopicRecord, PartitionRecord
    "#]]
    .assert_eq(&told);
}

/// Whatever is decided: an image that replays the records is the controller's own, and so is one loaded from its snapshot.
#[test]
fn records_say_all_there_is() {
    for seed in 0..100 {
        let mut chance = SmallRng::seed_from_u64(seed);
        let mut cluster = Cluster::of_one();
        for _ in 0..60 {
            cluster.run(&random_line(&mut chance));
        }
        let mut replayed = MetadataImage::default();
        let mut changes = Changes::default();
        for record in &cluster.written {
            let features = &replayed.latest().features;
            let bytes = features.encode(record).unwrap();
            let (record, _) = kampa_protocol::records::metadata::MetadataRecord::decode_framed(&bytes).unwrap();
            replayed.apply(&record, &mut changes).unwrap();
        }
        let mut loaded = MetadataImage::default();
        for record in cluster.controller.image().to_records() {
            loaded.apply(&record, &mut changes).unwrap();
        }
        let decided = cluster.controller.image();
        for image in [&mut replayed, &mut loaded] {
            image.position = decided.position;
            assert_eq!(image, decided, "seed {seed}");
        }
        let led = |partition: &kampa_metadata::Partition| partition.leader.is_some();
        assert!(decided.topics.iter().all(|topic| topic.partitions.values().all(|p| led(p))), "seed {seed}");
    }
}

fn random_line(chance: &mut SmallRng) -> String {
    let name = ["a", "b", "c.d", "c_d", "e"][chance.random_range(0..5)];
    let count = chance.random_range(0..5);
    match chance.random_range(0..12) {
        0..=3 => format!("create {name} x{count} r{}", chance.random_range(1..3)),
        4 => format!("create {name} x-1 r-1 0@1 1@1"),
        5 => format!("create {name} retention.ms={count}000 cleanup.policy=compact"),
        6 => format!("grow {name} to {count}"),
        7 => format!("delete {name}"),
        8 => "producer ids for 1".to_owned(),
        9 => "restart after a crash".to_owned(),
        10 => "stop\nrestart after a clean stop".to_owned(),
        _ => format!("broker {}", chance.random_range(2..4)),
    }
}

#[test]
fn a_sentence_quotes_no_more_than_somebody_reads() {
    let refusal = crate::Refusal::new(kampa_protocol::ErrorCode::INVALID_CONFIG, format!("no {}", "ü".repeat(30_000)));
    let message = refusal.message.expect("a sentence");
    assert!(message.starts_with("no ü") && message.ends_with('…') && message.len() < 1100, "{}", message.len());
}
