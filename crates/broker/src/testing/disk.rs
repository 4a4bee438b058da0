//! What happens to a node's data directory while nobody looks, and what lies in it: done to the simulated disk behind the node's back.

use std::path::{Path, PathBuf};

use kampa_world::sim::Control;
use kampa_world::{Disk, OpenOptions};

use super::script::Line;

/// Does what a line says, if it is about files; what there is to say. Paths begin in the data directory.
pub(super) fn does(control: &Control, line: &Line) -> Option<Option<String>> {
    let disk = control.disk(NODE);
    let path = || -> PathBuf { Path::new(DATA_DIR).join(line.words[0]) };
    let number = |at: usize| -> u64 { line.words[at].parse().expect("a number") };
    let done = match line.command {
        "remove" => disk.remove_file(path()),
        "remove-folder" => disk.remove_dir_all(path()),
        "make-folder" => disk.create_dir_all(path()),
        // What comes after the path, with `|` between lines.
        "write" => {
            let content = line.text.split_once(line.words[0]).map_or("", |(_, content)| content.trim());
            disk.write_atomic(path(), content.replace(" | ", "\n").as_bytes())
        }
        "cut" => disk.open(path(), OpenOptions::READ_WRITE).and_then(|file| file.set_len(number(1))),
        "copy" => {
            disk.read(path()).and_then(|bytes| disk.write_atomic(Path::new(DATA_DIR).join(line.words[1]), &bytes))
        }
        "copy-folder" => {
            copy_folder(&disk, &path(), &Path::new(DATA_DIR).join(line.words[1]));
            Ok(())
        }
        "move" => disk.rename(path(), Path::new(DATA_DIR).join(line.words[1])),
        "flip" => control.flip_bit(NODE, path(), number(1), 0),
        "files" => {
            let entries = disk.read_dir(path()).expect("a folder");
            let told = |entry: kampa_world::DirEntry| {
                if entry.is_dir {
                    format!("{}/", without_chance(&entry.name))
                } else {
                    format!("{}={}", entry.name, entry.len)
                }
            };
            return Some(Some(entries.into_iter().map(told).collect::<Vec<_>>().join(" ")));
        }
        "text" => {
            let bytes = disk.read(path()).expect("a file");
            return Some(Some(String::from_utf8_lossy(&bytes).trim_end().replace('\n', " | ")));
        }
        _ => return None,
    };
    done.unwrap_or_else(|error| panic!("{} {}: {error}", line.command, line.words.join(" ")));
    Some(None)
}

fn copy_folder(disk: &Disk, from: &Path, to: &Path) {
    disk.create_dir_all(to).expect("made");
    for entry in disk.read_dir(from).expect("a folder") {
        let (from, to) = (from.join(&entry.name), to.join(&entry.name));
        if entry.is_dir {
            copy_folder(disk, &from, &to);
        } else {
            disk.write_atomic(to, &disk.read(from).expect("a file")).expect("written");
        }
    }
}

/// `orders-1.5f2b41e0c9d54a6bb1e7f0a4d2c83f19-stray`, but for what is drawn.
fn without_chance(name: &str) -> String {
    match name.split_once('.') {
        Some((folder, rest)) if rest.len() > UNIQUE_LEN => format!("{folder}.*{}", &rest[UNIQUE_LEN..]),
        _ => name.to_owned(),
    }
}

const UNIQUE_LEN: usize = 32;
/// The node's host.
pub(super) const NODE: &str = "node";
/// Where its data lies.
pub(super) const DATA_DIR: &str = "/data";
