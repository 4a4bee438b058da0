//! The same script on both sides gives the same answers: what the simulation says of files, the operating system says too.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use expect_test::{Expect, expect};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::real::Directory;
use crate::sim::{Faults, Simulation};
use crate::{DirName, Disk, File, OpenOptions, World};

/// One operation a line, answers beside it; both sides must give these. A file is opened for one operation at a time, but for
/// `open` and `close`, which keep it open across lines.
fn check(script: &str, expected: Expect) {
    expected.assert_eq(&compare(script));
}

fn compare(script: &str) -> String {
    let directory = Directory::new();
    let real = World::run(1, |world| async move { run(world.disk(), &directory.path, script) }).unwrap();
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    world.disk().create_dir_all("/data/log").unwrap();
    let simulated = run(world.disk(), Path::new("/data/log"), script);
    let differing = real.lines().zip(simulated.lines()).find(|(real, simulated)| real != simulated);
    assert_eq!(differing, None, "left is the real disk, right the simulated one");
    real
}

fn run(disk: &Disk, root: &Path, script: &str) -> String {
    let mut answers = String::new();
    let mut kept: Option<File> = None;
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let answer = step(disk, root, line, &mut kept).unwrap_or_else(|error| format!("{:?}", error.kind()));
        writeln!(answers, "{line}: {answer}").unwrap();
    }
    answers
}

fn step(disk: &Disk, root: &Path, line: &str, kept: &mut Option<File>) -> io::Result<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let path = |at: usize| root.join(words[at]);
    let number = |at: usize| words[at].parse::<u64>().unwrap();
    let open = |at: usize| disk.open(path(at), OpenOptions::READ_WRITE);
    let done = |()| "ok".to_owned();
    match words[0] {
        "create" => disk.open(path(1), OpenOptions::CREATE).map(|_| "ok".to_owned()),
        "create_new" => disk.open(path(1), OpenOptions::CREATE_NEW).map(|_| "ok".to_owned()),
        "truncate" => disk.open(path(1), OpenOptions::TRUNCATE).map(|_| "ok".to_owned()),
        "create_unwritable" => {
            let options = OpenOptions { create: true, ..OpenOptions::READ };
            disk.open(path(1), options).map(|_| "ok".to_owned())
        }
        "open" => open(1).map(|file| {
            *kept = Some(file);
            "ok".to_owned()
        }),
        "close" => {
            *kept = None;
            Ok("ok".to_owned())
        }
        "kept_read" => {
            let mut buffer = [0; 64];
            let count = kept.as_ref().unwrap().read_at(&mut buffer, number(1))?;
            Ok(format!("{:?}", String::from_utf8_lossy(&buffer[..count])))
        }
        "kept_write" => kept.as_ref().unwrap().write_all_at(words[2].as_bytes(), number(1)).map(done),
        "write" => {
            let slices: Vec<&[u8]> = words[3..].iter().map(|word| word.as_bytes()).collect();
            open(1)?.write_all_vectored_at(&slices, number(2)).map(done)
        }
        "write_read_only" => disk
            .open(path(1), OpenOptions::READ)?
            .write_all_at(b"x", 0)
            .map(done)
            .map_err(|error| io::Error::other(error.raw_os_error().unwrap_or(0).to_string()))
            .or_else(|error| Ok(format!("errno {error}"))),
        "read" => {
            let mut buffer = vec![0; number(3) as usize];
            let count = open(1)?.read_at(&mut buffer, number(2))?;
            Ok(format!("{:?}", String::from_utf8_lossy(&buffer[..count])))
        }
        "read_exact" => {
            let mut buffer = vec![0; number(3) as usize];
            open(1)?.read_exact_at(&mut buffer, number(2))?;
            Ok(format!("{:?}", String::from_utf8_lossy(&buffer)))
        }
        "read_all" => disk.read(path(1)).map(|bytes| format!("{:?}", String::from_utf8_lossy(&bytes))),
        "replace" => disk.write_atomic(path(1), words[2].as_bytes()).map(done),
        "set_len" => open(1)?.set_len(number(2)).map(done),
        "allocate" => open(1)?.allocate(number(2), number(3)).map(done),
        "sync" => open(1)?.sync_data().map(done),
        "len" => disk.len(path(1)).map(|len| len.to_string()),
        "mkdir" => disk.create_dir_all(path(1)).map(done),
        "list" => {
            let entries = disk.read_dir(path(1))?;
            let names = entries.iter().map(|entry| DirName { name: entry.name.clone(), is_dir: entry.is_dir });
            assert_eq!(disk.read_names(path(1))?, names.collect::<Vec<_>>());
            let shown = entries.iter().map(|entry| match entry.is_dir {
                true => format!("{}/", entry.name),
                false => format!("{}:{}", entry.name, entry.len),
            });
            Ok(shown.collect::<Vec<_>>().join(" "))
        }
        "rename" => disk.rename(path(1), path(2)).map(done),
        "remove" => disk.remove_file(path(1)).map(done),
        "remove_all" => disk.remove_dir_all(path(1)).map(done),
        "exists" => Ok(format!("{} {}", disk.exists(path(1)), disk.is_dir(path(1)))),
        "sync_dir" => disk.sync_dir(path(1)).map(done),
        "sync_all_below" => disk.sync_all_below(path(1)).map(done),
        "lock_twice" => {
            let first = disk.lock(path(1))?;
            let second = disk.lock(path(1))?.is_some();
            drop(first);
            Ok(format!("{second} {}", disk.lock(path(1))?.is_some()))
        }
        other => panic!("no operation {other}"),
    }
}

