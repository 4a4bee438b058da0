//! What is said when a node starts, and when it cannot.

use expect_test::expect;
use kampa_configs::{BrokerConfig, Given, Origin};

use super::exposed;

#[test]
fn a_listener_beyond_this_machine_says_what_clients_will_be_told() {
    let mut given = Given::default();
    assert_eq!(exposed(&BrokerConfig::resolve(&given).config.expect("a node that starts")), Vec::<String>::new());
    given.insert("listeners", "PLAINTEXT://10.0.0.1:9092,CONTROLLER://localhost:9093", Origin::Set);
    given.insert("advertised.listeners", "PLAINTEXT://kafka.example.org:9092", Origin::Set);
    let warnings = exposed(&BrokerConfig::resolve(&given).config.expect("a node that starts"));
    expect!["listener PLAINTEXT://10.0.0.1:9092 is open to other machines, unencrypted and without passwords; clients will be told to connect to kafka.example.org:9092"].assert_eq(&warnings.join("\n"));
    given.insert("listeners", "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093", Origin::Set);
    let warnings = exposed(&BrokerConfig::resolve(&given).config.expect("a node that starts"));
    expect!["clients will be told to connect to kafka.example.org:9092, but PLAINTEXT://localhost:9092 is reached from this machine only; --listen opens it"].assert_eq(&warnings.join("\n"));
}
