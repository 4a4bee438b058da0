//! What the cleaner makes of topics, in scripts; and the rate, by itself.

use expect_test::expect;

use super::*;
use crate::testing;

const QUICK: &str = "log.cleaner.backoff.ms=1000 log.initial.task.delay.ms=0 log.retention.check.interval.ms=1000";

#[test]
fn a_dirty_topic_is_compacted_and_comes_back_so() {
    testing::check(
        QUICK,
        "create table 1 cleanup.policy=compact internal.segment.bytes=150
         produce table/0 a1*5 key=a
         produce table/0 b1*5 key=b
         produce table/0 a2*5 key=a
         produce table/0 c1*5 key=c
         fetch table/0@0
         sleep 3000
         fetch table/0@0
         fetch table/0@2
         metric kafka_log_logcleanermanager_max_dirty_percent
         restart
         sleep 3000
         fetch table/0@0
         power-cut
         fetch table/0@0
         list-offsets table/0@-1
         produce table/0 b2*5 key=b",
        expect![[r#"
            ok
            table/0: base=0
            table/0: base=1
            table/0: base=2
            table/0: base=3
            table/0: hw=4 0:a1a1a1a1a1 1:b1b1b1b1b1 2:a2a2a2a2a2 3:c1c1c1c1c1
            table/0: hw=4 1:b1b1b1b1b1 2:a2a2a2a2a2 3:c1c1c1c1c1
            table/0: hw=4 2:a2a2a2a2a2 3:c1c1c1c1c1
            kafka_log_logcleanermanager_max_dirty_percent 0
            table/0: hw=4 1:b1b1b1b1b1 2:a2a2a2a2a2 3:c1c1c1c1c1
            table/0: hw=4 1:b1b1b1b1b1 2:a2a2a2a2a2 3:c1c1c1c1c1
            table/0: 4 at -1
            table/0: base=4
        "#]],
    );
}

#[test]
fn a_topic_is_left_alone_while_little_is_dirty_or_too_young() {
    testing::check(
        QUICK,
        "create old 1 cleanup.policy=compact internal.segment.bytes=150 min.compaction.lag.ms=60000
         create clean 1 cleanup.policy=compact internal.segment.bytes=150 min.cleanable.dirty.ratio=1
         produce old/0,clean/0 a1*5 key=a
         produce old/0,clean/0 a2*5 key=a
         produce old/0,clean/0 a3*5 key=a
         sleep 3000
         fetch old/0@0 clean/0@0
         alter topic:clean min.cleanable.dirty.ratio=0.5
         alter topic:old min.compaction.lag.ms=0
         sleep 3000
         fetch old/0@0 clean/0@0",
        expect![[r#"
            ok
            ok
            old/0: base=0, clean/0: base=0
            old/0: base=1, clean/0: base=1
            old/0: base=2, clean/0: base=2
            old/0: hw=3 0:a1a1a1a1a1 1:a2a2a2a2a2 2:a3a3a3a3a3, clean/0: hw=3 0:a1a1a1a1a1 1:a2a2a2a2a2 2:a3a3a3a3a3
            ok
            ok
            old/0: hw=3 1:a2a2a2a2a2 2:a3a3a3a3a3, clean/0: hw=3 1:a2a2a2a2a2 2:a3a3a3a3a3
        "#]],
    );
}

#[test]
fn compacted_and_deleted_at_once() {
    testing::check(
        QUICK,
        "create both 1 cleanup.policy=compact,delete internal.segment.bytes=150 retention.ms=60000
         produce both/0 a1*5 key=a
         produce both/0 a2*5 key=a
         produce both/0 a3*5 key=a
         sleep 3000
         fetch both/0@0
         sleep 90000
         fetch both/0@3
         list-offsets both/0@-2
         produce both/0 a4*5 key=a",
        expect![[r#"
            ok
            both/0: base=0
            both/0: base=1
            both/0: base=2
            both/0: hw=3 1:a2a2a2a2a2 2:a3a3a3a3a3
            both/0: hw=3 start=3
            both/0: 3 at -1
            both/0: base=3
        "#]],
    );
}

#[test]
fn committed_offsets_survive_the_compaction_of_their_topic() {
    testing::check(
        &format!("{QUICK} offsets.topic.segment.bytes=1048576"),
        "find-coordinator g
         alter topic:__consumer_offsets internal.segment.bytes=300 min.cleanable.dirty.ratio=0.01
         create orders 3
         commit v2 g - -1 orders/0=1 orders/1=1
         commit v2 g - -1 orders/0=2
         commit v2 g - -1 orders/0=3
         commit v2 g - -1 orders/0=4
         log-dirs __consumer_offsets/0
         sleep 3000
         log-dirs __consumer_offsets/0
         restart
         offsets v9 g orders/0 orders/1
         sleep 3000
         power-cut
         sleep 1000
         offsets v9 g orders/0 orders/1
         log-dirs __consumer_offsets/0",
        expect![[r#"
            g: node 0 at node:9092
            ok
            ok
            orders/0: ok, orders/1: ok
            orders/0: ok
            orders/0: ok
            orders/0: ok
            ok, /data ok some of it used, __consumer_offsets/0 579 bytes lag 0
            ok, /data ok some of it used, __consumer_offsets/0 384 bytes lag 0
            orders/0: 4, orders/1: 1
            orders/0: 4, orders/1: 1
            ok, /data ok some of it used, __consumer_offsets/0 384 bytes lag 0
        "#]],
    );
}

fn check(rate: f64, payments: &[(u64, u64)], want: &[u64]) {
    let mut throttle = Throttle::default();
    let waits = payments.iter().map(|(at_ms, bytes)| {
        let wait = throttle.pay(Monotonic::from_millis(*at_ms), *bytes, rate);
        wait.as_millis() as u64
    });
    assert_eq!(waits.collect::<Vec<_>>(), want);
}

#[test]
fn bytes_pass_no_faster_than_the_rate() {
    check(1000.0, &[(0, 500), (500, 500), (1000, 100)], &[500, 500, 100]);
    // Two that pay at once wait one after the other; a pause is not saved up.
    check(1000.0, &[(0, 500), (0, 500), (10_000, 500)], &[500, 1000, 500]);
    check(f64::MAX, &[(0, 1 << 40), (0, 1 << 40)], &[0, 0]);
    // A rate that lets nothing pass is looked at again after a while.
    check(0.0, &[(0, 1)], &[60_000]);
    check(f64::NAN, &[(0, 1)], &[60_000]);
}
