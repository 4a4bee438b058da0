//! The generated code against the schemas themselves: for every message, version and case, the example bytes that the
//! schema asks for are decoded, encoded again, and must come out the same.

use bytes::Bytes;
use kampa_protocol::wire::{decode_whole, encode_whole};
use kampa_protocol::{Message, Visitor, visit_messages};
use kampa_schema::examples::{Case, bytes};
use kampa_schema::{model, read_all, root};

#[test]
fn generated_code_is_up_to_date() {
    if let Err(e) = kampa_schema::codegen::run(true) {
        panic!("{e:#}");
    }
}

#[test]
fn every_message_in_every_version_survives_a_round_trip() {
    let schemas = read_all(&root()).expect("the schemas parse");
    let messages = schemas.into_iter().flat_map(|schema| schema.messages).collect();
    let mut check = RoundTrips { messages, trips: 0, seen: 0 };
    visit_messages(&mut check);
    assert_eq!(check.seen, check.messages.len(), "messages without a type");
    assert!(check.trips > 2_000, "only {} round trips", check.trips);
}

struct RoundTrips {
    messages: Vec<model::Message>,
    seen: usize,
    trips: usize,
}

impl Visitor for RoundTrips {
    fn visit<M: Message>(&mut self) {
        let message = self.messages.iter().find(|message| message.name == M::NAME).expect(M::NAME);
        self.seen += 1;
        assert_eq!(message.versions.iter(), M::VERSIONS, "{}", M::NAME);
        for version in M::VERSIONS {
            let examples = Case::ALL.map(|case| Bytes::from(bytes(message, version, case)));
            for (case, example) in Case::ALL.iter().zip(&examples) {
                let what = format!("{} {version} {}", M::NAME, case.name());
                let decoded: M = decode_whole(example, version).unwrap_or_else(|e| panic!("{what}: {e}\n{example:x?}"));
                let again = encode_whole(&decoded, version).unwrap_or_else(|e| panic!("{what}: {e}"));
                assert_eq!(again.len(), example.len(), "{what}");
                assert_eq!(again.into_bytes(), *example, "{what}");
                self.trips += 1;
            }
            let born = encode_whole(&M::default(), version).expect(M::NAME).into_bytes();
            assert_eq!(born, examples[0], "{} {version}: what Default makes", M::NAME);
        }
        for version in [*M::VERSIONS.start() - 1, *M::VERSIONS.end() + 1] {
            assert!(decode_whole::<M>(&Bytes::from_static(&[0; 64]), version).is_err(), "{} {version}", M::NAME);
            assert!(encode_whole(&M::default(), version).is_err(), "{} {version}", M::NAME);
        }
    }
}