#[test]
fn files() {
    check(
        "
        open log
        create log
        create_new log
        create_new other
        create_unwritable new
        write log 0 hello , world
        read log 0 5
        read log 7 100
        read log 12 1
        read log 99 1
        read_exact log 0 12
        read_exact log 5 12
        read_all log
        write log 20 end
        len log
        read_all log
        write log 0 J
        set_len log 5
        read_all log
        set_len log 7
        read_all log
        allocate log 0 100
        len log
        sync log
        write_read_only log
        truncate log
        len log
        read_all log
        ",
        expect![[r#"
            open log: NotFound
            create log: ok
            create_new log: AlreadyExists
            create_new other: ok
            create_unwritable new: InvalidInput
            write log 0 hello , world: ok
            read log 0 5: "hello"
            read log 7 100: "orld"
            read log 12 1: ""
            read log 99 1: ""
            read_exact log 0 12: UnexpectedEof
            read_exact log 5 12: UnexpectedEof
            read_all log: "hello,world"
            write log 20 end: ok
            len log: 23
            read_all log: "hello,world\0\0\0\0\0\0\0\0\0end"
            write log 0 J: ok
            set_len log 5: ok
            read_all log: "Jello"
            set_len log 7: ok
            read_all log: "Jello\0\0"
            allocate log 0 100: ok
            len log: 7
            sync log: ok
            write_read_only log: errno 9
            truncate log: ok
            len log: 0
            read_all log: ""
        "#]],
    );
}

#[test]
fn names() {
    check(
        "
        list .
        list nowhere
        mkdir a/b/c
        mkdir a/b
        create a/file
        mkdir a/file
        mkdir a/file/deeper
        create nowhere/file
        create a/file/x
        write a/file 0 text
        list a
        exists a
        exists a/file
        exists a/nothing
        rename a/file a/moved
        exists a/file
        read_all a/moved
        rename a/nothing a/moved
        create a/target
        rename a/moved a/target
        read_all a/target
        rename a/target a/b
        rename a/b a/target
        rename a/b a/b/c/d
        mkdir full
        create full/x
        rename a/b full
        mkdir empty
        rename a/b empty
        list .
        list empty
        rename full full
        remove full
        remove full/x
        remove full/x
        list full
        remove_all empty
        remove_all empty
        remove_all a/target
        sync_dir .
        sync_dir nowhere
        sync_all_below .
        sync_all_below nowhere
        replace meta one
        replace meta two
        read_all meta
        list .
        lock_twice .lock
        ",
        expect![[r#"
            list .: 
            list nowhere: NotFound
            mkdir a/b/c: ok
            mkdir a/b: ok
            create a/file: ok
            mkdir a/file: AlreadyExists
            mkdir a/file/deeper: NotADirectory
            create nowhere/file: NotFound
            create a/file/x: NotADirectory
            write a/file 0 text: ok
            list a: b/ file:4
            exists a: true true
            exists a/file: true false
            exists a/nothing: false false
            rename a/file a/moved: ok
            exists a/file: false false
            read_all a/moved: "text"
            rename a/nothing a/moved: NotFound
            create a/target: ok
            rename a/moved a/target: ok
            read_all a/target: "text"
            rename a/target a/b: IsADirectory
            rename a/b a/target: NotADirectory
            rename a/b a/b/c/d: InvalidInput
            mkdir full: ok
            create full/x: ok
            rename a/b full: DirectoryNotEmpty
            mkdir empty: ok
            rename a/b empty: ok
            list .: a/ empty/ full/
            list empty: c/
            rename full full: ok
            remove full: IsADirectory
            remove full/x: ok
            remove full/x: NotFound
            list full: 
            remove_all empty: ok
            remove_all empty: NotFound
            remove_all a/target: NotADirectory
            sync_dir .: ok
            sync_dir nowhere: NotFound
            sync_all_below .: ok
            sync_all_below nowhere: NotFound
            replace meta one: ok
            replace meta two: ok
            read_all meta: "two"
            list .: a/ full/ meta:3
            lock_twice .lock: false true
        "#]],
    );
}

#[test]
fn an_open_file_outlives_its_name() {
    check(
        "
        create log
        open log
        kept_write 0 hello
        rename log log.deleted
        kept_read 0
        create log
        read_all log
        remove log.deleted
        kept_write 5 !
        kept_read 0
        close
        list .
        ",
        expect![[r#"
            create log: ok
            open log: ok
            kept_write 0 hello: ok
            rename log log.deleted: ok
            kept_read 0: "hello"
            create log: ok
            read_all log: ""
            remove log.deleted: ok
            kept_write 5 !: ok
            kept_read 0: "hello!"
            close: ok
            list .: log:0
        "#]],
    );
}

/// Random operations on a handful of names, many times.
#[test]
fn random_scripts() {
    for seed in 0..12 {
        let mut chance = SmallRng::seed_from_u64(seed);
        let mut script = String::new();
        const NAMES: [&str; 7] = ["a", "b", "d", "d/a", "d/e", "d/e/a", "nowhere/a"];
        for _ in 0..200 {
            let mut name = || NAMES[chance.random_range(0..NAMES.len())];
            let (name, other) = (name(), name());
            let (position, len) = (chance.random_range(0..9000), chance.random_range(0..9000));
            match chance.random_range(0..20) {
                0..2 => writeln!(script, "create {name}"),
                2 => writeln!(script, "create_new {name}"),
                3 => writeln!(script, "truncate {name}"),
                4..8 => writeln!(script, "write {name} {position} {}", "word ".repeat(len as usize / 1000 + 1)),
                8..10 => writeln!(script, "read {name} {position} {len}"),
                10 => writeln!(script, "set_len {name} {len}"),
                11 => writeln!(script, "len {name}"),
                12..14 => writeln!(script, "mkdir {name}"),
                14 => writeln!(script, "list d"),
                15 => writeln!(script, "rename {name} {other}"),
                16 => writeln!(script, "remove {name}"),
                17 => writeln!(script, "remove_all {name}"),
                18 => writeln!(script, "exists {name}"),
                _ => writeln!(script, "replace {name} text"),
            }
            .unwrap();
        }
        compare(&script);
    }
}
