//! A roll that fails leaves nothing behind: neither a hole for the next start nor records that seem lost.

use kampa_formats::compression::Codec;
use kampa_world::sim::{Faults, Simulation};

use crate::testing::{dir_options, make_batch, summary};
use crate::{Log, LogConfig, LogDir, OpenAs};

/// The files of the new segment cannot all be made; the log goes on in the old one, and another roll succeeds later.
#[test]
fn a_start_finds_what_was_appended_after_a_roll_that_failed() {
    let mut failed = 0;
    for seed in 0..60 {
        let simulation = Simulation::new(seed, Faults::none());
        let world = simulation.process("node");
        let config = LogConfig { segment_bytes: 1_000, ..LogConfig::default() };
        let open = |world: &kampa_world::World| {
            let dir = LogDir::open(world, "/data".as_ref(), dir_options()).expect("a directory");
            let how = OpenAs { clean: false, recovery_point: 0, log_start: 0, synced: false };
            let (log, _) = Log::open(&dir, "t-0", config.clone(), how, i64::MAX, &mut |_| {}).expect("a log");
            (dir, log)
        };
        let (dir, log) = open(&world);
        let append = |bytes| {
            let batch = make_batch(log.log_end(), 1, bytes, 1_000, Codec::None);
            log.append(std::slice::from_ref(&batch), &[summary(&batch)])
        };
        append(900).expect("room");
        simulation.set_faults(Faults { opens_fail: 0.5, ..Faults::none() });
        failed += u64::from(append(900).is_err());
        simulation.set_faults(Faults::none());
        if dir.offline().is_some() {
            continue;
        }
        append(80).expect("room in the old segment, or the new one");
        append(900).expect("a roll");
        let end = log.log_end();
        simulation.kill("node");
        let (_dir, log) = open(&simulation.process("node"));
        assert_eq!(log.log_end(), end, "seed {seed}");
    }
    assert!(failed > 20, "{failed} of 60 rolls failed");
}
