//! A schema file is read as it is meant, and its mistakes are named.

use super::parse;
use crate::model::{Primitive, Type, Versions};

const GOOD: &str = "\
# What it is for.
#
# More of it.

api 900 Example
versions 2-5
flexible 4+
listeners broker controller

# The question.
request {
    # Who asks.
    name: string, in 3+, null 4+, ignorable
    parts: [Part] {
        id: int32 = -1, key
        extra: bytes? = null, in 4+, tag 0
    }
}

response {
    places: [Place]?
}

struct Place, in 3+ {
    at: int64
}
";

#[test]
fn a_file_says_what_it_says() {
    let schema = parse("900-example.kafka", GOOD).expect("a schema");
    assert_eq!(schema.doc, ["What it is for.", "", "More of it."]);
    assert_eq!((schema.number, schema.flexible_from), (Some(900), Some(4)));
    let [request, response] = schema.messages.as_slice() else { panic!("two messages") };
    assert_eq!(request.root.doc, ["The question."]);
    let name = &request.root.fields[0];
    assert_eq!((name.versions, name.nullable), (Versions { from: 3, to: 5 }, Some(Versions { from: 4, to: 5 })));
    assert!(name.ignorable && matches!(name.of, Type::Primitive(Primitive::String)));
    let Type::Inline(part) = &request.root.fields[1].of else { panic!("an inline struct") };
    assert_eq!((part.fields[1].tag, part.fields[1].versions.from), (Some(0), 4));
    assert_eq!(response.shared("Place").map(|place| place.versions.from), Some(3));
}

#[test]
fn mistakes_are_named_with_their_line() {
    let check = |from: &str, to: &str, complaint: &str| {
        assert!(GOOD.contains(from), "{from}");
        let e = parse("900-example.kafka", &GOOD.replace(from, to)).expect_err(complaint);
        assert_eq!(format!("{e:#}"), format!("crates/protocol/schema/900-example.kafka:{complaint}"));
    };
    check(": string,", ": strnig,", "13: strnig is not a type");
    check("in 3+, null 4+", "in 1+, null 4+", "13: versions 1+ are not within those around them");
    check("key\n", "kee\n", "15: not understood: kee");
    check("tag 0", "tag 0, tag", "16: the tag: cannot parse integer from empty string");
    check("in 4+, tag", "in 3+, tag", "16: extra: tagged before the message is flexible");
    check("[Place]", "[Plaice]", "21: places: no such struct");
    check("= -1", "= null", "15: id: null by default, yet never nullable");
    check("= -1", "= minus", "15: minus is not a default: invalid digit found in string");
    check("response {", "reply {", "20: reply is not a block");
    check("\n}\n\nresponse", "\n\nresponse", "19: a field is `name: type`");
    check("# What it is for.\n#\n# More of it.\n", "", "2: a file opens with a comment that says what it is for");
}
