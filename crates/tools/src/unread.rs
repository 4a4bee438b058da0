//! Records that were polled and shown to nobody.

use std::collections::BTreeMap;

use kampa_client::TopicPartition;
use kampa_client::consumer::{Consumer, ConsumerRecord};

/// Goes back to the first of them in each partition, so that they are not committed as read.
pub fn go_back<'a>(consumer: &Consumer, unread: impl IntoIterator<Item = &'a ConsumerRecord>) {
    let mut firsts = BTreeMap::new();
    for record in unread {
        let place = TopicPartition { topic: record.topic.clone(), partition: record.partition };
        firsts.entry(place).or_insert(record.offset);
    }
    for (place, offset) in firsts {
        // A partition that went to another member meanwhile is not ours to commit.
        let _ = consumer.seek(&place, offset);
    }
}
