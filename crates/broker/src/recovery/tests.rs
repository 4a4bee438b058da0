//! Who waits, who is taken, and what a deletion or a stop meanwhile comes to.

use std::path::Path;

use kampa_storage::LogDirOptions;
use kampa_world::sim::{Faults, Simulation};

use super::*;

const ORDERS: Uuid = Uuid([1; 16]);
const AUDIT: Uuid = Uuid([2; 16]);

fn with_recovery(work: impl FnOnce(&Recovery, &LogDir, Arc<MetadataImage>)) {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    simulation.run(async {
        let options = LogDirOptions { node_id: 1, cluster_id: None, open_segments_max: 10, journal_bytes: 0 };
        let dir = LogDir::open(&world, Path::new("/data"), options).expect("a directory");
        let (recovery, image) = (Recovery::default(), Arc::<MetadataImage>::default());
        let places = [(ORDERS, 0), (ORDERS, 1), (AUDIT, 0)];
        recovery.begin(&image, places.into_iter().map(|place| (place, dir.clone())));
        work(&recovery, &dir, image);
    });
}

#[test]
fn each_is_opened_once_and_by_the_newest_image() {
    with_recovery(|recovery, dir, image| {
        assert!(Arc::ptr_eq(&recovery.claim((ORDERS, 0)).expect("it waits"), &image));
        let mut newer = MetadataImage::clone(&image);
        newer.next_producer_id = 7;
        recovery.follow(&Arc::new(newer));
        assert!(recovery.has((ORDERS, 0)), "until it is in its place, nobody else opens it");
        let mut put_by = 0;
        recovery.finish((ORDERS, 0), |image| put_by = image.next_producer_id);
        assert_eq!(put_by, 7);
        assert!(recovery.claim((ORDERS, 0)).is_none());
        assert_eq!(recovery.waiting_count(), 2);
        for place in [(ORDERS, 1), (AUDIT, 0)] {
            assert!(recovery.concerns(dir) && !recovery.is_done());
            recovery.claim(place).expect("it waits");
            recovery.finish(place, |_| {});
        }
        assert!(recovery.is_done() && !recovery.concerns(dir));
    });
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it is about one thread that waits for another")]
fn a_deleted_topic_is_not_opened_and_one_that_is_being_opened_is_waited_for() {
    with_recovery(|recovery, _, _| {
        recovery.claim((ORDERS, 1)).expect("it waits");
        std::thread::scope(|scope| {
            let deletion = scope.spawn(|| recovery.forget_topic(ORDERS));
            // It does not end before the one that was begun is in its place.
            while recovery.has((ORDERS, 0)) {
                std::thread::yield_now();
            }
            assert!(!deletion.is_finished());
            recovery.finish((ORDERS, 1), |_| {});
            deletion.join().expect("ends");
        });
        assert!(recovery.claim((ORDERS, 0)).is_none());
        assert!(recovery.has((AUDIT, 0)));
    });
}

#[test]
fn a_node_that_stops_begins_no_more() {
    with_recovery(|recovery, dir, _| {
        recovery.claim((AUDIT, 0)).expect("it waits");
        recovery.stop();
        assert!(recovery.claim((ORDERS, 0)).is_none());
        recovery.finish((AUDIT, 0), |_| {});
        assert!(recovery.concerns(dir), "its checkpoints must stay as they are");
    });
}
