//! Names that look the same, held against a look at every topic.

use kampa_metadata::{Changes, MetadataImage};
use kampa_protocol::records::metadata::TopicRecord;
use kampa_protocol::{Text, Uuid};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::{DOTS, lookalike};

#[test]
fn finds_what_a_look_at_every_topic_finds() {
    let mut found = 0;
    for seed in 0..300 {
        let mut chance = SmallRng::seed_from_u64(seed);
        let (mut image, mut changes) = (MetadataImage::default(), Changes::default());
        for number in 0..30_u8 {
            let topic = TopicRecord { name: name(&mut chance), topic_id: Uuid([number; 16]), ..Default::default() };
            // The same name twice is refused.
            let _ = image.apply(&topic.into(), &mut changes);
        }
        for _ in 0..30 {
            let name = name(&mut chance);
            let same = |other: &&Text| name.contains(DOTS) && other.replace('.', "_") == name.replace('.', "_");
            let expected = image.topics.names().find(same);
            assert_eq!(lookalike(&image.topics, &name), expected, "{name}");
            found += usize::from(expected.is_some());
        }
    }
    assert!(found > 500, "{found}");
}

fn name(chance: &mut SmallRng) -> Text {
    let length = chance.random_range(1..6);
    let name: String = (0..length).map(|_| b"a._"[chance.random_range(0..3)] as char).collect();
    name.into()
}
