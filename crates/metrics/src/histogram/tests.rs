//! Quantiles of counted times.

use std::time::Duration;

use super::{BUCKETS, Histogram, QUANTILES, WINDOW, bucket, upper};

fn ms(number: u64) -> Duration {
    Duration::from_millis(number)
}

#[test]
fn every_time_falls_into_the_bucket_that_holds_it() {
    for us in (0..100_000).chain([1 << 20, (1 << 30) - 1, 1 << 30, u64::MAX]) {
        let index = bucket(us);
        assert!(index < BUCKETS);
        assert!(us <= upper(index) || index == BUCKETS - 1, "{us}");
        assert!(index == 0 || us > upper(index - 1), "{us}");
        assert!(us < 4 || index == BUCKETS - 1 || upper(index) - us <= us / 4, "{us}");
    }
}

#[test]
fn quantiles_are_near_the_truth_and_forget() {
    let histogram = Histogram::new();
    assert!(histogram.read(Duration::ZERO).quantiles.is_none());
    (1..=1000).for_each(|number| histogram.observe(ms(number)));
    let reading = histogram.read(ms(1));
    assert_eq!((reading.count, reading.sum), (1000, 500_500_000));
    for ((_, per_thousand), took) in QUANTILES.iter().zip(reading.quantiles.expect("something was seen")) {
        assert!(took >= per_thousand * 1000 && took <= per_thousand * 1250, "{took:?}");
    }
    // One window later they still count, another one later they do not; the sums never forget.
    assert!(histogram.read(WINDOW).quantiles.is_some());
    let reading = histogram.read(2 * WINDOW);
    assert_eq!((reading.quantiles, reading.count), (None, 1000));
}
