//! `cargo xtask compat tools`: command lines of Kafka's tools, run by ours and by Apache's on the same node, compared.
//!
//! The command lines lie in `compat/tools/*.txt`, whose form `compat/README.md` tells. A file's lines run in their order
//! first by Apache's tools, in one JVM, and then by ours; a file cleans up after itself, so that both find the same node.

mod apache;
mod cases;
mod normal;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::node::{Node, Software, free_ports};
use crate::process::Child;
use crate::{root, target};
use cases::{Case, Expected};
use normal::{Names, Said};

pub fn run(arguments: &[&str]) -> Result<()> {
    let wanted = Wanted::read(arguments)?;
    let ours = match &wanted.binary {
        Some(binary) => binary.clone(),
        None => match Software::kampa(None)? {
            Software::Kampa { binary } => binary,
            Software::Kafka { .. } => bail!("Kampa's binary is Kampa's"),
        },
    };
    let ours = std::path::absolute(ours)?;
    let software = match wanted.on_kampa {
        true => Software::Kampa { binary: ours.clone() },
        false => Software::kafka()?,
    };
    let mut node = Node::lay(&software, &target().join("compat/nodes/tools"), &[])?;
    node.start()?;
    let folder = target().join("compat/tools-work");
    let names = Names {
        server: node.bootstrap(),
        controller: format!("127.0.0.1:{}", node.ports()[1]),
        nobody: format!("127.0.0.1:{}", free_ports()?[0]),
        files: root().join("compat/tools/files").display().to_string(),
        work: folder.display().to_string(),
        data: node.folder().join("data").display().to_string(),
    };
    let mut apache = apache::Tools::start()?;
    let (mut ran, mut bad, mut meant) = (0, 0, 0);
    for (name, cases) in cases::read_all(&root().join("compat/tools"), &wanted.files)? {
        let began = Instant::now();
        lay(&folder, &names)?;
        let theirs =
            cases.iter().map(|case| apache.run(&case.words(&names), &case.stdin)).collect::<Result<Vec<Said>>>()?;
        lay(&folder, &names)?;
        let mut wrong = 0;
        for (case, theirs) in cases.iter().zip(theirs) {
            let said = run_ours(&ours, &case.words(&names), &case.typed(), &folder)?;
            let normal = |said: &Said| {
                let said = normal::normal(said, &names);
                if case.measured { normal::without_figures(&said, &case.line) } else { said }
            };
            let differs = difference(case, &normal(&theirs), &normal(&said));
            match (&case.expected, differs) {
                (Expected::Differs(_), Some(_)) => meant += 1,
                (Expected::Differs(reason), None) => {
                    println!("{name}:{}: no longer differs ({reason})\n  $ {}\n", case.line_number, case.line);
                    wrong += 1;
                }
                (_, Some(difference)) => {
                    println!("{name}:{}: $ {}\n{difference}", case.line_number, case.line);
                    wrong += 1;
                }
                (_, None) => {}
            }
        }
        println!("{name}: {} command lines in {:.1} s, {wrong} bad\n", cases.len(), began.elapsed().as_secs_f64());
        ran += cases.len();
        bad += wrong;
    }
    node.stop()?;
    ensure!(ran > 0, "no command line was run");
    println!("tools: {} as Apache's, {meant} differ with a reason, {bad} bad", ran - bad - meant);
    ensure!(bad == 0, "{bad} command lines do not say what Apache's tools say");
    Ok(())
}

/// What the command line asks for.
struct Wanted {
    /// Names of files in `compat/tools`, without `.txt`; none means all.
    files: Vec<String>,
    binary: Option<PathBuf>,
    on_kampa: bool,
}

impl Wanted {
    fn read(arguments: &[&str]) -> Result<Wanted> {
        let mut wanted = Wanted { files: Vec::new(), binary: None, on_kampa: false };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--binary" => wanted.binary = Some(rest.next().context("--binary where?")?.into()),
                "--on" => {
                    wanted.on_kampa = match *rest.next().context("--on kampa or kafka?")? {
                        "kampa" => true,
                        "kafka" => false,
                        other => bail!("--on kampa or kafka, not {other}"),
                    }
                }
                name if !name.starts_with('-') => wanted.files.push(name.to_owned()),
                other => bail!("no option is called {other}"),
            }
        }
        Ok(wanted)
    }
}

/// Empties the folder that command lines may fill, and lays the files in it that have names of this run in them.
fn lay(folder: &Path, names: &Names) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    for entry in fs::read_dir(root().join("compat/tools/work"))? {
        let path = entry?.path();
        let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        fs::write(folder.join(path.file_name().context("a file's name")?), names.fill(&text))?;
    }
    Ok(())
}

fn run_ours(binary: &Path, words: &[String], typed: &str, folder: &Path) -> Result<Said> {
    let [input, out, err] = ["stdin", "stdout", "stderr"].map(|name| folder.join(format!(".{name}")));
    fs::write(&input, typed)?;
    let mut command = Command::new(binary);
    command.args(words).stdin(fs::File::open(&input)?).stdout(fs::File::create(&out)?).stderr(fs::File::create(&err)?);
    let mut child = Child::leading(&mut command)?;
    let status = child.ended_by(Instant::now() + TOOL_MAX)?;
    let read = |path: &Path| Ok::<_, anyhow::Error>(String::from_utf8_lossy(&fs::read(path)?).into_owned());
    Ok(Said { code: status.and_then(|status| status.code()).unwrap_or(-1), out: read(&out)?, err: read(&err)? })
}

/// What differs, to be shown; nothing if they say the same as far as the case looks.
fn difference(case: &Case, theirs: &Said, ours: &Said) -> Option<String> {
    let sorted = |text: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        if case.sorted {
            lines.sort_unstable();
        }
        lines.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut shown = String::new();
    if theirs.code != ours.code {
        shown += &format!("  exit: Apache's {}, ours {}\n", theirs.code, ours.code);
    }
    if case.expected != Expected::SameExit {
        for (stream, theirs, ours) in [("out", &theirs.out, &ours.out), ("err", &theirs.err, &ours.err)] {
            let (theirs, ours) = (sorted(theirs), sorted(ours));
            if theirs != ours {
                let only = |prefix: &str, these: &[String], those: &[String]| {
                    these
                        .iter()
                        .filter(|line| !those.contains(line))
                        .take(SHOWN_LINES_MAX)
                        .map(|line| format!("  {stream} {prefix} {line}\n"))
                        .collect::<String>()
                };
                let lines = only("Apache's:", &theirs, &ours) + &only("ours:    ", &ours, &theirs);
                shown += if lines.is_empty() { "  the same lines in another order or number\n" } else { &lines };
            }
        }
    }
    (!shown.is_empty()).then_some(shown)
}

/// Sixty seconds are the longest that a tool waits for a cluster, and then it has to say so.
const TOOL_MAX: Duration = Duration::from_secs(90);
/// Lines shown of what one side says alone.
const SHOWN_LINES_MAX: usize = 12;
