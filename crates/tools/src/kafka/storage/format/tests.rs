//! Formatting on a simulated machine. Sentences and files are those of Apache's tool of 4.4.0.

use bytes::Bytes;
use expect_test::{Expect, expect};
use kampa_formats::batch::{BatchView, batches};
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};

use crate::Call;
use crate::testing::{self, Kept};

/// A machine with settings, and what the tool says there.
struct Machine {
    simulation: Simulation,
    world: World,
}

impl Machine {
    fn with(settings: &str) -> Machine {
        let simulation = Simulation::new(1, Faults::none());
        let world = simulation.process("node");
        world.disk().write_unsynced("/node.properties", settings.as_bytes()).unwrap();
        Machine { simulation, world }
    }

    /// Words of the command line after `format -c …`; each blank a border unless within quotes of `'`.
    fn format(&self, line: &str) -> String {
        let mut arguments: Vec<String> = ["format", "-c", "/node.properties"].map(str::to_owned).into();
        for (at, part) in line.split('\'').enumerate() {
            match at % 2 {
                0 => arguments.extend(part.split_whitespace().map(str::to_owned)),
                _ => arguments.push(part.to_owned()),
            }
        }
        let (streams, out, err) = testing::streams("");
        let call = Call { world: self.world.clone(), arguments, streams: streams.clone() };
        let ended = self.simulation.run(crate::kafka::storage::run(call));
        streams.out.flush();
        let code = ended.err().map_or(String::new(), |stop| format!("{stop:?}\n"));
        let said = |mark: &str, kept: &Kept| {
            let text = kept.text();
            let lines = text.lines().filter(|line| !line.starts_with("Bootstrap metadata: "));
            lines.map(|line| format!("{mark}{line}\n")).collect::<String>()
        };
        said("", &out) + &said("! ", &err) + &code
    }

    fn check(&self, line: &str, expected: Expect) {
        expected.assert_eq(&self.format(line));
    }

    fn read(&self, path: &str) -> Vec<u8> {
        self.world.disk().read(path).unwrap_or_default()
    }
}

const SETTINGS: &str = "\
    node.id=1\n\
    listeners=PLAINTEXT://127.0.0.1:21000,CONTROLLER://127.0.0.1:21001\n\
    log.dirs=/data\n";
const CHECKPOINT: &str = "/data/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint";

/// Records of a snapshot; the first says when it was made.
fn records(bytes: &[u8]) -> Vec<String> {
    let mut drawn = Vec::new();
    for batch in batches(Bytes::copy_from_slice(bytes)) {
        let batch = BatchView::check(batch.unwrap().into_bytes()).unwrap();
        for record in batch.records(1 << 20).unwrap() {
            let record = record.unwrap();
            drawn.push(format!("{} {:?} {:?}", record.offset, record.key, record.value));
        }
    }
    drawn
}

