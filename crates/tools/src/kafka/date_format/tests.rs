//! Compared with what Java's SimpleDateFormat shows in UTC.

use super::{check, show};

#[test]
fn the_letters_of_dates_and_times() {
    let at = 1_795_270_947_848;
    assert_eq!(show("yyyy-MM-dd HH:mm:ss:SSS", at), "2026-11-21 14:22:27:848");
    assert_eq!(show("d.M.yy h:m a 'at' z", at), "21.11.26 2:22 PM at z");
    assert_eq!(show("yyyy-MM-dd", -1), "1969-12-31");
    assert_eq!(show("yyyy-MM-dd kk", 951_782_400_000), "2000-02-29 24");
}

#[test]
fn letters_that_java_does_not_know_are_refused() {
    assert_eq!(check("yyyy-MM-dd 'Q' HH:mm:ss:SSS"), Ok(()));
    assert_eq!(check("HH Q"), Err("Illegal pattern character 'Q'".to_owned()));
    assert_eq!(check("HH 'o"), Err("Unterminated quote".to_owned()));
}
