//! The filter that levels make.

use std::sync::Arc;

use expect_test::{Expect, expect};
use kampa_controller::{DELETE, SET, SettingAlteration};
use parking_lot::Mutex;

use super::{LOGGERS, Loggers, ROOT};

/// A first filter, then levels set, or taken away with `!`; each time the filter that becomes of it.
fn check(first: &str, script: &str, expected: Expect) {
    let told = Arc::new(Mutex::new(String::new()));
    let hears = told.clone();
    let loggers = Loggers::new(first, move |filter| hears.lock().push_str(&format!("{filter}\n")));
    for word in script.split_whitespace() {
        let (name, operation, value) = match (word.split_once('='), word.strip_suffix('!')) {
            (Some((name, level)), _) => (name, SET, Some(level.into())),
            (None, name) => (name.expect("name! or name=level"), DELETE, None),
        };
        loggers.alter(&[SettingAlteration { name: name.into(), operation, value }], false).expect(word);
    }
    let told = told.lock().clone();
    expected.assert_eq(&told);
}

#[test]
fn levels_become_a_filter() {
    check(
        "info",
        "root=DEBUG kafka.server=TRACE kampa_broker=WARN kafka.log=FATAL kafka.server!",
        expect![[r#"
        debug
        debug,kampa_broker=trace
        debug,kampa_broker=warn
        debug,kampa_broker=warn,kampa_storage=off
        debug,kampa_storage=off
    "#]],
    );
    check(
        "my_crate[span]=debug,kampa_storage=trace,info",
        "kafka.network=ERROR",
        expect![[r#"
        my_crate[span]=debug,info,kampa_storage=trace,kampa_transport=error
    "#]],
    );
}

#[test]
fn every_logger_has_the_level_of_what_is_around_it() {
    let loggers = Loggers::new("warn,kampa_broker=debug", |_| {});
    let all = loggers.all();
    assert_eq!(all.len(), LOGGERS.len());
    for (name, level) in
        [("root", "WARN"), ("kampa", "WARN"), ("kafka.server.KafkaApis", "DEBUG"), ("kafka.log", "WARN")]
    {
        assert_eq!(all[name], level, "{name}");
    }
    assert!(LOGGERS.iter().all(|(name, part)| (*name == "root") == (*part == ROOT)));
}
