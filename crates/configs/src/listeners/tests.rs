//! Lists of listeners, right and wrong.

use expect_test::{Expect, expect};

use super::{parse, protocol_map};

fn check(list: &str, expected: Expect) {
    let protocols = protocol_map("PLAINTEXT:PLAINTEXT,SSL:SSL,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT").expect("a map");
    let list: Vec<String> = list.split(',').map(str::to_owned).collect();
    let shown = match parse("listeners", &list, &protocols, false) {
        Ok(listeners) => {
            let show = |listener: &super::Listener| format!("{listener} -> {:?}\n", listener.addresses());
            listeners.iter().map(show).collect()
        }
        Err(sentence) => sentence,
    };
    expected.assert_eq(&shown);
}

#[test]
fn hosts_become_addresses() {
    check(
        "PLAINTEXT://localhost:9092,INSIDE://0.0.0.0:9094,controller://:9093,SSL://[::1]:0",
        expect![[r#"
            PLAINTEXT://localhost:9092 -> Some([127.0.0.1:9092, [::1]:9092])
            INSIDE://0.0.0.0:9094 -> Some([0.0.0.0:9094])
            CONTROLLER://:9093 -> Some([[::]:9093])
            SSL://[::1]:0 -> Some([[::1]:0])
        "#]],
    );
    check(
        "PLAINTEXT://kafka.example.org:9092",
        expect![[r#"
        PLAINTEXT://kafka.example.org:9092 -> None
    "#]],
    );
}

#[test]
fn what_is_no_list_of_listeners_is_refused() {
    check("9092", expect!["Unable to parse a listener name from 9092"]);
    check("FOO://:9092", expect!["No security protocol defined for listener FOO"]);
    check("PLAINTEXT://:99999", expect!["Unable to parse PLAINTEXT://:99999 of listeners: NAME://host:port is wanted"]);
    check("PLAINTEXT://a b:1", expect!["Unable to parse PLAINTEXT://a b:1 of listeners: NAME://host:port is wanted"]);
    check(
        "PLAINTEXT://:9092,PLAINTEXT://:9094",
        expect!["Each listener must have a different name, listeners: [PLAINTEXT://:9092, PLAINTEXT://:9094]"],
    );
    check(
        "PLAINTEXT://:9092,CONTROLLER://:9092",
        expect!["Each listener must have a different port, listeners: [PLAINTEXT://:9092, CONTROLLER://:9092]"],
    );
}

#[test]
fn an_ipv4_and_an_ipv6_listener_may_share_a_port() {
    check(
        "PLAINTEXT://127.0.0.1:9092,INSIDE://[::1]:9092",
        expect![[r#"
            PLAINTEXT://127.0.0.1:9092 -> Some([127.0.0.1:9092])
            INSIDE://[::1]:9092 -> Some([[::1]:9092])
        "#]],
    );
}
