//! Command lines as joptsimple takes them.

use expect_test::{Expect, expect};

use super::{Flag, Flags, flag, maybe_valued, valued};
use crate::{Call, Outcome, testing};

const FLAGS: Flags = Flags(&[
    valued("topic", "topic", "The topic."),
    valued("partition", "id", "A partition.").of("Integer"),
    valued("servers", "server", "Where to connect.").separated_by(','),
    flag("list", "Lists."),
    flag("describe", "Describes."),
    maybe_valued("state", "", "The state.").only_with(&["list", "describe"]),
    valued("time", "", "A time.").of("Long").or("-1"),
]);

const NEEDY: Flags = Flags(&[
    valued("bootstrap-server", "server to connect to", "Where to connect first, of a cluster of many nodes.")
        .required(),
    flag("list", "Lists."),
]);

async fn show(flags: Flags, call: Call) -> Outcome {
    let given = flags.parse(&call)?;
    for Flag { name, .. } in flags.all() {
        if given.has(name) {
            call.streams.out.line(format_args!("{name}={:?}", given.values(name)));
        }
    }
    if !given.others.is_empty() {
        call.streams.out.line(format_args!("others={:?}", given.others));
    }
    Ok(())
}

fn check(line: &str, expected: Expect) {
    expected.assert_eq(&testing::shown(line, "", async |call| show(FLAGS, call).await));
}

#[test]
fn values_come_after_an_equals_sign_or_in_the_next_word() {
    check(
        "--topic a --topic=b -topic c -topic=d=e --topic= f --list=x",
        expect![[r#"
            topic=["a", "b", "c", "d=e", "f"]
            list=[]
        "#]],
    );
    check(
        "--topic --list",
        expect![[r#"
        topic=["--list"]
    "#]],
    );
    check(
        "--servers a,b,,c --servers ,",
        expect![[r#"
        servers=["a", "b", "c", ","]
    "#]],
    );
}

#[test]
fn a_value_that_may_be_left_out_is_taken_unless_it_looks_like_an_option() {
    check(
        "--list --state",
        expect![[r#"
        list=[]
        state=[]
    "#]],
    );
    check(
        "--list --state Stable",
        expect![[r#"
        list=[]
        state=["Stable"]
    "#]],
    );
    check(
        "--state --list - --",
        expect![[r#"
        list=[]
        state=[]
        others=["-"]
    "#]],
    );
}

#[test]
fn two_hyphens_end_the_options() {
    check(
        "a --list -- --topic b",
        expect![[r#"
        list=[]
        others=["a", "--topic", "b"]
    "#]],
    );
}

#[test]
fn wrong_lines_are_refused_in_joptsimples_words() {
    check("--topics a", expect!["failed: topics is not a recognized option\n"]);
    check("--topi=a", expect!["failed: topi is not a recognized option\n"]);
    check("-xyz", expect!["failed: x is not a recognized option\n"]);
    check("--topic", expect!["failed: Option topic requires an argument\n"]);
    check("--state", expect!["failed: Option(s) [state] are unavailable given other options on the command line\n"]);
    let needy = |line| testing::shown(line, "", async |call| show(NEEDY, call).await);
    expect!["failed: Missing required option(s) [bootstrap-server]\n"].assert_eq(&needy("--list"));
    expect![[r#"
        list=[]
        help=[]
    "#]]
    .assert_eq(&needy("--list --help"));
}

#[test]
fn what_many_tools_check() {
    let checks = |line| {
        testing::shown(line, "", async |call| {
            let given = NEEDY.parse(&call)?;
            given.help_or_version("This tool is for tests.")
        })
    };
    expect![[r#"
        ! This tool is for tests.
        ! Option (* = required)                    Description
        ! ---------------------                    -----------
        ! * --bootstrap-server <String: server to  Where to connect first, of a cluster of
        !   connect to>                              many nodes.
        ! --help                                   How the tool is used.
        ! --list                                   Lists.
        ! --version                                Which release of Apache Kafka the tool
        !                                            follows.
        exit 1
    "#]]
    .assert_eq(&checks("--help"));
    expect![[r#"
        4.4.0
        exit 0
    "#]]
    .assert_eq(&checks("--version"));

    let first_line = |line, check: fn(&super::Given) -> Outcome| {
        let shown = testing::shown(line, "", async |call| check(&FLAGS.parse(&call)?));
        shown.lines().next().unwrap_or_default().to_owned()
    };
    expect![[r#"! Missing required argument "[topic]""#]]
        .assert_eq(&first_line("--list", |given| given.require(&["list", "topic"])));
    expect![[r#"! Option "[list]" can't be used with option "[topic]""#]]
        .assert_eq(&first_line("--list --topic a", |given| given.exclude("list", &["describe", "topic"])));
    expect![[r#"! Option combination "[[list], [describe]]" can't be used with option "[topic]" (why)"#]].assert_eq(
        &first_line("--list --topic a --describe", |given| {
            given.exclude_together(&["list", "describe"], &["topic"], " (why)")
        }),
    );
}

#[test]
fn values_are_numbers_when_asked_for() {
    let number = |line| {
        testing::shown(line, "", async |call| {
            let given = FLAGS.parse(&call)?;
            call.streams.out.line(format_args!(
                "{:?} {:?}",
                given.number::<i32>("partition")?,
                given.number::<i64>("time")?
            ));
            Ok(())
        })
    };
    expect!["None Some(-1)\n"].assert_eq(&number("--list"));
    expect!["Some(7) Some(5)\n"].assert_eq(&number("--partition 7 --time 5"));
    expect!["failed: Cannot parse argument '7a' of option partition\n"].assert_eq(&number("--partition 7a"));
    expect!["failed: Found multiple arguments for option partition, but you asked for only one\n"]
        .assert_eq(&number("--partition 7 --partition 8"));
}
