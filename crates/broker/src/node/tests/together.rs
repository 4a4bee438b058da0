//! What several ask for in the same moment is decided and carried out together.

use kampa_controller::{Controller, Decision};
use kampa_protocol::Uuid;
use kampa_protocol::messages::create_topics::{CreatableTopic, CreateTopicsRequest, CreateTopicsResponse};
use kampa_protocol::messages::delete_topics::{DeleteTopicState, DeleteTopicsRequest};
use kampa_world::sim::{Faults, Simulation};

use crate::testing::House;

fn created(mind: &Controller, seed: u64) -> Decision<CreateTopicsResponse> {
    let topic =
        CreatableTopic { name: "orders".into(), num_partitions: 1, replication_factor: 1, ..Default::default() };
    let request = CreateTopicsRequest { topics: vec![topic], timeout_ms: 30_000, ..Default::default() };
    mind.create_topics(&request, seed, &|_| true)
}

fn id_of(response: &CreateTopicsResponse) -> Uuid {
    response.topics[0].topic_id
}

/// A topic goes and one of its name comes, with this seed, and both have records.
fn made_anew(seed: u64) {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    simulation.run(async {
        let house = House::start(&world, "/data", "").await;
        let broker = &house.node.broker;
        let old = id_of(&broker.controller.decide(|mind, _| created(mind, 1)).await.expect("a topic"));
        let written = broker.partitions.find(old, 0).expect("it is open");
        written.make_folder().expect("a folder");
        let question = move |mind: &Controller, _| {
            let named = DeleteTopicState { name: Some("orders".into()), ..Default::default() };
            let request = DeleteTopicsRequest { topics: vec![named], timeout_ms: 30_000, ..Default::default() };
            let mut records = mind.delete_topics(&request, 6, &|_| true).records;
            let mut after = mind.clone();
            records.iter().for_each(|record| after.replay(record));
            let made = created(&after, seed);
            records.extend(made.records);
            Decision { records, answer: made.answer }
        };
        let new = id_of(&broker.controller.decide(question).await.expect("another topic"));
        assert_ne!(new, old);
        assert!(broker.partitions.find(old, 0).is_none(), "the old one is open");
        let partition = broker.partitions.find(new, 0).unwrap_or_else(|| panic!("{new} after {old} is not open"));
        partition.make_folder().expect("a folder of its own");
    });
}

#[test]
fn a_topic_may_have_the_name_of_one_that_is_deleted_in_the_same_moment() {
    // Ids come by chance: some of these are before the old one's, some after.
    (2..10).for_each(made_anew);
}
