//! A batch that is larger than its topic allows, cut in two. Rare: it happens where the topic's limit is below `batch.size`.

use bytes::Bytes;
use kampa_formats::batch::{BatchBuilder, BatchOptions, BatchView, NewRecord, Record};
use kampa_formats::compression::Compression;

/// The records in two halves, to be numbered anew; `None` if there is one record only.
pub(super) fn in_two(batch: &Bytes, records_bytes_max: usize) -> Option<[BatchBuilder; 2]> {
    let view = BatchView::trust(batch.clone()).ok()?;
    let codec = view.header().attributes.codec().ok()?;
    // The level is not in the batch; its default is as right as any.
    let options = BatchOptions { compression: Compression::of(codec), ..BatchOptions::default() };
    let records: Vec<Record> = view.records(records_bytes_max).ok()?.collect::<Result<_, _>>().ok()?;
    let middle = records.len() / 2;
    if middle == 0 {
        return None;
    }
    Some([&records[..middle], &records[middle..]].map(|records| {
        let mut builder = BatchBuilder::new(options);
        records.iter().for_each(|record| append(&mut builder, record));
        builder
    }))
}

fn append(builder: &mut BatchBuilder, record: &Record) {
    let headers: Vec<(&str, Option<&[u8]>)> = record
        .headers
        .iter()
        .map(|header| (std::str::from_utf8(&header.key).unwrap_or_default(), header.value.as_deref()))
        .collect();
    let (key, value) = (record.key.as_deref(), record.value.as_deref());
    builder.append(NewRecord { timestamp: record.timestamp, key, value, headers: &headers });
}
