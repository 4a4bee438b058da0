//! The 61 bytes before the records. Plain data; nothing here has been checked against the records.

use crate::compression::{Codec, UnknownCodec};

/// The only batch format Kafka 4 knows.
pub const MAGIC: i8 = 2;
/// Base offset and length: what every batch format begins with and `length` does not count.
pub const LOG_OVERHEAD_BYTES: usize = 12;
/// Bytes before the records of a batch.
pub const HEADER_BYTES: usize = 61;

/// The checksum covers everything from here on.
pub(crate) const CRC_FROM: usize = 21;

/// Header of a record batch, field by field; see the drawing of the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchHeader {
    /// Offset of the first record the batch had when it was written; compaction may have removed that record.
    pub base_offset: i64,
    /// Bytes after the length field; [`BatchHeader::size_bytes`] is the whole batch.
    pub length: i32,
    /// Epoch of the leader that appended the batch, -1 when a producer sends it.
    pub partition_leader_epoch: i32,
    /// Batch format.
    pub magic: i8,
    /// CRC-32C from the attributes to the end, as stored.
    pub crc: u32,
    /// Codec and flags.
    pub attributes: Attributes,
    /// Last offset minus base offset, kept by compaction.
    pub last_offset_delta: i32,
    /// Timestamp the records' deltas count from, in ms; the delete horizon when the attributes say so.
    pub base_timestamp: i64,
    /// Largest timestamp in ms, -1 for none; the append time of a LogAppendTime batch.
    pub max_timestamp: i64,
    /// Producer id, -1 without idempotence.
    pub producer_id: i64,
    /// Epoch of the producer id, -1 without idempotence.
    pub producer_epoch: i16,
    /// Sequence number of the first record, -1 without idempotence.
    pub base_sequence: i32,
    /// Number of records; zero is what compaction leaves of a producer's last batch.
    pub count: i32,
}

impl BatchHeader {
    /// Reads the header; `None` when there are fewer than 61 bytes. Looks at nothing but the fields.
    pub fn decode(bytes: &[u8]) -> Option<BatchHeader> {
        let b: &[u8; HEADER_BYTES] = bytes.first_chunk()?;
        Some(BatchHeader {
            base_offset: i64::from_be_bytes(field(b, 0)),
            length: i32::from_be_bytes(field(b, 8)),
            partition_leader_epoch: i32::from_be_bytes(field(b, 12)),
            magic: b[16] as i8,
            crc: u32::from_be_bytes(field(b, 17)),
            attributes: Attributes(i16::from_be_bytes(field(b, 21))),
            last_offset_delta: i32::from_be_bytes(field(b, 23)),
            base_timestamp: i64::from_be_bytes(field(b, 27)),
            max_timestamp: i64::from_be_bytes(field(b, 35)),
            producer_id: i64::from_be_bytes(field(b, 43)),
            producer_epoch: i16::from_be_bytes(field(b, 51)),
            base_sequence: i32::from_be_bytes(field(b, 53)),
            count: i32::from_be_bytes(field(b, 57)),
        })
    }

