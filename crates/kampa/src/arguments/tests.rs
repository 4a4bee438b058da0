//! The command line.

use clap::Parser;
use expect_test::{Expect, expect};

use super::{Arguments, Command, command};

fn help(of: &str) -> String {
    let mut command = command();
    command.build();
    let command = match of {
        "" => &mut command,
        name => command.find_subcommand_mut(name).expect("a command"),
    };
    // Kafka's tools are many and listed elsewhere.
    let text = command.render_help().to_string();
    text.split_inclusive('\n').filter(|line| !line.starts_with("  kafka-")).collect()
}

fn check(of: &str, expected: Expect) {
    expected.assert_eq(&help(of));
}

#[test]
fn help_reads_like_this() {
    command().debug_assert();
    check(
        "",
        expect![[r#"
            Kampa: a complete Apache Kafka in one binary.

            Usage: kampa <COMMAND>

            Commands:
              server       Runs a node: broker and controller in one process; needs no settings
              topic        Topics: list, show, create, grow, trim, delete [alias: topics]
              produce      Sends records, a line each, from the keyboard or a file
              consume      Shows records: those that are there and those that come
              group        Groups of consumers: list, show how far behind they are, seek, delete [alias: groups]
              config       Settings of topics, brokers and groups: show, set, unset
              cluster      The cluster: its nodes, its quorum, its features, its disks
              bench        How fast the cluster takes and gives records: a first look
              doctor       Looks for what may be wrong: can clients reach what is advertised, which settings are
                           risky?
              completions  Prints a script that completes these commands: `source <(kampa completions bash)`

            Options:
              -h, --help     Print help
              -V, --version  Print version

            Kafka's own tools, with Kafka's flags; also by their names where those are links to this binary:

            Start here:
              kampa server           then point any Kafka client at localhost:9092
              kampa server --help    the few arguments it takes
              kampa topic create orders && kampa produce orders 'hello' && kampa consume orders -e
        "#]],
    );
    check(
        "server",
        expect![[r#"
            Runs a node: broker and controller in one process; needs no settings

            Usage: kampa server [OPTIONS]

            Options:
                  --config <FILE>            Kafka's own server.properties
                  --set <KEY=VALUE>          One setting, over the file; may be given often
                  --data-dir <DIR>           Where data lies [default: ./kampa-data]
                  --listen <HOST:PORT>       Where clients connect; the controller takes the next port [default:
                                             localhost:9092]
                  --advertise <HOST[:PORT]>  What clients are told to connect to [default: what --listen says]
                  --http <HOST:PORT|off>     Where /health, /ready and /metrics are served [default:
                                             127.0.0.1:8090]
              -h, --help                     Print help

            Without arguments it is a whole cluster on this machine: clients connect to localhost:9092, data
            lies in ./kampa-data, and
            nothing is formatted first. Every setting of Kafka's server.properties has its own name in --set and
            in the file.

            Examples:
              kampa server
              kampa server --data-dir /var/lib/kampa --set num.partitions=3
              kampa server --listen 0.0.0.0:9092 --advertise kafka.example.org
              kampa server --config server.properties --http off

            SIGTERM and Ctrl-C stop it cleanly; a second Ctrl-C at once. KAMPA_LOG=debug says more.
            Exit codes: 0 stopped as asked, 1 could not go on, 2 wrong arguments or settings, 130 second Ctrl-C.
        "#]],
    );
}

#[test]
fn arguments_become_fields() {
    let arguments = Arguments::parse_from(["kampa", "server", "--set", "a=1", "--set=b=2,3", "--http", "off"]);
    let Command::Server(server) = arguments.command else { panic!("the words are those of a server") };
    assert_eq!((server.set, server.http.as_deref()), (vec!["a=1".to_owned(), "b=2,3".to_owned()], Some("off")));
    assert!(Arguments::try_parse_from(["kampa", "serve"]).is_err());
}

#[test]
fn help_lists_every_tool() {
    let text = command().render_help().to_string();
    for tool in kampa_tools::TOOLS {
        assert!(
            text.lines().any(|line| line.trim().starts_with(tool.name) && line.ends_with(tool.about)),
            "{}",
            tool.name
        );
    }
}

#[test]
fn a_mistyped_tool_is_suggested() {
    let error = command().try_get_matches_from(["kampa", "kafka-storge"]).expect_err("no such command").to_string();
    assert!(error.contains("unrecognized subcommand 'kafka-storge'"), "{error}");
    assert!(error.contains("tip: ") && error.contains("'kafka-storage'"), "{error}");
}
