//! What goes in and what comes out: a record to send, and where it came to lie.

use std::sync::Arc;

use bytes::Bytes;

/// A record to send, with its bytes owned. [`RecordView`] sends borrowed ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    pub topic: Arc<str>,
    /// `None` lets the partitioner choose.
    pub partition: Option<i32>,
    pub key: Option<Bytes>,
    /// `None` deletes what the key stands for in a compacted topic.
    pub value: Option<Bytes>,
    pub headers: Vec<(String, Option<Bytes>)>,
    /// Milliseconds since 1970; `None` is now.
    pub timestamp_ms: Option<i64>,
}

impl Record {
    /// A record without a key.
    pub fn new(topic: impl Into<Arc<str>>, value: impl Into<Bytes>) -> Record {
        Record { topic: topic.into(), value: Some(value.into()), ..Record::default() }
    }

    /// A record whose key decides its partition.
    pub fn keyed(topic: impl Into<Arc<str>>, key: impl Into<Bytes>, value: impl Into<Bytes>) -> Record {
        Record { key: Some(key.into()), ..Record::new(topic, value) }
    }
}

/// A record to send whose bytes are somebody else's: they are copied once, into the batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecordView<'a> {
    pub topic: &'a str,
    pub partition: Option<i32>,
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    pub headers: &'a [(&'a str, Option<&'a [u8]>)],
    pub timestamp_ms: Option<i64>,
}

impl RecordView<'_> {
    /// What Kafka's producer takes for the size of a record, before it knows any better: a batch's header, the most that a
    /// record's own numbers take, and the record.
    pub(crate) fn size_bytes_max(&self) -> usize {
        let field = |bytes: Option<&[u8]>| bytes.map_or(1, |bytes| varint_bytes(bytes.len()) + bytes.len());
        let headers = self.headers.iter().map(|(key, value)| field(Some(key.as_bytes())) + field(*value));
        let fields = field(self.key) + field(self.value) + varint_bytes(self.headers.len()) + headers.sum::<usize>();
        kampa_formats::batch::HEADER_BYTES + RECORD_OVERHEAD_BYTES_MAX + fields
    }
}

/// Of a zig-zag number that is not negative.
fn varint_bytes(number: usize) -> usize {
    (65 - (number as u64 | 1).leading_zeros() as usize).div_ceil(7)
}

/// Length 5, attributes 1, timestamp delta 10, offset delta 5.
const RECORD_OVERHEAD_BYTES_MAX: usize = 21;

/// Where a record came to lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordMetadata {
    pub topic: Arc<str>,
    pub partition: i32,
    /// -1 with `acks=0`, and for a record that the broker had already and no longer says where.
    pub offset: i64,
    /// The record's own, or the broker's where the topic says so.
    pub timestamp_ms: i64,
    /// `None` for a record without a key.
    pub key_bytes: Option<usize>,
    /// `None` for a record without a value.
    pub value_bytes: Option<usize>,
}
