//! Compared with what Java's SimpleDateFormat shows in UTC.

use super::show;

#[test]
fn the_letters_of_dates_and_times() {
    let at = 1_795_270_947_848;
    assert_eq!(show("yyyy-MM-dd HH:mm:ss:SSS", at), "2026-11-21 14:22:27:848");
    assert_eq!(show("d.M.yy h:m a 'at' z", at), "21.11.26 2:22 PM at z");
    assert_eq!(show("yyyy-MM-dd", -1), "1969-12-31");
    assert_eq!(show("yyyy-MM-dd kk", 951_782_400_000), "2000-02-29 24");
}
