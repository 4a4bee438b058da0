//! Values read; text that is none.

use super::*;
use crate::testing::fuzz;

#[test]
fn values_are_read() {
    let json =
        Json::parse(r#" {"a": [1, -2, {"b": null}], "c": "x\"\u00fc\n", "d": true, "e": {}, "f": []} "#).unwrap();
    assert_eq!(json.member("a").unwrap().list().unwrap()[1].number(), Some(-2));
    assert_eq!(json.member("c").unwrap().text(), Some("x\"ü\n"));
    assert_eq!(json.member("d"), Some(&Json::Bool(true)));
    assert_eq!(json.member("x"), None);
}

#[test]
fn other_text_is_none() {
    for text in ["", "{", "{}}", "[1,]", "{\"a\"}", "{a:1}", "1.5", "99999999999999999999", "\"\\ud800\"", "nul", "-"] {
        assert_eq!(Json::parse(text), None, "{text}");
    }
    assert_eq!(Json::parse(&"[".repeat(100_000)), None);
    fuzz(br#"{"a":[1,{"b":null}],"c":"x\"\u00fc","d":true}"#, |text| {
        let _ = std::str::from_utf8(text).map(Json::parse);
    });
}
