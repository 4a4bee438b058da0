//! What counts as different.

use expect_test::{Expect, expect};

use super::super::normal::tests::names;
use super::*;

fn said(out: &str) -> Said {
    Said { code: 0, out: out.into(), err: String::new() }
}

fn pair(apache: &str, ours: &str) -> Pair {
    Pair { apache: said(apache), ours: said(ours), names: names() }
}

fn check(case: Case, kafka: Pair, kampa: Pair, wanted: Expect) {
    let judged = Judged::of(&case, Some(kafka), Some(kampa));
    wanted.assert_eq(&format!("{:?}\n{:?}\n{:?}\n", judged.on_kafka, judged.on_kampa, judged.nodes));
}

#[test]
fn tools_are_held_against_each_other_and_nodes_too() {
    check(
        Case::default(),
        pair("a\nb", "a\nc"),
        pair("x", "x"),
        expect![[r#"
            Some(Bad("  out Apache's: b\n  out ours:     c\n"))
            Some(Equal)
            Some(Bad("  out Apache's on Kafka: a\n  out Apache's on Kafka: b\n  out Apache's on Kampa: x\n"))
        "#]],
    );
}

#[test]
fn a_reason_is_good_for_what_differs_only() {
    let case = Case { expected: Expected::Differs("ours is newer".into()), ..Case::default() };
    check(
        case,
        pair("4.3", "4.4"),
        pair("4.3", "4.3"),
        expect![[r#"
            Some(Meant)
            Some(Bad("  no longer differs (ours is newer)\n"))
            None
        "#]],
    );
    let case = Case { nodes_differ: Some("another node".into()), ..Case::default() };
    check(
        case,
        pair("4.3", "4.3"),
        pair("4.3", "4.3"),
        expect![[r#"
            Some(Equal)
            Some(Equal)
            Some(Bad("  no longer differs (another node)\n"))
        "#]],
    );
}

#[test]
fn what_has_no_order_is_compared_without_it() {
    let order = |order| Case { order, ..Case::default() };
    check(
        order(Order::NoneOfWords),
        pair("one of: [a], [b]", "one of: [b], [a]"),
        pair("a\nb", "b\na"),
        expect![[r#"
            Some(Equal)
            Some(Bad("  the same lines in another order or number\n"))
            Some(Bad("  out Apache's on Kafka: a b of: one\n  out Apache's on Kampa: a\n  out Apache's on Kampa: b\n"))
        "#]],
    );
    check(
        order(Order::NoneOfLines),
        pair("a\nb", "b\na"),
        pair("a\nb", "b\na\na"),
        expect![[r#"
            Some(Equal)
            Some(Bad("  the same lines in another order or number\n"))
            Some(Equal)
        "#]],
    );
}
