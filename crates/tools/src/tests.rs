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
