//! What groups may say of themselves.

use expect_test::{Expect, expect};

use super::{BOUNDS, check_group};
use crate::describe::Layers;
use crate::given::Given;
use crate::setting::Scope;
use crate::table;

/// A group's settings, with spaces between.
fn check(own: &str, expected: Expect) {
    check_on("", own, expected);
}

fn check_on(file: &str, own: &str, expected: Expect) {
    let given = Given::from_file(file).expect("a file");
    let pairs: Vec<(&str, &str)> = own.split(' ').map(|pair| pair.split_once('=').expect("key=value")).collect();
    let shown = match check_group(&Layers::of(&given), pairs) {
        Ok(()) => "ok".to_owned(),
        Err(refusal) => refusal.to_string(),
    };
    expected.assert_eq(&shown);
}

#[test]
fn every_bound_is_a_setting() {
    for bounds in BOUNDS {
        assert!(table::find(Scope::Group, bounds.key).is_some(), "{}", bounds.key);
        for key in bounds.least.iter().chain(&bounds.most) {
            assert!(table::find(Scope::Broker, key).is_some(), "{key}");
        }
    }
}

#[test]
fn numbers_lie_within_their_brokers_bounds() {
    check("consumer.session.timeout.ms=45000 consumer.heartbeat.interval.ms=15000", expect!["ok"]);
    check(
        "consumer.session.timeout.ms=5",
        expect!["consumer.session.timeout.ms must be in the range 45000 to 60000 inclusive."],
    );
    check(
        "consumer.session.timeout.ms=0",
        expect!["Invalid value 0 for configuration consumer.session.timeout.ms: Value must be at least 1"],
    );
    check("streams.num.standby.replicas=3", expect!["streams.num.standby.replicas must be less than or equal to 2"]);
    check(
        "streams.task.offset.interval.ms=1",
        expect!["streams.task.offset.interval.ms must be greater than or equal to 15000"],
    );
    check(
        "share.delivery.count.limit=11",
        expect!["share.delivery.count.limit must be in the range 2 to 10 inclusive."],
    );
    check_on("group.share.max.delivery.count.limit=20", "share.delivery.count.limit=11", expect!["ok"]);
    check_on(
        "group.consumer.min.session.timeout.ms=1",
        "consumer.session.timeout.ms=5000",
        expect!["consumer.session.timeout.ms must be greater than consumer.heartbeat.interval.ms"],
    );
}

#[test]
fn names_and_words() {
    check("nosuch=1 consumer.session.timeout.ms=x", expect!["Unknown group config name: nosuch"]);
    check("streams.assignor.name=sticky", expect!["ok"]);
    check(
        "streams.assignor.name=foo",
        expect!["streams.assignor.name 'foo' is not a registered task assignor. Registered assignors are: [sticky]."],
    );
    check("streams.rack.aware.assignment.tags=a,b", expect!["ok"]);
    for twice in ["a,a", ","] {
        check(
            &format!("streams.rack.aware.assignment.tags={twice}"),
            expect!["streams.rack.aware.assignment.tags must not contain duplicate tag keys."],
        );
    }
    check("errors.deadletterqueue.topic.name=dlq", expect!["ok"]);
    check(
        "errors.deadletterqueue.topic.name=__dlq",
        expect!["errors.deadletterqueue.topic.name: DLQ topic name must not start with '__'"],
    );
    check("share.auto.offset.reset=by_duration:PT1H", expect!["ok"]);
}
