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
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../compat/tools");
    let files =
        std::fs::read_dir(folder).expect("the folder of command lines").map(|entry| entry.expect("a file").path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "txt"));
    let lines: String = files.map(|path| std::fs::read_to_string(path).expect("command lines")).collect();
    let left_out = include_str!("../../../docs/tools.md").split("## Flags left out").nth(1).expect("a list of flags");
    let mut without = Vec::new();
    for name in ["kafka-topics", "kafka-configs", "kafka-consumer-groups", "kafka-get-offsets", "kafka-dump-log"] {
        let tool = find(name).expect("a tool");
        let usage = testing::shown("--help", "", tool.run);
        let mut flags: Vec<&str> = usage
            .lines()
            .filter_map(|line| line.trim_start_matches("! ").trim_start_matches("* ").strip_prefix("--"))
            .collect();
        flags.retain(|flag| flag.starts_with(|letter: char| letter.is_ascii_lowercase()));
        assert!(flags.len() > 5, "{name}: {usage}");
        for flag in flags.iter().filter_map(|flag| flag.split_whitespace().next()) {
            let mut words = lines
                .lines()
                .filter(|line| line.split(' ').next() == Some(name))
                .flat_map(|line| line.split([' ', '=']));
            let is_left_out =
                left_out.lines().any(|row| row.contains(&format!("`{name}`")) && row.contains(&format!("`--{flag}`")));
            if !is_left_out && !words.any(|word| word.strip_prefix("--") == Some(flag)) {
                without.push(format!("{name} --{flag}"));
            }
        }
    }
    assert!(
        without.is_empty(),
        "no line of compat/tools uses, and docs/tools.md does not leave out: {}",
        without.join(", ")
    );
}
