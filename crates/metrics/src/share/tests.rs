//! Shares of time, looked at now and then.

use std::time::Duration;

use super::Share;

#[test]
fn the_share_forgets_what_is_long_past() {
    let share = Share::default();
    let at = |now, busy| share.of(Duration::from_secs(busy), Duration::from_secs(now));
    let seen = [at(0, 0), at(10, 5), at(40, 20), at(80, 20), at(120, 20), at(160, 60)];
    assert_eq!(seen, [0.0, 0.5, 0.5, 0.0, 0.0, 1.0]);
}
