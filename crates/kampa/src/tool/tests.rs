//! Which tool a command line means.

use expect_test::{Expect, expect};

fn check(line: &str, expected: Expect) {
    let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let shown = match super::asked_for(&words) {
        Some((tool, arguments)) => format!("{} {arguments:?}", tool.name),
        None => "no tool".to_owned(),
    };
    expected.assert_eq(&shown);
}

#[test]
fn found_by_first_word_or_by_the_name_of_the_link() {
    check("kampa kafka-storage info -c x", expect![[r#"kafka-storage ["info", "-c", "x"]"#]]);
    check("/usr/bin/kampa kafka-storage.sh info", expect![[r#"kafka-storage ["info"]"#]]);
    check("kafka-storage info", expect![[r#"kafka-storage ["info"]"#]]);
    check("/opt/kafka/bin/kafka-storage.sh info", expect![[r#"kafka-storage ["info"]"#]]);
    check("kafka-storage", expect!["kafka-storage []"]);
    check("kafka-storage kafka-storage", expect![[r#"kafka-storage ["kafka-storage"]"#]]);
    check("kampa server", expect!["no tool"]);
    check("kampa", expect!["no tool"]);
    check("kampa kafka-storag", expect!["no tool"]);
}