#[test]
fn the_same_records_as_apaches() {
    let machine = Machine::with(SETTINGS);
    machine.check(
        "-t abc -I 17@[::1]:1:JEXY6aqzQY-32P5TStzaFg,1@localhost:21001:MvDxzVmcRsaTz33bUuRU6A \
         -S 'SCRAM-SHA-512=[name=alice,iterations=8192,salt=\"N3E=\",saltedpassword=\"YCE=\"]' \
         -S 'SCRAM-SHA-256=[name=bü,password=pässword,salt=eA==]'",
        expect![[r#"
            Formatting dynamic metadata voter directory /data with metadata.version 4.4-IV2.
            ! [2026-01-01 00:00:00,002] WARN kampa server will not start with this configuration: other controllers than itself are to be in the quorum; only a quorum of one is served yet (kafka.tools.StorageTool)
        "#]],
    );
    let golden = include_bytes!("../../../../golden/storage/00000000000000000000-0000000000.checkpoint");
    let (ours, theirs) = (machine.read(CHECKPOINT), golden.to_vec());
    assert_eq!(ours.len(), theirs.len());
    assert_eq!(records(&ours)[1..], records(&theirs)[1..]);
    let meta = String::from_utf8(machine.read("/data/meta.properties")).unwrap();
    let lines: Vec<&str> = meta.lines().skip(2).collect();
    assert_eq!(lines, ["node.id=1", "directory.id=MvDxzVmcRsaTz33bUuRU6A", "version=1", "cluster.id=abc"]);
}

#[test]
fn formatted_directories_stay_as_they_are() {
    let machine = Machine::with(SETTINGS);
    machine.check(
        "-t abc -s",
        expect![[r#"
        Formatting dynamic metadata voter directory /data with metadata.version 4.4-IV2.
    "#]],
    );
    let before = (machine.read(CHECKPOINT), machine.read("/data/meta.properties"));
    machine.check("-t abc -s", expect![[r#"
        ! Log directory /data is already formatted. Use --ignore-formatted to ignore this directory and format the others.
        Exit(1)
    "#]]);
    machine.check(
        "-t abc -s -g",
        expect![[r#"
        All of the log directories are already formatted.
    "#]],
    );
    machine.check("-t other -s -g", expect![[r#"
        ! Exception in thread "main" java.lang.RuntimeException: Invalid cluster.id in: /data/meta.properties. Expected other, but read abc
        Exit(1)
    "#]]);
    assert_eq!(before, (machine.read(CHECKPOINT), machine.read("/data/meta.properties")));
}

#[test]
fn a_directory_is_formatted_when_it_says_whose_it_is() {
    let machine = Machine::with(SETTINGS);
    machine.format("-t abc -s");
    machine.world.disk().remove_file("/data/meta.properties").unwrap();
    machine.check(
        "-t abc -s",
        expect![[r#"
        Formatting dynamic metadata voter directory /data with metadata.version 4.4-IV2.
    "#]],
    );
    machine.world.disk().write_unsynced("/data/meta.properties", b"version=7").unwrap();
    let told = machine.format("-t abc -s");
    // The log line begins with the time.
    expect![[r#"
        ! [<time>] ERROR Error while reading meta.properties file /data/meta.properties (org.apache.kafka.metadata.properties.MetaPropertiesEnsemble)
        ! java.lang.RuntimeException: Unknown meta.properties version number 7
        ! No available log directories to format.
        Exit(1)
    "#]].assert_eq(&told.replace(told.split("] ").next().unwrap_or_default(), "! [<time>"));
}

#[test]
fn what_our_server_cannot_serve_is_formatted_and_told() {
    let machine = Machine::with(
        "process.roles=broker\nnode.id=7\nlisteners=PLAINTEXT://:9092\nlog.dirs=/a,/b\n\
         controller.quorum.voters=1@a:1,2@b:1,3@c:1",
    );
    let told = machine.format("-t abc -r 4.0");
    let told: Vec<&str> = told.lines().map(|line| line.split_once("] ").map_or(line, |(_, words)| words)).collect();
    expect![[r#"
        Formatting metadata directory /a with metadata.version 4.0-IV3.
        Formatting data directory /b with metadata.version 4.0-IV3.
        WARN kampa server will not start with this configuration: only process.roles=broker,controller is served yet (kafka.tools.StorageTool)
        WARN kampa server will not start with this configuration: controller.quorum.voters names 3 controllers; only a quorum of one is served yet (kafka.tools.StorageTool)"#]].assert_eq(&told.join("\n"));
    let told = Machine::with(SETTINGS).format("-t abc -r 4.0 -N");
    let told: Vec<&str> = told.lines().map(|line| line.split_once("] ").map_or(line, |(_, words)| words)).collect();
    expect![[r#"
        Formatting metadata directory /data with metadata.version 4.0-IV3.
        WARN kampa server will not start with this configuration: other controllers than itself are to be in the quorum; only a quorum of one is served yet (kafka.tools.StorageTool)"#]].assert_eq(&told.join("\n"));
    // Only controllers keep the metadata's beginnings.
    assert_eq!(machine.read("/a/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint"), b"");
}
