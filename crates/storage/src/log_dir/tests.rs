//! Log directories as scripts: who holds one, whose it is, what lies in it.

use std::path::Path;

use expect_test::{Expect, expect};
use kampa_formats::offset_checkpoint::PartitionOffset;
use kampa_protocol::{Text, Uuid};
use kampa_world::sim::{Faults, Simulation};
use kampa_world::{OpenOptions, World};

use super::{Checkpoint, LogDir, LogDirOptions, OpenDirError};
use crate::testing::{dir_options, in_temporary_dir, make_batch, summary};
use crate::{Log, LogConfig, OpenAs};

const DIR: &str = "/data";

/// Runs the commands of a script (what stands before the first ` => ` of each line) on a simulated disk and holds the answers
/// against it.
fn check(script: Expect) {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let mut answers = String::new();
    simulation.run(async {
        let mut bench = Bench { world: world.clone(), dir: None, log: None };
        for line in script.data.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let command = line.split(" =>").next().unwrap_or(line);
            let answer = bench.command(&command.split_whitespace().collect::<Vec<_>>()).await;
            answers += &format!("{command} => {answer}\n");
        }
    });
    script.assert_eq(&answers);
}

struct Bench {
    world: World,
    dir: Option<LogDir>,
    log: Option<Log>,
}

impl Bench {
    fn dir(&self) -> &LogDir {
        self.dir.as_ref().expect("open")
    }

    async fn command(&mut self, words: &[&str]) -> String {
        let disk = self.world.disk().clone();
        match words {
            ["open", rest @ ..] => {
                let mut options = dir_options();
                for word in rest {
                    match word.split_once('=') {
                        Some(("node", id)) => options.node_id = id.parse().expect("a number"),
                        Some(("cluster", id)) => options.cluster_id = Some(id.to_owned()),
                        _ => panic!("{word}"),
                    }
                }
                match LogDir::open(&self.world, Path::new(DIR), options) {
                    Err(error) => error.to_string(),
                    Ok(dir) => {
                        let answer = format!("clean {}, epoch {}", dir.was_clean(), dir.previous_broker_epoch());
                        self.dir = Some(dir);
                        answer
                    }
                }
            }
            ["stop"] => {
                (self.log, self.dir) = (None, None);
                String::new()
            }
            ["stop", "clean"] => {
                if let Some(log) = self.log.take() {
                    log.close().expect("closes");
                }
                let marked = show(self.dir().mark_clean(13));
                self.dir = None;
                marked
            }
            ["write", path, text @ ..] => {
                let path = Path::new(DIR).join(path);
                disk.create_dir_all(path.parent().expect("a folder")).expect("creates");
                show(disk.write_atomic(path, text.join(" ").replace("\\n", "\n").as_bytes()))
            }
            ["show", path] => match disk.read_to_string(Path::new(DIR).join(path)) {
                Err(error) => error.to_string(),
                Ok(text) => text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join(" / "),
            },
            ["list"] => {
                let entries = disk.read_dir(DIR).expect("lists");
                entries.into_iter().map(|entry| shorten(&entry.name)).collect::<Vec<_>>().join(" ")
            }
            ["scan"] => match self.dir().scan() {
                Err(error) => error.to_string(),
                Ok(found) => {
                    let shown = found.iter().map(|found| {
                        let id = found.topic_id.map_or("no id".to_owned(), |id| id.to_string());
                        format!("{} ({} {}, {id})", shorten(&found.folder), &*found.name.topic, found.name.partition)
                    });
                    shown.collect::<Vec<_>>().join(", ")
                }
            },
            ["log", folder] => {
                let how = OpenAs { clean: self.dir().was_clean(), recovery_point: 0, log_start: 0, synced: false };
                match Log::open(self.dir(), folder, LogConfig::default(), how, 0, &mut |_| {}) {
                    Err(error) => error.to_string(),
                    Ok((log, recovered)) => {
                        let answer =
                            format!("{} to {}, walked {}", log.log_start(), log.log_end(), recovered.walked_segments);
                        self.log = Some(log);
                        answer
                    }
                }
            }
            ["append"] => {
                let log = self.log.as_ref().expect("a log");
                let batch = make_batch(log.log_end(), 1, 0, 0, kampa_formats::compression::Codec::None);
                show(log.append(std::slice::from_ref(&batch), &[summary(&batch)]).map(|_| ()))
            }
            ["sync"] => show(self.log.as_ref().expect("a log").sync().await.map(|_| ())),
            ["delete", folder] => show(self.dir().delete(folder, self.log.as_ref().expect("a log"))),
            ["delete", folder, "closed"] => show(self.dir().delete_closed(folder)),
            ["stray", folder] => {
                self.dir().set_aside(folder).map_or_else(|error| error.to_string(), |name| shorten(&name))
            }
            ["whose", folder] => match self.dir().take_partition_metadata(folder) {
                Err(error) => error.to_string(),
                Ok(id) => id.map_or("no id".to_owned(), |id| id.to_string()),
            },
            ["mark", folder] => show(self.dir().write_partition_metadata(folder, Uuid([7; 16]))),
            ["points", entries @ ..] => {
                let entries: Vec<PartitionOffset> = entries
                    .iter()
                    .map(|entry| {
                        let (topic, offset) = entry.split_once('=').expect("topic=offset");
                        PartitionOffset {
                            topic: Text::from(topic),
                            partition: 0,
                            offset: offset.parse().expect("a number"),
                        }
                    })
                    .collect();
                show(self.dir().write_checkpoint(Checkpoint::RecoveryPoint, &entries))
            }
            ["points?"] => match self.dir().read_checkpoint(Checkpoint::RecoveryPoint) {
                Err(error) => error.to_string(),
                Ok(entries) => entries
                    .iter()
                    .map(|entry| format!("{}={}", &*entry.topic, entry.offset))
                    .collect::<Vec<_>>()
                    .join(" "),
            },
            ["wait", ms] => {
                self.world.sleep(std::time::Duration::from_millis(ms.parse().expect("a number"))).await;
                self.dir().chores(true).await;
                String::new()
            }
            _ => panic!("no command {words:?}"),
        }
    }
}

