//! What is meant is let through, what is stale is told.

use super::{parse, sort_out};
use crate::compat::observation::Difference;

fn difference(step: &str, place: &str) -> Difference {
    Difference { step: step.into(), place: place.into(), ours: "1".into(), theirs: "2".into() }
}

#[test]
fn meant_wrong_and_stale() {
    let intended =
        parse("# why\n\njava\tconfigs\t.a\tour default\njava\tconfigs\t.b\tours\nkafkajs\tx\t\tours\n").unwrap();
    let sorted = sort_out("java", vec![difference("configs", ".a"), difference("configs", ".c")], &intended);
    assert_eq!(sorted.wrong, [difference("configs", ".c")]);
    assert_eq!(sorted.meant, [(difference("configs", ".a"), "our default".into())]);
    assert_eq!(sorted.stale, ["java: configs at .b"]);
}

#[test]
fn a_line_without_a_reason_is_refused() {
    for text in ["java\tconfigs\t.a", "java\tconfigs\t.a\t"] {
        assert!(parse(text).is_err(), "{text}");
    }
}
