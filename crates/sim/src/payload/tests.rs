//! A record that was written is recognised, and one that was changed is not.

use kampa_formats::batch::{BatchBuilder, BatchOptions, BatchView, NewRecord, Record};
use kampa_protocol::Uuid;

use super::{HEADER, Payload, read};
use crate::history::{Place, RecordId};

const ID: RecordId = RecordId { session: 7, serial: 12 };
const PLACE: Place = Place { topic_id: Uuid::METADATA_TOPIC, partition: 3 };

fn written(payload: &Payload) -> Record {
    let mut batch = BatchBuilder::new(BatchOptions::default());
    batch.append(NewRecord {
        timestamp: payload.timestamp,
        key: Some(&payload.key),
        value: Some(&payload.value),
        headers: &[(HEADER, Some(&payload.header))],
    });
    let view = BatchView::check(batch.build(0)).expect("a batch");
    view.records(1 << 20).expect("records").next().expect("one").expect("sound")
}

#[test]
fn what_was_written_is_recognised() {
    for size in [0, 1, 100] {
        let payload = Payload::of(ID, PLACE, size, 1_000);
        assert_eq!(payload.value.len(), size);
        assert_eq!(read(&written(&payload)), Some((ID, payload.digest())));
    }
}

#[test]
fn every_part_counts() {
    let payload = Payload::of(ID, PLACE, 40, 1_000);
    let record = written(&payload);
    let other = Payload::of(ID, Place { partition: 4, ..PLACE }, 40, 1_001);
    let changed = [
        Record { value: Some(other.value.slice(..39)), ..record.clone() },
        Record { value: None, ..record.clone() },
        Record { timestamp: 1_001, ..record.clone() },
        Record { headers: Vec::new(), ..record.clone() },
    ];
    for changed in changed {
        let (id, digest) = read(&changed).expect("the key says who it is");
        assert_eq!(id, ID);
        assert_ne!(digest, payload.digest());
    }
    assert_eq!(read(&Record { key: None, ..record }), None);
}
