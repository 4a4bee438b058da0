//! Command lines as argparse4j takes them; what it says of wrong ones was printed by it.

use expect_test::{Expect, expect};

use super::{Command, Kind, Many, option, positional, switch, version};
use crate::testing;

static TOOL: Command = Command {
    name: "kafka-example",
    about: "An example.",
    arguments: &[
        option(&["--bootstrap-server"], "where to connect").in_group(0).called("SERVER"),
        option(&["--bootstrap-controller"], "where controllers are").in_group(0).called("SERVER"),
        version(&["--version"], "the release"),
    ],
    groups: &[true],
    commands: &[
        Command {
            name: "format",
            about: "Formats.",
            arguments: &[
                option(&["--config", "-c"], "the settings").required(),
                option(&["--cluster-id", "-t"], "the id").required(),
                switch(&["--ignore-formatted", "-g"], "fine if it was done"),
                option(&["--add-scram", "-S"], "a user").repeated(),
                option(&["--release-version", "-r"], "the release"),
                option(&["--brokers"], "which").many(Many::Some).of(Kind::Integer),
                option(&["--level"], "how much").of(Kind::OneOf(&["low", "high"])).or("low"),
                switch(&["--standalone", "-s"], "alone").in_group(0),
                switch(&["--no-initial-controllers", "-N"], "none").in_group(0),
            ],
            groups: &[false],
            commands: &[],
            commands_called: "",
        },
        Command {
            name: "find",
            about: "Finds.",
            arguments: &[positional(&["place"], "where"), positional(&["things"], "what").many(Many::Any)],
            groups: &[],
            commands: &[],
            commands_called: "",
        },
        Command { name: "forget", about: "", arguments: &[], groups: &[], commands: &[], commands_called: "" },
    ],
    commands_called: "",
};

fn check(line: &str, expected: Expect) {
    let line = format!("--bootstrap-server a {line}");
    let shown = testing::shown(&line, "", async |call| {
        let parsed = TOOL.parse(&call, 0)?;
        call.streams.out.text(parsed.command);
        parsed
            .values
            .iter()
            .for_each(|(name, values)| call.streams.out.text(format_args!(" {name}={}", values.join(","))));
        call.streams.out.line("");
        Ok(())
    });
    expected.assert_eq(&shown);
}

fn check_sentence(line: &str, expected: Expect) {
    let shown = testing::shown(line, "", async |call| TOOL.parse(&call, 0).map(drop));
    let from = shown.find("kafka-example: error").unwrap_or(0);
    expected.assert_eq(&shown[from..]);
}

