//! The client against a node of ours on the simulated world, over a network that cuts and delays.

use std::time::Duration;

use kampa_broker::Node;
use kampa_configs::{BrokerConfig, Given, Origin};
use kampa_protocol::ApiKey;
use kampa_protocol::messages::{CreateTopicsRequest, ListGroupsRequest, create_topics::CreatableTopic};
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};

use crate::{Client, CoordinatorKind, Error, Settings, To, Topics};

/// A node on host `node`, listening on 9092, and a client of it on another host.
pub(crate) async fn node_and_client(simulation: &Simulation, settings: Settings) -> (Node, Client) {
    let node = start_node(&simulation.process("node"), "").await;
    let client = Client::on(simulation.process("client"), settings).expect("settings that can be");
    (node, client)
}

/// `settings` are `key=value` words over small numbers that keep tests quick.
pub(crate) async fn start_node(world: &World, settings: &str) -> Node {
    let mut given = Given::default();
    let base =
        "log.dirs=/data listeners=PLAINTEXT://:9092,CONTROLLER://:9093 advertised.listeners=PLAINTEXT://node:9092
        offsets.topic.num.partitions=1 group.initial.rebalance.delay.ms=0";
    for (key, value) in
        base.split_whitespace().chain(settings.split_whitespace()).filter_map(|word| word.split_once('='))
    {
        given.insert(key, value, Origin::Set);
    }
    let outcome = BrokerConfig::resolve(&given);
    let config = outcome.config.unwrap_or_else(|| panic!("{:?}", outcome.findings));
    Node::start(world, given, config, kampa_broker::Loggers::default()).await.expect("the node starts")
}

pub(crate) async fn create_topic(client: &Client, name: &str, partitions: i32) {
    let topic =
        CreatableTopic { name: name.into(), num_partitions: partitions, replication_factor: 1, ..Default::default() };
    let request = CreateTopicsRequest { topics: vec![topic], timeout_ms: 10_000, ..Default::default() };
    let answer = client.call(To::Controller, request).await.expect("an answer");
    let code = answer.topics[0].error_code;
    // Made by an earlier attempt whose answer was lost.
    assert!(code == 0 || code == 36, "topic {name}: {code}");
}

#[test]
fn finds_nodes_leaders_controllers_and_coordinators_on_a_bad_network() {
    for seed in 0..10 {
        let simulation = Simulation::new(seed, Faults::rough());
        simulation.run(async {
            let (_node, client) = node_and_client(&simulation, Settings::bootstrap("nowhere:1,node:9092")).await;
            create_topic(&client, "orders", 3).await;
            let view = client.metadata(Topics::Named(&["orders", "absent"])).await.unwrap();
            assert_eq!(view.nodes.len(), 1);
            assert_eq!(view.topics["orders"].partitions.len(), 3);
            assert_eq!(view.topics["absent"].error.name(), "UNKNOWN_TOPIC_OR_PARTITION");
            for to in [
                To::Any,
                To::Node(view.partition("orders", 2).unwrap().leader.unwrap()),
                To::Leader { topic: "orders", partition: 1 },
                To::Coordinator(CoordinatorKind::Group, "g"),
                To::Bootstrap("node:9092"),
            ] {
                let answer = client.call(to, ListGroupsRequest::default()).await;
                assert_eq!(answer.map(|groups| groups.error_code), Ok(0), "seed {seed}, {to:?}");
            }
            client.close().await;
            assert_eq!(client.call(To::Any, ListGroupsRequest::default()).await, Err(Error::Closed));
        });
    }
}

#[test]
fn what_cannot_be_reached_is_said_by_name() {
    let simulation = Simulation::new(1, Faults::none());
    let client = Client::on(
        simulation.process("client"),
        Settings { api_timeout_ms: 2_000, ..Settings::bootstrap("nowhere:1,elsewhere:2") },
    );
    let told = simulation.run(async { client.unwrap().metadata(Topics::All).await.unwrap_err().to_string() });
    assert!(told.starts_with("none of nowhere:1,elsewhere:2 answered within "), "{told}");
}

#[test]
fn a_node_that_restarts_is_found_again_and_one_that_is_gone_is_given_up() {
    let simulation = Simulation::new(3, Faults::none());
    simulation.run(async {
        let settings = Settings { api_timeout_ms: 20_000, ..Settings::bootstrap("node:9092") };
        let (node, client) = node_and_client(&simulation, settings).await;
        let id = *client.metadata(Topics::None).await.unwrap().nodes.keys().next().unwrap();
        drop(node);
        simulation.kill("node");
        let asker = client.clone();
        let asked = client.world().spawn("asker", async move {
            asker.call(To::Node(id), ListGroupsRequest::default()).await.map(|groups| groups.error_code)
        });
        client.world().sleep(Duration::from_secs(5)).await;
        let node = start_node(&simulation.process("node"), "").await;
        assert_eq!(asked.await, Ok(Ok(0)));
        drop(node);
        simulation.kill("node");
        let error = client.call(To::Node(id), ListGroupsRequest::default()).await.unwrap_err();
        assert!(matches!(error, Error::TimedOut { .. }), "{error}");
        assert!(error.is_retriable());
    });
}

#[test]
fn a_node_tells_what_it_serves() {
    let simulation = Simulation::new(1, Faults::none());
    simulation.run(async {
        let (_node, client) = node_and_client(&simulation, Settings::bootstrap("node:9092")).await;
        let versions = client.versions_at("node:9092").await.unwrap();
        assert_eq!(versions.range(ApiKey::Metadata), Some(0..=13));
        assert_eq!(versions.range(ApiKey::Vote), None);
        assert!(versions.finalized_features.contains_key("metadata.version"));
    });
}

#[test]
fn a_silent_peer_is_given_up_by_name() {
    let simulation = Simulation::new(1, Faults::none());
    let peer = simulation.process("silent");
    let settings = Settings { request_timeout_ms: 500, api_timeout_ms: 5_000, ..Settings::bootstrap("silent:9092") };
    let client = Client::on(simulation.process("client"), settings).unwrap();
    let told = simulation.run(async {
        let listener = peer.net().listen("0.0.0.0:9092".parse().unwrap(), Default::default()).await.unwrap();
        peer.spawn("listener", async move {
            let mut held = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                held.push(stream);
            }
        });
        client.metadata(Topics::None).await.unwrap_err().to_string()
    });
    assert!(told.ends_with("ApiVersions version 5 at silent:9092 was not done within 500 ms"), "{told}");
}
