//! `cargo xtask codegen`: writes `crates/protocol/src/generated` from the schema files, or checks that it is up to date.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::model::{Kind, Schema};
use crate::{read_all, root, rust};

/// With `check`, changes nothing and fails when a file is not what the schemas ask for.
pub fn run(check: bool) -> Result<()> {
    let root = root();
    let schemas = read_all(&root)?;
    let wanted = formatted(&root, &files(&schemas)?)?;
    let folder = root.join("crates/protocol/src/generated");
    let mut found = BTreeMap::new();
    if folder.exists() {
        read_tree(&folder, &folder, &mut found)?;
    }
    let stale: Vec<&String> = wanted.keys().filter(|path| found.get(*path) != wanted.get(*path)).collect();
    let extra: Vec<&String> = found.keys().filter(|path| !wanted.contains_key(*path)).collect();
    if check {
        ensure!(
            stale.is_empty() && extra.is_empty(),
            "run `cargo xtask codegen`: {stale:?} {extra:?} are not up to date"
        );
        return Ok(());
    }
    for path in &stale {
        write(&folder.join(path), &wanted[*path])?;
    }
    for path in &extra {
        fs::remove_file(folder.join(path))?;
    }
    println!(
        "codegen: {} schemas, {} files, {} of them changed",
        schemas.len(),
        wanted.len(),
        stale.len() + extra.len()
    );
    Ok(())
}

/// Path below the generated folder, and text before formatting.
fn files(schemas: &[Schema]) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut messages = Vec::new();
    let mut groups: BTreeMap<String, Vec<&Schema>> = BTreeMap::new();
    let mut headers = Vec::new();
    for schema in schemas {
        let at = match (schema.kind, schema.path.split('/').collect::<Vec<_>>().as_slice()) {
            (Kind::Api, [_]) => {
                messages.push(schema);
                "messages".to_owned()
            }
            (Kind::Header, ["headers", _]) => {
                headers.push(schema);
                "headers".to_owned()
            }
            (Kind::Record | Kind::CoordinatorRecord | Kind::Data, ["records", group, _]) => {
                groups.entry((*group).to_owned()).or_default().push(schema);
                format!("records/{group}")
            }
            _ => bail!("{}: a {:?} does not belong in this folder", schema.path, schema.kind),
        };
        if schema.versions.is_some() {
            files.insert(format!("{at}/{}.rs", rust::module_name(schema)), rust::module(schema));
        }
    }
    files.insert("mod.rs".into(), rust::root_module());
    files.insert("apis.rs".into(), rust::apis(&messages)?);
    files.insert("visit.rs".into(), rust::visit(schemas));
    files.insert("messages/mod.rs".into(), rust::list(&messages, "Requests and responses, one module per API."));
    files.insert("headers/mod.rs".into(), rust::list(&headers, "Headers of requests and responses."));
    files.insert("records/mod.rs".into(), rust::groups(groups.keys()));
    for (name, group) in &groups {
        files.insert(format!("records/{name}/mod.rs"), rust::group(name, group));
    }
    Ok(files)
}

/// All files through rustfmt at once: it follows the modules from the first one.
fn formatted(root: &Path, files: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    let scratch = std::env::temp_dir().join(format!("kampa-codegen-{}", std::process::id()));
    for (path, text) in files {
        write(&scratch.join(path), text)?;
    }
    let done = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root.join("rustfmt.toml"))
        .arg(scratch.join("mod.rs"))
        .output()
        .context("run rustfmt")?;
    let mut formatted = BTreeMap::new();
    read_tree(&scratch, &scratch, &mut formatted)?;
    fs::remove_dir_all(&scratch)?;
    ensure!(done.status.success(), "rustfmt: {}", String::from_utf8_lossy(&done.stderr));
    Ok(formatted)
}

fn read_tree(top: &Path, folder: &Path, found: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_tree(top, &path, found)?;
        } else {
            let below = path.strip_prefix(top).unwrap_or(&path).display().to_string();
            found.insert(below, fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).with_context(|| format!("write {}", path.display()))
}