fn show(answer: std::io::Result<()>) -> String {
    answer.map_or_else(|error| error.to_string(), |()| "ok".to_owned())
}

/// Random ids are of no interest.
fn shorten(name: &str) -> String {
    match name.split_once('.') {
        Some((partition, rest)) if rest.len() > 32 => format!("{partition}.…{}", &rest[32..]),
        _ => name.to_owned(),
    }
}

#[test]
fn whose_a_folder_is_a_scan_reads_for_who_opens_it_next() {
    check(expect![[r#"
        open => clean false, epoch -1
        mark orders-0 => ok
        scan => orders-0 (orders 0, BwcHBwcHBwcHBwcHBwcHBw)
        write orders-0/partition.metadata version: 0\ntopic_id: AQEBAQEBAQEBAQEBAQEBAQ => ok
        whose orders-0 => BwcHBwcHBwcHBwcHBwcHBw
        whose orders-0 => AQEBAQEBAQEBAQEBAQEBAQ
        scan => orders-0 (orders 0, AQEBAQEBAQEBAQEBAQEBAQ)
        stray orders-0 => orders-0.…-stray
        whose orders-0 => no id
        mark orders-0 => ok
        whose orders-0 => BwcHBwcHBwcHBwcHBwcHBw
    "#]]);
}

#[test]
fn a_clean_stop_is_trusted_once() {
    check(expect![[r#"
        open => clean false, epoch -1
        log t-0 => 0 to 0, walked 0
        append => ok
        stop => 
        open => clean false, epoch -1
        log t-0 => 0 to 1, walked 1
        stop clean => ok
        list => .kafka_cleanshutdown .lock meta.properties t-0
        show .kafka_cleanshutdown => {"version":0,"brokerEpoch":13}
        open => clean true, epoch 13
        log t-0 => 0 to 1, walked 0
        list => .lock meta.properties t-0
        stop => 
        write .kafka_cleanshutdown => ok
        open => clean true, epoch -1
    "#]]);
}

#[test]
fn a_directory_is_of_one_node_and_one_cluster() {
    check(expect![[r#"
        open cluster=igBZcuPfSD2Mf7zlv1ulRw => clean false, epoch -1
        open => the log directory /data is in use by another process: its file .lock is held. Stop that process, or choose another directory (log.dirs)
        stop => 
        open node=2 => the log directory /data belongs to node 1, but node.id is 2: set node.id=1, or choose another directory
        open cluster=another => the log directory /data belongs to cluster igBZcuPfSD2Mf7zlv1ulRw, not to another: its meta.properties says so. Choose the directory of this cluster, or an empty one
        open cluster=igBZcuPfSD2Mf7zlv1ulRw => clean false, epoch -1
        stop => 
        write meta.properties version=1\nnode.id=1\ncluster.id=c => ok
        open => clean false, epoch -1
        stop => 
        show meta.properties => node.id=1 / directory.id=PNl0GhXQQmuaTr8tN226cA / version=1 / cluster.id=c
        write meta.properties version=1\nnode.id=one\ncluster.id=c => ok
        open => /data/meta.properties: node.id should be a whole number, not "one". Bring the file back from a copy, or choose another directory (log.dirs)
        write meta.properties version=9 => ok
        open => /data/meta.properties: version should be 0 or 1, not "9". Bring the file back from a copy, or choose another directory (log.dirs)
        write meta.properties broker.id=1\nversion=0 => ok
        open cluster=igBZcuPfSD2Mf7zlv1ulRw => clean false, epoch -1
        show meta.properties => node.id=1 / directory.id=FYjOuBpmSTePH9b11-ZYDA / version=1 / cluster.id=igBZcuPfSD2Mf7zlv1ulRw
    "#]]);
}

#[test]
fn partitions_are_found_and_foreign_folders_are_not_passed_over() {
    check(expect![[r#"
        open => clean false, epoch -1
        log my-topic-0 => 0 to 0, walked 0
        mark my-topic-0 => ok
        log b-12 => 0 to 0, walked 0
        append => ok
        write c-1/partition.metadata nonsense => ok
        write d-0.5f2b41e0c9d54a6bb1e7f0a4d2c83f19-delete/x => ok
        write e-3.5f2b41e0c9d54a6bb1e7f0a4d2c83f19-future/x => ok
        write f-3.5f2b41e0c9d54a6bb1e7f0a4d2c83f19-stray/x => ok
        write remote-log-index-cache/x => ok
        write a-file => ok
        scan => b-12 (b 12, no id), c-1 (c 1, no id), e-3.…-future (e 3, no id), f-3.…-stray (f 3, no id), my-topic-0 (my-topic 0, BwcHBwcHBwcHBwcHBwcHBw)
        wait 0 => 
        list => .lock a-file b-12 c-1 e-3.…-future f-3.…-stray meta.properties my-topic-0 remote-log-index-cache
        write lost+found/x => ok
        scan => /data/lost+found is no partition's folder. A log directory holds nothing else: move it away, or choose another directory (log.dirs)
    "#]]);
}

#[test]
fn a_deleted_partition_goes_after_a_while() {
    check(expect![[r#"
        open => clean false, epoch -1
        log t-0 => 0 to 0, walked 0
        append => ok
        delete t-0 => ok
        append => log /data/t-0 takes no more appends: it is deleted
        sync => ok
        list => .lock meta.properties t-0.…-delete
        wait 59000 => 
        list => .lock meta.properties t-0.…-delete
        log t-0 => 0 to 0, walked 0
        list => .lock meta.properties t-0.…-delete
        append => ok
        wait 1000 => 
        list => .lock meta.properties t-0
        stray t-0 => t-0.…-stray
        list => .lock meta.properties t-0.…-stray
        stray nonsense => nonsense is no partition's folder
    "#]]);
}

#[test]
fn a_partition_that_was_never_written_to_leaves_no_trace() {
    check(expect![[r#"
        open => clean false, epoch -1
        log t-0 => 0 to 0, walked 0
        sync => ok
        list => .lock meta.properties
        log t-0 => 0 to 0, walked 0
        delete t-0 => ok
        list => .lock meta.properties
    "#]]);
}

#[test]
fn a_partition_that_cannot_be_opened_goes_too() {
    check(expect![[r#"
        open => clean false, epoch -1
        write t-0/00000000000000000000.log unreadable => ok
        delete t-0 closed => ok
        delete t-1 closed => ok
        list => .lock meta.properties t-0.…-delete
        wait 0 => 
        list => .lock meta.properties
    "#]]);
}

#[test]
fn checkpoints_are_kept_and_bad_ones_count_as_empty() {
    check(expect![[r#"
        open => clean false, epoch -1
        points? => 
        points t=5 u=7 => ok
        points? => t=5 u=7
        show recovery-point-offset-checkpoint => 0 / 2 / t 0 5 / u 0 7
        write recovery-point-offset-checkpoint 0\n2\nt 0 5 => ok
        points? => 
    "#]]);
}

#[test]
fn a_failed_sync_takes_the_directory_offline() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    simulation.run(async {
        let dir = LogDir::open(&world, Path::new(DIR), dir_options()).expect("the directory");
        let how = OpenAs { clean: true, recovery_point: 0, log_start: 0, synced: false };
        let open = |folder: &str| Log::open(&dir, folder, LogConfig::default(), how, 0, &mut |_| {}).expect("a log").0;
        let (one, other) = (open("t-0"), open("t-1"));
        let batch = make_batch(0, 1, 0, 0, kampa_formats::compression::Codec::None);
        let append = |log: &Log| log.append(std::slice::from_ref(&batch), &[summary(&batch)]);
        append(&one).expect("appends");
        append(&other).expect("appends");
        other.sync().await.expect("syncs");
        simulation.set_faults(Faults { syncs_fail: 1.0, ..Faults::none() });
        let failed = one.sync().await.expect_err("fails");
        simulation.set_faults(Faults::none());
        let again = one.sync().await.expect_err("is not tried again");
        let elsewhere = other.roll().expect_err("all logs of the directory are out of use");
        let mark = dir.mark_clean(1).expect_err("this is no clean stop");
        let read = one.read(0, 1000, 1, true).await.expect("reads go on");
        let shown = format!("{failed}\n{again}\n{elsewhere}\n{mark}\n{}\n", read.next_offset);
        expect![[r#"
            log directory /data: sync: Input/output error (os error 5)
            log directory /data is offline until restart: sync: Input/output error (os error 5)
            log directory /data is offline until restart: sync: Input/output error (os error 5)
            log directory /data is offline until restart: sync: Input/output error (os error 5)
            1
        "#]]
        .assert_eq(&shown);
        assert_eq!((one.durable_end(), other.durable_end()), (0, 1));
    });
}

#[test]
fn another_handle_cannot_hold_the_real_directory() {
    in_temporary_dir(|world, path| async move {
        let dir = LogDir::open(&world, &path, dir_options()).expect("the directory");
        let second = LogDir::open(&world, &path, dir_options());
        assert!(matches!(second, Err(OpenDirError::Locked(_))));
        assert!(dir.space().expect("space").free_bytes > 0);
        drop(dir);
        let options = LogDirOptions { cluster_id: Some("c".to_owned()), ..dir_options() };
        let third = LogDir::open(&world, &path, options);
        assert!(matches!(third, Err(OpenDirError::Cluster { .. })));
        world.disk().open(path.join("a-file"), OpenOptions::CREATE).expect("creates");
        let dir = LogDir::open(&world, &path, dir_options()).expect("the directory");
        assert_eq!(dir.scan().expect("scans"), []);
    });
}
