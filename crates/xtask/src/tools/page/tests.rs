//! The page, of a run of three command lines.

use expect_test::expect;

use super::super::cases::Case;
use super::*;

#[test]
fn a_row_for_each_tool_and_a_reason_for_what_differs() {
    let judged = |line: &str, on_kafka: Verdict, on_kampa: Option<Verdict>| Judged {
        case: Case { line: line.into(), ..Case::default() },
        on_kafka: Some(on_kafka),
        on_kampa: on_kampa.clone(),
        nodes: on_kampa,
    };
    let mut meant = judged("kafka-topics --topic 'a|b'", Verdict::Meant, Some(Verdict::Equal));
    meant.case.expected = Expected::Differs("its version".into());
    let mut elsewhere = judged("kafka-dump-log --files x", Verdict::Equal, None);
    elsewhere.case.only_on_kafka = Some("no transactions yet".into());
    let bad = judged("kafka-topics --list", Verdict::Bad("how".into()), Some(Verdict::Equal));
    let all = [meant, elsewhere, bad];
    expect![[r#"
        | kafka-dump-log | 1 |  |  |
        | kafka-topics | 1 meant, 1 differ | 2 | 2 |
        | in all | 1, 1 meant, 1 differ | 2 | 2 |

        ## Meant to differ

        | command line | where | why |
        |---|---|---|
        | `kafka-topics --topic 'a\|b'` | our tool | its version |
        | `kafka-dump-log --files x` | not run on Kampa | no transactions yet |

        ## Faults

        - `kafka-topics --list`
    "#]]
    .assert_eq(page(&all).strip_prefix(HEAD).expect("it has a head"));
    expect![[r#"
        our tools beside Apache's, on Apache Kafka: 3 command lines, 1 equal, 1 differ with a reason, 1 bad
        our tools beside Apache's, on Kampa: 2 command lines, 2 equal, 0 differ with a reason, 0 bad
        Apache's tools on Kampa beside Apache Kafka: 2 command lines, 2 equal, 0 differ with a reason, 0 bad
    "#]]
    .assert_eq(&summary(&all));
}