#[test]
fn options_long_short_joined_and_cut_short() {
    check(
        "format -c f -t=id",
        expect![[r#"
        format bootstrap-server=a cluster-id=id config=f level=low
    "#]],
    );
    check(
        "form --conf=f -gtid --add-s x -S y --re 1",
        expect![[r#"
        format add-scram=x,y bootstrap-server=a cluster-id=id config=f ignore-formatted=true level=low release-version=1
    "#]],
    );
    check(
        "format -c f -t id --brokers 1 -2 3 --level high",
        expect![[r#"
        format bootstrap-server=a brokers=1,-2,3 cluster-id=id config=f level=high
    "#]],
    );
}

#[test]
fn positional_arguments_by_their_place() {
    check("find here", expect!["find bootstrap-server=a place=here\n"]);
    check("find here a b -- -c", expect!["find bootstrap-server=a place=here things=a,b,-c\n"]);
}

#[test]
fn refusals() {
    check_sentence(
        "--bootstrap-server a",
        expect![[r#"
        kafka-example: error: too few arguments
        exit 1
    "#]],
    );
    check_sentence(
        "forget",
        expect![[r#"
            kafka-example: error: one of  the arguments --bootstrap-server --bootstrap-
            ! controller is required
            exit 1
        "#]],
    );
    check_sentence(
        "--bootstrap-server a --bootstrap-controller b forget",
        expect![[r#"
            kafka-example: error:  argument  --bootstrap-controller:  not  allowed with
            ! argument --bootstrap-server
            exit 1
        "#]],
    );
    check_sentence(
        "formatt",
        expect![[r#"
            kafka-example: error:  invalid  choice:  'formatt'  (choose  from 'format',
            ! 'find', 'forget')
            ! 
            ! Did you mean:
            ! 	format
            exit 1
        "#]],
    );
    check_sentence(
        "fo",
        expect![[r#"
        kafka-example: error: ambiguous command: fo could match forget, format
        exit 1
    "#]],
    );
    check_sentence(
        "format -c f",
        expect![[r#"
            kafka-example: error: one of  the arguments --bootstrap-server --bootstrap-
            ! controller is required
            exit 1
        "#]],
    );
    check_sentence(
        "format -c",
        expect![[r#"
        kafka-example: error: argument --config/-c: expected one argument
        exit 1
    "#]],
    );
    check_sentence(
        "format --brokers 1 x",
        expect![[r#"
        kafka-example: error: argument --brokers: could  not convert 'x' to Integer
        ! (For input string: "x")
        exit 1
    "#]],
    );
    check_sentence(
        "format --level most",
        expect![[r#"
            kafka-example: error:  argument  --level:  invalid  choice:  'most' (choose
            ! from {low,high})
            exit 1
        "#]],
    );
    check_sentence(
        "format --standalone -N",
        expect![[r#"
            kafka-example: error:  argument  --no-initial-controllers/-N:  not  allowed
            ! with argument --standalone/-s
            exit 1
        "#]],
    );
    check_sentence(
        "format --confik",
        expect![[r#"
        kafka-example: error: unrecognized arguments: '--confik'
        ! 
        ! Did you mean:
        ! 	--config
        exit 1
    "#]],
    );
    check_sentence(
        "forget it",
        expect![[r#"
        kafka-example: error: unrecognized arguments: 'it'
        exit 1
    "#]],
    );
}

#[test]
fn help_of_the_tool_and_of_a_command() {
    let shown = |line| testing::shown(line, "", async |call| TOOL.parse(&call, 0).map(drop));
    expect![[r#"
        usage: kafka-example [-h] [--version] (--bootstrap-server SERVER |
                             --bootstrap-controller SERVER) {format,find,forget}
                             ...

        An example.

        positional arguments:
          {format,find,forget}
            format               Formats.
            find                 Finds.

        optional arguments:
          -h, --help             shows this and ends
          --bootstrap-server SERVER
                                 where to connect
          --bootstrap-controller SERVER
                                 where controllers are
          --version              the release
        exit 0
    "#]]
    .assert_eq(&shown("-h"));
    expect![[r#"
        usage: kafka-example (--bootstrap-server SERVER |
                             --bootstrap-controller SERVER) format [-h]
                             --config CONFIG --cluster-id CLUSTER_ID
                             [--ignore-formatted] [--add-scram ADD_SCRAM]
                             [--release-version RELEASE_VERSION]
                             [--brokers BROKERS [BROKERS ...]] [--level {low,high}]
                             [--standalone | --no-initial-controllers]

        Formats.

        optional arguments:
          -h, --help             shows this and ends
          --config CONFIG, -c CONFIG
                                 the settings
          --cluster-id CLUSTER_ID, -t CLUSTER_ID
                                 the id
          --ignore-formatted, -g
                                 fine if it was done
          --add-scram ADD_SCRAM, -S ADD_SCRAM
                                 a user
          --release-version RELEASE_VERSION, -r RELEASE_VERSION
                                 the release
          --brokers BROKERS [BROKERS ...]
                                 which
          --level {low,high}     how much (default: low)
          --standalone, -s       alone
          --no-initial-controllers, -N
                                 none
        exit 0
    "#]]
    .assert_eq(&shown("format --help"));
}
