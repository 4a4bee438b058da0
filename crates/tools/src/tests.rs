//! The table of tools.

use std::collections::BTreeSet;

use super::{Call, Stop, TOOLS, Tool, find, testing};

#[test]
fn every_tool_is_listed_once_under_kafkas_name() {
    let names: BTreeSet<&str> = TOOLS.iter().map(|tool| tool.name).collect();
    assert_eq!(names.len(), TOOLS.len());
    for tool in TOOLS {
        assert!(tool.name.starts_with("kafka-") && !tool.about.ends_with('.'), "{}: {}", tool.name, tool.about);
        assert!(std::ptr::eq(find(&format!("{}.sh", tool.name)).expect("the script's name"), tool));
    }
    assert!(find("kafka").is_none() && find("").is_none() && find(".sh").is_none());
}

#[test]
fn a_failure_is_said_on_stderr_and_counts_as_one() {
    async fn run(call: Call) -> super::Outcome {
        call.streams.out.line("said before");
        Err(Stop::failed("no such thing"))
    }
    let tool = Tool { name: "kafka-test", about: "", run: |call| Box::pin(run(call)) };
    let (streams, out, err) = testing::streams("");
    let code = kampa_world::World::run(1, |world| tool.run(Call { world, arguments: Vec::new(), streams }));
    assert_eq!(code.expect("a runtime"), 1);
    assert_eq!((out.text().as_str(), err.text().as_str()), ("said before\n", "no such thing\n"));
}

#[test]
fn every_flag_of_these_is_held_against_apaches_tool() {
    let left_out = include_str!("../../../docs/tools.md").split("## Flags left out").nth(1).expect("a list of flags");
    let mut without = Vec::new();
    for (name, lines) in HELD {
        let usage = testing::shown("--help", "", find(name).expect("a tool").run);
        let rows =
            usage.lines().filter_map(|row| row.trim_start_matches("! ").trim_start_matches("* ").strip_prefix("--"));
        let flags: Vec<&str> = rows
            .filter(|row| row.starts_with(|letter: char| letter.is_ascii_lowercase()))
            .filter_map(|row| row.split_whitespace().next())
            .collect();
        assert!(flags.contains(&"help") && flags.len() > 5, "{name}: {usage}");
        for flag in flags {
            let mut words = lines
                .lines()
                .filter(|line| line.starts_with(&format!("{name} ")))
                .flat_map(|line| line.split([' ', '=']));
            let is_left_out =
                left_out.lines().any(|row| row.contains(&format!("`{name}`")) && row.contains(&format!("`--{flag}`")));
            if !is_left_out && !words.any(|word| word.strip_prefix("--") == Some(flag)) {
                without.push(format!("{name} --{flag}"));
            }
        }
    }
    assert!(without.is_empty(), "in no line of compat/tools, nor left out by docs/tools.md: {}", without.join(", "));
}

/// The tools that scripts use most, and their command lines.
const HELD: [(&str, &str); 5] = [
    ("kafka-topics", include_str!("../../../compat/tools/kafka-topics.txt")),
    ("kafka-configs", include_str!("../../../compat/tools/kafka-configs.txt")),
    ("kafka-consumer-groups", include_str!("../../../compat/tools/kafka-consumer-groups.txt")),
    ("kafka-get-offsets", include_str!("../../../compat/tools/kafka-get-offsets.txt")),
    ("kafka-dump-log", include_str!("../../../compat/tools/kafka-dump-log.txt")),
];
