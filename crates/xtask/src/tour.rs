//! `cargo xtask tour`: the session in docs/tour.md, typed again into a shell beside a fresh node; it must say what the page says.
//!
//! What differs from one time to the next (ids, times, rates, ports) is told alike before pages are compared.

use std::fs;
use std::iter::Peekable;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::str::Chars;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::node::{Software, free_ports};
use crate::process::Child;
use crate::{root, target};

/// Plays the page; with `--record` writes it anew from the lines typed in it.
pub fn run(arguments: &[&str]) -> Result<()> {
    let (record, rest) = match arguments {
        ["--record", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let binary = match rest {
        [] => None,
        ["--binary", path] => Some(Path::new(path)),
        other => bail!("cargo xtask tour takes --record and --binary PATH, not {}", other.join(" ")),
    };
    let software = Software::kampa(binary)?;
    let binary = software.program()?;
    let page = root().join("docs/tour.md");
    let text = fs::read_to_string(&page).with_context(|| format!("read {}", page.display()))?;
    let (head, rest) = text.split_once(OPENED).context("docs/tour.md shows no session")?;
    let (shown, tail) = rest.split_once(CLOSED).context("the session in docs/tour.md does not end")?;
    let typed: Vec<&str> = shown.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
    let played = play(binary, &typed)?;
    if record {
        fs::write(&page, format!("{head}{OPENED}{played}{CLOSED}{tail}"))?;
    } else if let Some((was, is)) = first_difference(shown, &played) {
        bail!(
            "docs/tour.md shows\n    {was}\nand now it is\n    {is}\nIf that is meant: cargo xtask tour --record\n\n{played}"
        );
    }
    println!("tour: {} commands, {} lines", typed.len(), played.lines().count());
    Ok(())
}

/// What a shell shows that is given these lines one after the other, in an empty folder.
fn play(binary: &Path, typed: &[&str]) -> Result<String> {
    let folder = target().join("tour");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(folder.join("bin"))?;
    symlink(binary, folder.join("bin/kampa"))?;
    symlink(binary, folder.join("bin/kafka-dump-log"))?;
    let [clients, controller] = free_ports()?;
    let [pages, _] = free_ports()?;
    let script = typed.iter().fold(prelude(clients, controller, pages), |script, line| {
        let wait = if line.ends_with('&') { "until grep -q ready session; do sleep 0.02; done\n" } else { "" };
        // A shell says its prompt and the line itself only to a terminal.
        format!("{script}printf '%s\\n' {}\n{line}\n{wait}", quoted(&format!("$ {line}")))
    });
    let session = fs::File::create(folder.join("session"))?;
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("bash");
    shell
        .arg("-c")
        .arg(script)
        .current_dir(&folder)
        .env("PATH", path)
        .env("KAMPA_SERVER", format!("localhost:{clients}"));
    shell.env_remove("KAMPA_CLIENT_CONFIG").stdin(Stdio::null()).stdout(session.try_clone()?).stderr(session);
    let mut shell = Child::leading(&mut shell)?;
    let ended = shell.ended_by(Instant::now() + PATIENCE)?;
    shell.kill();
    let said = fs::read_to_string(folder.join("session"))?;
    ensure!(ended.is_some(), "the tour did not end within {PATIENCE:?}:\n{said}");
    Ok(said
        .replace(&folder.display().to_string(), HOME)
        .replace(&clients.to_string(), "9092")
        .replace(&pages.to_string(), "8090"))
}

/// The node takes ports that are free; else all is as it is typed.
fn prelude(clients: u16, controller: u16, pages: u16) -> String {
    format!(
        "trap 'kill %1; wait' EXIT\n\
         kampa() {{\n\
           if [ \"$1\" = server ]; then\n\
             shift\n\
             command kampa server --set listeners=PLAINTEXT://localhost:{clients},CONTROLLER://localhost:{controller} \
               --http 127.0.0.1:{pages} \"$@\" 2>node.log\n\
           else command kampa \"$@\"; fi\n\
         }}\n"
    )
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The first pair of lines that do not say the same.
fn first_difference<'a>(was: &'a str, is: &'a str) -> Option<(&'a str, &'a str)> {
    let count = was.lines().count().max(is.lines().count());
    let line = |text: &'a str, at| text.lines().nth(at).unwrap_or("(nothing)");
    (0..count).map(|at| (line(was, at), line(is, at))).find(|(was, is)| told_alike(was) != told_alike(is))
}

/// A line with `#` for each number that a clock or a machine makes, and for each id.
fn told_alike(line: &str) -> String {
    let measured = MEASURED.iter().any(|word| line.contains(word));
    let mut letters = line.chars().peekable();
    let mut alike = String::new();
    while let Some(first) = letters.peek().copied() {
        let word = take_while(&mut letters, |letter| is_of_word(letter) == is_of_word(first));
        let is_number = word.starts_with(|letter: char| letter.is_ascii_digit());
        let is_told_alike = word.len() == ID_LETTERS || is_number && (measured || word.len() >= CLOCK_DIGITS);
        alike += if is_of_word(first) && is_told_alike { "#" } else { &word };
    }
    alike
}

fn take_while(letters: &mut Peekable<Chars<'_>>, is_wanted: impl Fn(char) -> bool) -> String {
    std::iter::from_fn(|| letters.next_if(|letter| is_wanted(*letter))).collect()
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '-'
}

/// Where the session begins in the page, and where it ends.
const OPENED: &str = "```console\n";
const CLOSED: &str = "```\n";
/// The folder that people are told of.
const HOME: &str = "/home/you";
/// A line with one of these tells what a machine can do.
const MEASURED: [&str; 2] = ["ready after", " a second"];
/// A cluster's or a topic's id.
const ID_LETTERS: usize = 22;
/// Milliseconds since 1970.
const CLOCK_DIGITS: usize = 13;
/// A tour takes two seconds.
const PATIENCE: Duration = Duration::from_secs(60);
