//! Numbers as Kafka's own sensors give them for the same amounts at the same times.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::{METERS_MAX, Meters, Rate, TokenBucket, Window};

const WINDOW: Window = Window { samples: 11, sample_ms: 1000 };

/// `amount@ms` each, against a limit a second.
fn check_rate(limit: f64, uses: &str, expected: Expect) {
    let mut rate = Rate::default();
    let mut told = String::new();
    for word in uses.split_whitespace() {
        let (amount, ms) = word.split_once('@').unwrap();
        let now_ms = ms.parse().unwrap();
        let throttle_ms = rate.charge(WINDOW, limit, amount.parse().unwrap(), now_ms);
        let (per_second, over_ms) = rate.measure(WINDOW, now_ms);
        let _ = writeln!(told, "{word}: {per_second:.1}/s over {over_ms} ms, wait {throttle_ms} ms");
    }
    expected.assert_eq(&told);
}

fn check_bucket(limit: f64, strict: bool, uses: &str, expected: Expect) {
    let mut bucket = TokenBucket::default();
    let mut told = String::new();
    for word in uses.split_whitespace() {
        let (amount, ms) = word.split_once('@').unwrap();
        let (amount, now_ms) = (amount.parse().unwrap(), ms.parse().unwrap());
        let throttle_ms = match strict {
            true => bucket.charge_unless_in_debt(WINDOW, limit, amount, now_ms),
            false => bucket.charge(WINDOW, limit, amount, now_ms),
        };
        let _ = writeln!(told, "{word}: {:.1} tokens left, wait {throttle_ms} ms", bucket.tokens(WINDOW));
    }
    expected.assert_eq(&told);
}

#[test]
fn a_rate_is_over_ten_full_samples_and_one_that_fills() {
    check_rate(
        100.0,
        "1000@0 1@0 500@500 1@1000 1@10500 1@12000 1@30000",
        expect![[r#"
        1000@0: 100.0/s over 10000 ms, wait 0 ms
        1@0: 100.1/s over 10000 ms, wait 10 ms
        500@500: 143.0/s over 10500 ms, wait 4510 ms
        1@1000: 150.2/s over 10000 ms, wait 5020 ms
        1@10500: 143.1/s over 10500 ms, wait 4530 ms
        1@12000: 0.2/s over 10500 ms, wait 0 ms
        1@30000: 0.1/s over 10000 ms, wait 0 ms
    "#]],
    );
}

#[test]
fn a_burst_counts_until_its_sample_has_left_the_window() {
    check_rate(
        100.0,
        "2000@0 0@9999 0@10000 0@10001 0@11000",
        expect![[r#"
        2000@0: 200.0/s over 10000 ms, wait 10000 ms
        0@9999: 181.8/s over 10999 ms, wait 9001 ms
        0@10000: 200.0/s over 10000 ms, wait 10000 ms
        0@10001: 200.0/s over 10001 ms, wait 9999 ms
        0@11000: 0.0/s over 10001 ms, wait 0 ms
    "#]],
    );
}

#[test]
fn what_is_taken_back_does_not_count() {
    check_rate(
        100.0,
        "5000@100 -5000@100 1000@100 1@100",
        expect![[r#"
        5000@100: 500.0/s over 10000 ms, wait 40000 ms
        -5000@100: 0.0/s over 10000 ms, wait 0 ms
        1000@100: 100.0/s over 10000 ms, wait 0 ms
        1@100: 100.1/s over 10000 ms, wait 10 ms
    "#]],
    );
}

#[test]
fn a_bucket_is_full_at_first_and_may_run_into_debt_once() {
    check_bucket(
        2.0,
        true,
        "20@0 10@0 1@0 1@3999 1@4000 1@4000 22@100000 1@100000",
        expect![[r#"
        20@0: 2.0 tokens left, wait 0 ms
        10@0: -8.0 tokens left, wait 0 ms
        1@0: -8.0 tokens left, wait 4000 ms
        1@3999: -0.0 tokens left, wait 1 ms
        1@4000: -1.0 tokens left, wait 0 ms
        1@4000: -1.0 tokens left, wait 500 ms
        22@100000: 0.0 tokens left, wait 0 ms
        1@100000: -1.0 tokens left, wait 0 ms
    "#]],
    );
    check_bucket(
        2.0,
        false,
        "20@0 10@0 1@0 1@8000",
        expect![[r#"
        20@0: 2.0 tokens left, wait 0 ms
        10@0: -8.0 tokens left, wait 4000 ms
        1@0: -9.0 tokens left, wait 4500 ms
        1@8000: 6.0 tokens left, wait 0 ms
    "#]],
    );
}

#[test]
fn idle_meters_are_forgotten_and_their_number_is_bounded() {
    let mut meters: Meters<usize, Rate> = Meters::new(WINDOW);
    for payer in 0..METERS_MAX + 1000 {
        meters.of(&payer, 5000).measure.charge(WINDOW, 1.0, 1.0, 5000);
    }
    assert_eq!(meters.iter(5000).count(), METERS_MAX);
    // A thousand that came too late share one meter.
    assert_eq!(meters.of(&usize::MAX, 5000).measure.measure(WINDOW, 5000).0, 100.0);
    meters.of(&7, 10_000).measure.charge(WINDOW, 1.0, 1.0, 10_000);
    assert_eq!(meters.iter(16_000).map(|(payer, _)| *payer).collect::<Vec<_>>(), [7]);
}
