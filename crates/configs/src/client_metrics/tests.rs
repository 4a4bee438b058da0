//! Subscriptions: what they may say, and whom they mean.

use expect_test::{Expect, expect};

use super::{ClientTold, InvalidSubscription, Subscription};

fn read(own: &str) -> Result<Subscription, InvalidSubscription> {
    let pairs: Vec<(&str, &str)> = own.lines().map(|line| line.split_once('=').expect("key=value")).collect();
    Subscription::read(pairs)
}

fn check(own: &str, expected: Expect) {
    let shown = match read(own) {
        Ok(it) => format!("{} every {} ms, {} patterns", it.metrics.join(" "), it.interval_ms, it.patterns.len()),
        Err(InvalidSubscription::Request(sentence)) => format!("INVALID_REQUEST {sentence}"),
        Err(InvalidSubscription::Config(refusal)) => format!("INVALID_CONFIG {refusal}"),
    };
    expected.assert_eq(&shown);
}

#[test]
fn what_a_subscription_says() {
    check("metrics=a.b, c.d", expect!["a.b c.d every 300000 ms, 0 patterns"]);
    check(
        "metrics=*\ninterval.ms=100\nmatch=client_id=a.*,client_source_port=1",
        expect!["* every 100 ms, 2 patterns"],
    );
    check("match=client_id=a,client_id = b", expect![" every 300000 ms, 1 patterns"]);
    check("metrics=,", expect!["INVALID_CONFIG Configuration 'metrics' values must not be empty."]);
    check("metrics=\nnosuch=1", expect!["INVALID_REQUEST Unknown client metrics configuration: nosuch"]);
    check(
        "interval.ms=99",
        expect!["INVALID_REQUEST Invalid value 99 for interval.ms, interval must be between 100 and 3600000 (1 hour)"],
    );
    check(
        "interval.ms=x",
        expect!["INVALID_CONFIG Invalid value x for configuration interval.ms: Not a number of type INT"],
    );
    for pair in ["foo", "foo=bar", "client_id=", "client_id=[", "client_id=a=b", "client_id=a)|(b", "=a"] {
        let refused = format!("INVALID_CONFIG Illegal client matching pattern: {pair}");
        let shown = read(&format!("match={pair}")).map_err(|it| format!("INVALID_CONFIG {it}")).unwrap_err();
        assert_eq!(shown, refused);
    }
}

#[test]
fn patterns_that_would_explode_do_not() {
    let nested = format!("match=client_id={}", "(a{1000}){1000}");
    assert!(read(&nested).is_err());
    let slow = read("match=client_id=(a*)*b").expect("a pattern");
    let told = ClientTold { id: Some("a".repeat(100_000)), ..ClientTold::default() };
    assert!(!slow.matches(&told));
}

#[test]
fn a_pattern_fits_the_whole_of_what_a_client_tells() {
    let told = ClientTold {
        instance_id: "id".to_owned(),
        id: Some("app-1".to_owned()),
        software_name: Some("apache-kafka-java".to_owned()),
        software_version: None,
        source_address: "127.0.0.1".to_owned(),
        source_port: 5000,
    };
    for (pairs, fits) in [
        ("client_id=app-.", true),
        ("client_id=app", false),
        ("client_id=x|app-1", true),
        ("client_id=app-1,client_software_name=apache.*,client_source_port=5\\d+", true),
        ("client_id=app-1,client_software_name=librdkafka", false),
        ("client_software_version=.*", false),
        ("client_source_address=127[.].*,client_instance_id=id", true),
    ] {
        assert_eq!(read(&format!("match={pairs}")).expect(pairs).matches(&told), fits, "{pairs}");
    }
}
