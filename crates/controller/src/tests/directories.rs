//! Log directories that are named, fail and come back: in words, a directory is a digit.

use std::fmt::Write;

use expect_test::{Expect, expect};
use kampa_metadata::Broker;
use kampa_protocol::Uuid;
use kampa_protocol::records::metadata::MetadataRecord;

use super::script::Cluster;
use crate::ReplicaPlace;

/// Node 1 with the directories 1 and 2 and a topic of two partitions; after each step, what is written and how the partitions stand.
fn check(script: &str, expected: Expect) {
    let mut cluster = Cluster::of_one();
    let mut told = String::new();
    for line in ["register 1 2", "create orders x2"].into_iter().chain(script.lines()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let dirs = || -> Vec<Uuid> { words[1..].iter().map(|word| Uuid([word.parse().unwrap(); 16])).collect() };
        let controller = &cluster.controller;
        let records = match words[0] {
            "register" => {
                let known = Broker::clone(controller.image().brokers.get(&1).unwrap());
                let mut records = controller.register_broker(&Broker { log_dirs: dirs(), ..known }, true);
                let mut next = controller.clone();
                records.iter().for_each(|record| next.replay(record));
                let missing = next.leave_missing_directories(1);
                missing.iter().for_each(|record| next.replay(record));
                records.extend(missing);
                records.extend(next.unfence_broker(next.image().brokers.get(&1).unwrap()));
                records
            }
            "assign" => {
                let topic_id = controller.image().topics.id("orders").unwrap();
                let place = ReplicaPlace { topic_id, index: words[1].parse().unwrap(), directory: dirs()[1] };
                controller.assign_replicas(1, &[place]).records
            }
            "fail" => controller.directories_offline(1, &dirs()).records,
            _ => {
                cluster.run(line);
                continue;
            }
        };
        records.iter().for_each(|record| cluster.controller.replay(record));
        let names: Vec<&str> = records.iter().map(MetadataRecord::name).collect();
        writeln!(told, "{line}: {}", if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }).unwrap();
        let image = cluster.controller.image();
        for (index, partition) in image.topics.named("orders").iter().flat_map(|topic| topic.partitions.iter()) {
            let (directory, leader) = (partition.directory(1).0[15], partition.leader.unwrap_or(-1));
            let (isr, epoch) = (&partition.isr, partition.leader_epoch);
            writeln!(told, "  orders/{index} in {directory} leader {leader} epoch {epoch} isr {isr:?}").unwrap();
        }
    }
    expected.assert_eq(&told);
}

#[test]
fn a_replica_is_led_while_its_directory_is_there() {
    check(
        "assign 0 1
assign 1 2
assign 1 2
fail 2
fail 2
assign 1 1
assign 0 2
register 1 2",
        expect![[r#"
            register 1 2: RegisterBrokerRecord, BrokerRegistrationChangeRecord
            assign 0 1: PartitionChangeRecord
              orders/0 in 1 leader 1 epoch 0 isr [1]
              orders/1 in 0 leader 1 epoch 0 isr [1]
            assign 1 2: PartitionChangeRecord
              orders/0 in 1 leader 1 epoch 0 isr [1]
              orders/1 in 2 leader 1 epoch 0 isr [1]
            assign 1 2: nothing
              orders/0 in 1 leader 1 epoch 0 isr [1]
              orders/1 in 2 leader 1 epoch 0 isr [1]
            fail 2: PartitionChangeRecord, BrokerRegistrationChangeRecord
              orders/0 in 1 leader 1 epoch 0 isr [1]
              orders/1 in 2 leader -1 epoch 1 isr []
            fail 2: nothing
              orders/0 in 1 leader 1 epoch 0 isr [1]
              orders/1 in 2 leader -1 epoch 1 isr []
            assign 1 1: PartitionChangeRecord
              orders/0 in 1 leader 1 epoch 0 isr [1]
              orders/1 in 1 leader 1 epoch 2 isr [1]
            assign 0 2: PartitionChangeRecord
              orders/0 in 2 leader -1 epoch 1 isr []
              orders/1 in 1 leader 1 epoch 2 isr [1]
            register 1 2: RegisterBrokerRecord, BrokerRegistrationChangeRecord, PartitionChangeRecord
              orders/0 in 2 leader 1 epoch 2 isr [1]
              orders/1 in 1 leader 1 epoch 2 isr [1]
        "#]],
    );
}

#[test]
fn a_broker_that_comes_without_a_directory_does_not_lead_what_lies_there() {
    check(
        "assign 0 1
assign 1 2
register 1
register 1 2",
        expect![[r#"
            register 1 2: RegisterBrokerRecord, BrokerRegistrationChangeRecord
            assign 0 1: PartitionChangeRecord
              orders/0 in 1 leader 1 epoch 0 isr [1]
              orders/1 in 0 leader 1 epoch 0 isr [1]
            assign 1 2: PartitionChangeRecord
              orders/0 in 1 leader 1 epoch 0 isr [1]
              orders/1 in 2 leader 1 epoch 0 isr [1]
            register 1: RegisterBrokerRecord, PartitionChangeRecord, BrokerRegistrationChangeRecord
              orders/0 in 1 leader 1 epoch 0 isr [1]
              orders/1 in 2 leader -1 epoch 1 isr []
            register 1 2: RegisterBrokerRecord, BrokerRegistrationChangeRecord, PartitionChangeRecord
              orders/0 in 1 leader 1 epoch 0 isr [1]
              orders/1 in 2 leader 1 epoch 2 isr [1]
        "#]],
    );
}
