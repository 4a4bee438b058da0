//! Elections, moves, levels of features, and nodes that go.

use expect_test::expect;

use super::script::Cluster;

#[test]
fn the_preferred_replica_leads_again_once_it_can() {
    let mut cluster = Cluster::of_one();
    let told = cluster.run(
        "broker 2
         broker 3
         create t x-1 r-1 0@1,2,3
         elect preferred t/0 t/1 u/0
         fence 1
         show t
         elect preferred t/0
         restart after a crash
         elect preferred t/0
         caught up t/0 1
         elect preferred t/0
         show t
         elect preferred all
         elect unclean t/0",
    );
    expect![[r#"
          RegisterBrokerRecord, BrokerRegistrationChangeRecord
          RegisterBrokerRecord, BrokerRegistrationChangeRecord
        t: 1 x 3; min.insync.replicas=1 (3)
          TopicRecord, PartitionRecord
        t/0: ELECTION_NOT_NEEDED Leader election not needed for topic partition.
        t/1: UNKNOWN_TOPIC_OR_PARTITION No such partition as t-1
        u/0: UNKNOWN_TOPIC_OR_PARTITION No such topic as u
          PartitionChangeRecord, BrokerRegistrationChangeRecord
        t/0 on 1,2,3 isr 2,3 leader 2 epoch 1
        t/0: PREFERRED_LEADER_NOT_AVAILABLE The preferred leader was not available.
          RegisterControllerRecord, RegisterBrokerRecord, BrokerRegistrationChangeRecord
        t/0: PREFERRED_LEADER_NOT_AVAILABLE The preferred leader was not available.
          PartitionChangeRecord
        t/0: ok
          PartitionChangeRecord
        t/0 on 1,2,3 isr 2,3,1 leader 1 epoch 2
        t/0: ELECTION_NOT_NEEDED Leader election not needed for topic partition.
    "#]]
    .assert_eq(&told);
}

#[test]
fn who_is_there_leads_at_the_price_of_records() {
    let mut cluster = Cluster::of_one();
    let told = cluster.run(
        "broker 2
         create t x-1 r-1 0@2,1
         create u x-1 r-1 0@2
         left by kafka t/0 in 2
         left by kafka u/0 in 2
         fence 2
         show t u
         elect preferred all
         elect unclean all
         show t u",
    );
    expect![[r#"
          RegisterBrokerRecord, BrokerRegistrationChangeRecord
        t: 1 x 2; min.insync.replicas=1 (3)
          TopicRecord, PartitionRecord
        u: 1 x 1; min.insync.replicas=1 (3)
          TopicRecord, PartitionRecord
          BrokerRegistrationChangeRecord
        t/0 on 2,1 isr 2 leader none epoch 1
        u/0 on 2 isr 2 leader none epoch 1
        t/0: PREFERRED_LEADER_NOT_AVAILABLE The preferred leader was not available.
        u/0: PREFERRED_LEADER_NOT_AVAILABLE The preferred leader was not available.
        t/0: ok
        u/0: ELIGIBLE_LEADERS_NOT_AVAILABLE Eligible topic partition leaders are not available.
          PartitionChangeRecord
        t/0 on 2,1 isr 1 leader 1 epoch 2 recovering
        u/0 on 2 isr 2 leader none epoch 1
    "#]]
    .assert_eq(&told);
}

#[test]
fn moves_that_need_nobody_to_catch_up_are_done_at_once() {
    let mut cluster = Cluster::of_one();
    let told = cluster.run(
        "broker 2
         broker 3
         create t x-1 r-1 0@1,2
         move t/0 to 2,1
         show t
         move t/0 to 1
         show t
         move t/0 to 1
         move t/0 to -
         move t/0 to 1,1
         move t/0 to 9
         move t/0 to 1,2 keeping the factor
         move t/7 to 1
         move u/0 to 1
         cancel t/0
         moves",
    );
    expect![[r#"
          RegisterBrokerRecord, BrokerRegistrationChangeRecord
          RegisterBrokerRecord, BrokerRegistrationChangeRecord
        t: 1 x 2; min.insync.replicas=1 (3)
          TopicRecord, PartitionRecord
        t/0: ok
          PartitionChangeRecord
        t/0 on 2,1 isr 1,2 leader 1 epoch 0
        t/0: ok
          PartitionChangeRecord
        t/0 on 1 isr 1 leader 1 epoch 1
        t/0: ok
        t/0: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes an empty replica list.
        t/0: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes the broker 1 more than once.
        t/0: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes broker 9, but no such broker is registered.
        t/0: INVALID_REPLICATION_FACTOR The replication factor is changed from 1 to 2
        t/7: UNKNOWN_TOPIC_OR_PARTITION Unable to find partition t:7.
        u/0: UNKNOWN_TOPIC_OR_PARTITION Unable to find a topic named u.
        t/0: NO_REASSIGNMENT_IN_PROGRESS
    "#]].assert_eq(&told);
}

#[test]
fn moves_wait_for_those_that_come_and_can_be_called_off() {
    let mut cluster = Cluster::of_one();
    let told = cluster.run(
        "broker 2
         broker 3
         create t x-1 r-1 0@1,2
         move t/0 to 3,1
         show t
         moves
         cancel t/0
         show t
         move t/0 to 3
         move t/0 to 3,2
         show t
         cancel t/0
         cancel t/0",
    );
    expect![[r#"
          RegisterBrokerRecord, BrokerRegistrationChangeRecord
          RegisterBrokerRecord, BrokerRegistrationChangeRecord
        t: 1 x 2; min.insync.replicas=1 (3)
          TopicRecord, PartitionRecord
        t/0: ok
          PartitionChangeRecord
        t/0 on 3,1,2 isr 1,2 leader 1 epoch 0 adding 3 removing 2
        t/0 3,1,2 adding 3 removing 2
        t/0: ok
          PartitionChangeRecord
        t/0 on 1,2 isr 1,2 leader 1 epoch 1
        t/0: ok
          PartitionChangeRecord
        t/0: ok
          PartitionChangeRecord
        t/0 on 3,2,1 isr 1,2 leader 1 epoch 1 adding 3 removing 1
        t/0: ok
          PartitionChangeRecord
        t/0: NO_REASSIGNMENT_IN_PROGRESS
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_broker_that_is_unregistered_leaves_what_it_had() {
    let mut cluster = Cluster::of_one();
    let told = cluster.run(
        "broker 2
         create t x-1 r-1 0@2,1
         create u x-1 r-1 0@2
         unregister broker 9
         unregister broker 2
         show t u
         unregister broker 2
         unregister broker 1
         show t u
         restart after a crash
         show t u
         unregister controller 1
         unregister controller 2",
    );
    expect![[r#"
          RegisterBrokerRecord, BrokerRegistrationChangeRecord
        t: 1 x 2; min.insync.replicas=1 (3)
          TopicRecord, PartitionRecord
        u: 1 x 1; min.insync.replicas=1 (3)
          TopicRecord, PartitionRecord
        9: BROKER_ID_NOT_REGISTERED Broker ID 9 is not currently registered
        2: ok
          PartitionChangeRecord, PartitionChangeRecord, UnregisterBrokerRecord
        t/0 on 2,1 isr 1 leader 1 epoch 1
        u/0 on 2 isr  leader none epoch 1 eligible 2 last known 2
        2: BROKER_ID_NOT_REGISTERED Broker ID 2 is not currently registered
        1: ok
          PartitionChangeRecord, UnregisterBrokerRecord
        t/0 on 2,1 isr  leader none epoch 2 eligible 1 last known 1
        u/0 on 2 isr  leader none epoch 1 eligible 2 last known 2
          RegisterControllerRecord, RegisterBrokerRecord, BrokerRegistrationChangeRecord, PartitionChangeRecord
        t/0 on 2,1 isr 1 leader 1 epoch 3
        u/0 on 2 isr  leader none epoch 1 eligible 2 last known 2
        1: INVALID_REQUEST Controller cannot unregister itself while it is active.
        2: CONTROLLER_ID_NOT_REGISTERED Controller ID 2 is not currently registered.
    "#]]
    .assert_eq(&told);
}

#[test]
fn without_eligible_replicas_the_last_in_sync_stays_so() {
    let mut cluster = Cluster::of_one();
    let told = cluster.run(
        "level eligible.leader.replicas.version=0 down
         create t
         unregister broker 1
         show t
         restart after a crash
         show t",
    );
    expect![[r#"
        eligible.leader.replicas.version=0: ok
          FeatureLevelRecord
        t: 1 x 1; min.insync.replicas=1 (3)
          TopicRecord, PartitionRecord
        1: ok
          PartitionChangeRecord, UnregisterBrokerRecord
        t/0 on 1 isr 1 leader none epoch 1
          RegisterControllerRecord, RegisterBrokerRecord, BrokerRegistrationChangeRecord, PartitionChangeRecord
        t/0 on 1 isr 1 leader 1 epoch 2
    "#]]
    .assert_eq(&told);
}

#[test]
fn levels_of_an_older_cluster() {
    let mut cluster = Cluster::at_level(20);
    let told = cluster.run(
        "level metadata.version=19 down
         level metadata.version=18 unsafely
         level metadata.version=17 down
         level metadata.version=16 down
         level metadata.version=16 unsafely
         level eligible.leader.replicas.version=1 up
         level eligible.leader.replicas.version=1 metadata.version=23 up
         level metadata.version=29 up
         level metadata.version=33 up
         level metadata.version=32 down
         level group.version=1 transaction.version=2 up
         broker 2
         broker 2 knows group.version 0-0
         level group.version=0 down
         level group.version=1 up
         unregister controller 9
         levels",
    );
    expect![[r#"
        metadata.version=19: ok
          FeatureLevelRecord
        metadata.version=18: ok
          FeatureLevelRecord
        metadata.version=17: ok
          FeatureLevelRecord
        metadata.version=16: INVALID_UPDATE_VERSION Unsupported metadata.version downgrade from 17 to 16. Refusing to perform the requested downgrade because it might delete metadata information.
        metadata.version=16: INVALID_UPDATE_VERSION Unsupported metadata.version downgrade from 17 to 16. Unsafe metadata downgrade is not supported in this version.
        eligible.leader.replicas.version=1: INVALID_UPDATE_VERSION Invalid update version 1 for feature eligible.leader.replicas.version. eligible.leader.replicas.version could not be set to 1 because it depends on metadata.version level 23
        eligible.leader.replicas.version=1 metadata.version=23: ok
          2 FeatureLevelRecord, ConfigRecord
        metadata.version=29: ok
          FeatureLevelRecord
        metadata.version=33: ok
          FeatureLevelRecord
        metadata.version=32: INVALID_UPDATE_VERSION Unsupported metadata.version downgrade from 33 to 32. Refusing to perform the requested downgrade because it might delete metadata information.
        group.version=1 transaction.version=2: ok
          2 FeatureLevelRecord
          RegisterBrokerRecord, BrokerRegistrationChangeRecord
          RegisterBrokerRecord
        group.version=0: ok
          FeatureLevelRecord
        group.version=1: INVALID_UPDATE_VERSION Invalid update version 1 for feature group.version. Broker 2 does not support this feature.
        9: CONTROLLER_ID_NOT_REGISTERED Controller ID 9 is not currently registered.
        eligible.leader.replicas.version 1
        metadata.version 33
        transaction.version 2
    "#]].assert_eq(&told);
}
