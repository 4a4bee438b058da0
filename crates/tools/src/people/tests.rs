//! The command line of people's commands.

use clap::{Parser, Subcommand};
use expect_test::{Expect, expect};

use super::Command;

#[derive(Debug, Parser)]
#[command(name = "kampa")]
struct Line {
    #[command(subcommand)]
    command: Command,
}

fn check(line: &str, expected: Expect) {
    let said = match Line::try_parse_from(line.split(' ')) {
        Ok(_) => "understood".to_owned(),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&said);
}

#[test]
fn every_command_hangs_together() {
    Command::augment_subcommands(clap::Command::new("kampa")).debug_assert();
}

#[test]
fn wrong_words_are_answered_with_right_ones() {
    check("kampa topic create orders -p 3 -c retention.ms=1 --server a:1", expect!["understood"]);
    check(
        "kampa topic create orders -c retention.ms",
        expect![[r#"
        error: invalid value 'retention.ms' for '--config <KEY=VALUE>': retention.ms is not KEY=VALUE

        For more information, try '--help'.
    "#]],
    );
    check(
        "kampa topic trim orders --before soon",
        expect![[r#"
        error: invalid value 'soon' for '--before <OFFSET|end>': soon is neither an offset nor `end`

        For more information, try '--help'.
    "#]],
    );
    check(
        "kampa consume orders --tail 5 --from start",
        expect![[r#"
        error: the argument '--tail <COUNT>' cannot be used with '--from <PLACE>'

        Usage: kampa consume --tail <COUNT> <TOPICS>...

        For more information, try '--help'.
    "#]],
    );
    check("kampa group seek g --to -5", expect!["understood"]);
    check(
        "kampa config show topc orders",
        expect![[r#"
        error: invalid value 'topc' for '<KIND>'
          [possible values: topic, broker, group, client-metrics, logger]

          tip: a similar value exists: 'topic'

        For more information, try '--help'.
    "#]],
    );
}
