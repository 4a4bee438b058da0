//! Lists of voters as Kafka reads them.

use expect_test::{Expect, expect};

use super::{parse, recorded};

fn check(text: &str, expected: Expect) {
    let shown = match parse(text) {
        Ok(voters) => recorded(&voters, "CONTROLLER").iter().map(|voter| format!("{voter:?}\n")).collect(),
        Err(thrown) => thrown.message().to_owned(),
    };
    expected.assert_eq(&shown);
}

#[test]
fn who_votes_in_kafkas_order() {
    check(
        " 17@[::1]:1:JEXY6aqzQY-32P5TStzaFg, 1@a.example:65535:MvDxzVmcRsaTz33bUuRU6A,,0@h:0:07R5amHmR32VDA6jHkGbTA ",
        expect![[r#"
            Voter { node_id: 0, directory_id: 07R5amHmR32VDA6jHkGbTA, endpoints: [("CONTROLLER", "h", 0)] }
            Voter { node_id: 1, directory_id: MvDxzVmcRsaTz33bUuRU6A, endpoints: [("CONTROLLER", "a.example", 65535)] }
            Voter { node_id: 17, directory_id: JEXY6aqzQY-32P5TStzaFg, endpoints: [("CONTROLLER", "0:0:0:0:0:0:0:1", 1)] }
        "#]],
    );
}

#[test]
fn what_is_no_voter_is_said() {
    check("", expect!["No voters given."]);
    check("1", expect!["No @ found in dynamic voter string."]);
    check("@a:1:x", expect!["Invalid @ at beginning of dynamic voter string."]);
    check("x@a", expect!["Failed to parse node id in dynamic voter string."]);
    check("-1@a", expect!["Invalid negative node id -1 in dynamic voter string."]);
    check("1@", expect!["No hostname found after node id."]);
    check("1@[::1", expect!["Hostname began with left bracket, but no right bracket was found."]);
    check("1@a", expect!["No colon following hostname could be found."]);
    check("1@[::1]9:x", expect!["Port section must start with a colon."]);
    check("1@a:1", expect!["No colon following port could be found."]);
    check("1@a:b:x", expect!["Failed to parse port in dynamic voter string."]);
    check("1@a:65536:x", expect!["Invalid port 65536 in dynamic voter string."]);
    check("1@a:1:x", expect!["Failed to parse directory ID in dynamic voter string."]);
    let twice = "1@a:1:JEXY6aqzQY-32P5TStzaFg,1@b:1:MvDxzVmcRsaTz33bUuRU6A";
    check(twice, expect!["Node id 1 was specified more than once."]);
}