    /// The 61 bytes, with the checksum as it stands in `crc`.
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut b = [0; HEADER_BYTES];
        b[0..8].copy_from_slice(&self.base_offset.to_be_bytes());
        b[8..12].copy_from_slice(&self.length.to_be_bytes());
        b[12..16].copy_from_slice(&self.partition_leader_epoch.to_be_bytes());
        b[16] = self.magic as u8;
        b[17..21].copy_from_slice(&self.crc.to_be_bytes());
        b[21..23].copy_from_slice(&self.attributes.0.to_be_bytes());
        b[23..27].copy_from_slice(&self.last_offset_delta.to_be_bytes());
        b[27..35].copy_from_slice(&self.base_timestamp.to_be_bytes());
        b[35..43].copy_from_slice(&self.max_timestamp.to_be_bytes());
        b[43..51].copy_from_slice(&self.producer_id.to_be_bytes());
        b[51..53].copy_from_slice(&self.producer_epoch.to_be_bytes());
        b[53..57].copy_from_slice(&self.base_sequence.to_be_bytes());
        b[57..61].copy_from_slice(&self.count.to_be_bytes());
        b
    }

    /// Bytes of the whole batch, header included; nonsense when `length` is negative.
    pub fn size_bytes(&self) -> usize {
        (self.length.max(0) as usize).saturating_add(LOG_OVERHEAD_BYTES)
    }

    /// Offset of the last record the batch was written with.
    pub fn last_offset(&self) -> i64 {
        self.base_offset.saturating_add(i64::from(self.last_offset_delta))
    }

    /// The offset after the batch.
    pub fn next_offset(&self) -> i64 {
        self.last_offset().saturating_add(1)
    }

    /// Sequence number of the last record, wrapping from 2^31 - 1 to 0; -1 without idempotence.
    pub fn last_sequence(&self) -> i32 {
        if self.base_sequence < 0 { -1 } else { sequence_after(self.base_sequence, self.last_offset_delta) }
    }

    /// Whether the batch carries a producer id: idempotent, transactional or a transaction's marker.
    pub fn has_producer_id(&self) -> bool {
        self.producer_id >= 0
    }

    /// Whether the records belong to a transaction (its marker included).
    pub fn is_transactional(&self) -> bool {
        self.attributes.is_transactional()
    }

    /// Whether the batch holds a control record, which no consumer sees.
    pub fn is_control(&self) -> bool {
        self.attributes.is_control()
    }

    /// What `crc` should be if the batch goes on with `body`; lets a header be changed without copying the records.
    pub fn checksum(&self, body: &[u8]) -> u32 {
        crc32c::crc32c_append(crc32c::crc32c(&self.encode()[CRC_FROM..]), body)
    }

    /// Time in ms from which compaction may drop the tombstones in the batch.
    pub fn delete_horizon_ms(&self) -> Option<i64> {
        self.attributes.has_delete_horizon().then_some(self.base_timestamp)
    }
}

/// `start + by` in the sequence numbers' ring of 2^31.
pub fn sequence_after(start: i32, by: i32) -> i32 {
    ((i64::from(start) + i64::from(by)) & 0x7fff_ffff) as i32
}

fn field<const N: usize>(b: &[u8; HEADER_BYTES], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&b[at..at + N]);
    out
}

/// Codec and flags of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attributes(pub i16);

/// Who set the timestamps of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimestampType {
    /// The producer; every record has its own.
    #[default]
    CreateTime,
    /// The leader, when it appended: one time for the whole batch.
    LogAppendTime,
}

impl Attributes {
    const CODEC: i16 = 0x07;
    const LOG_APPEND_TIME: i16 = 0x08;
    const TRANSACTIONAL: i16 = 0x10;
    const CONTROL: i16 = 0x20;
    const DELETE_HORIZON: i16 = 0x40;

    /// Codec of the records; 5 to 7 name none.
    pub fn codec(self) -> Result<Codec, UnknownCodec> {
        Codec::from_id((self.0 & Self::CODEC) as u8)
    }

    /// Whether any codec is set, a known one or not.
    pub fn is_compressed(self) -> bool {
        self.0 & Self::CODEC != 0
    }

    /// Who set the timestamps.
    pub fn timestamp_type(self) -> TimestampType {
        if self.0 & Self::LOG_APPEND_TIME == 0 { TimestampType::CreateTime } else { TimestampType::LogAppendTime }
    }

    /// Bit 4.
    pub fn is_transactional(self) -> bool {
        self.0 & Self::TRANSACTIONAL != 0
    }

    /// Bit 5.
    pub fn is_control(self) -> bool {
        self.0 & Self::CONTROL != 0
    }

    /// Bit 6 (KIP-534): the base timestamp is a delete horizon.
    pub fn has_delete_horizon(self) -> bool {
        self.0 & Self::DELETE_HORIZON != 0
    }

    /// The same with another codec.
    pub fn with_codec(self, codec: Codec) -> Attributes {
        Attributes(self.0 & !Self::CODEC | i16::from(codec.id()))
    }

    /// The same with another timestamp type.
    pub fn with_timestamp_type(self, kind: TimestampType) -> Attributes {
        self.with(Self::LOG_APPEND_TIME, kind == TimestampType::LogAppendTime)
    }

    /// The same with bit 4 as told.
    pub fn with_transactional(self, on: bool) -> Attributes {
        self.with(Self::TRANSACTIONAL, on)
    }

    /// The same with bit 5 as told.
    pub fn with_control(self, on: bool) -> Attributes {
        self.with(Self::CONTROL, on)
    }

    /// The same with bit 6 as told.
    pub fn with_delete_horizon(self, on: bool) -> Attributes {
        self.with(Self::DELETE_HORIZON, on)
    }

    fn with(self, bit: i16, on: bool) -> Attributes {
        Attributes(if on { self.0 | bit } else { self.0 & !bit })
    }
}
