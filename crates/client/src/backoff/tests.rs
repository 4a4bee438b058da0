//! Waits in milliseconds after failure upon failure.

use super::after;

#[test]
fn waits_double_to_the_limit_and_stay_within_a_fifth_of_it() {
    let wait = |failures, chance| after(failures, 100, 1_000, chance).as_millis();
    let least: Vec<u128> = (1..7).map(|failures| wait(failures, 0)).collect();
    assert_eq!(least, [80, 160, 320, 640, 800, 800]);
    let most: Vec<u128> = (1..7)
        .map(|failures| {
            let nanos = [100_u64, 200, 400, 800, 1_000, 1_000][failures as usize - 1] * 1_000_000;
            wait(failures, 2 * (nanos / 5))
        })
        .collect();
    assert_eq!(most, [120, 240, 480, 960, 1_200, 1_200]);
    assert_eq!(wait(u32::MAX, 0), 800);
    assert_eq!(after(1, 0, 0, 7).as_millis(), 0);
}
