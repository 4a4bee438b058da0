//! The notation of `crates/protocol/schema`, and what is made of it: the Rust of `crates/protocol/src/generated`, and
//! example bytes to hold that Rust against.
//!
//! Part of the workshop, never of the binary. It does not depend on `protocol`, so that it still runs when the
//! generated code does not compile.

// The workshop is no node: it may use the machine directly.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod codegen;
pub mod examples;
pub mod model;
pub mod parse;
mod rust;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use model::Schema;

/// Every schema file below `crates/protocol/schema`, in the order of their paths.
pub fn read_all(root: &Path) -> Result<Vec<Schema>> {
    let folder = root.join("crates/protocol/schema");
    let mut paths = Vec::new();
    find(&folder, &mut paths)?;
    paths.sort();
    ensure!(!paths.is_empty(), "no schema files in {}", folder.display());
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
        let below = path.strip_prefix(&folder).unwrap_or(path);
        parse::parse(&below.display().to_string(), &text)
    };
    paths.iter().map(read).collect()
}

/// The project's root, wherever the caller stands.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, found)?;
        } else if path.extension().is_some_and(|e| e == "kafka") {
            found.push(path);
        }
    }
    Ok(())
}
