//! `cargo xtask compat tools`: command lines of Kafka's tools, run by ours and by Apache's on the same node, compared.
//!
//! The command lines lie in `compat/tools/*.txt`, whose form `compat/README.md` tells. With both nodes, what Apache's tools say
//! of Kampa is held against what they say of Apache Kafka, too: a fault of the node shows there, one of our tools does not.

pub mod apache;
mod cases;
mod judge;
mod normal;
mod page;
mod turns;

use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::node::Software;
use crate::root;
use cases::Case;
use judge::Judged;
use turns::{Node, Pair};

pub fn run(arguments: &[&str]) -> Result<()> {
    let wanted = Wanted::read(arguments)?;
    let ours = Software::kampa(wanted.binary.as_deref())?;
    let files = cases::read_all(&root().join("compat/tools"), &wanted.files)?;
    ensure!(files.iter().any(|(_, cases)| !cases.is_empty()), "there is no command line to run");
    apache::prepare()?;
    // Tools mostly wait, so that both nodes' turns take little longer than one's.
    let (on_kafka, on_kampa) = thread::scope(|scope| {
        let lane = |software: Option<Software>| {
            let (ours, files) = (&ours, &files);
            scope.spawn(move || software.map(|software| on(software, ours, files)).transpose())
        };
        let lanes =
            [wanted.on.kafka.then(Software::kafka).transpose()?, wanted.on.kampa.then(|| ours.clone())].map(lane);
        let [on_kafka, on_kampa] =
            lanes.map(|lane| lane.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        Ok::<_, anyhow::Error>((on_kafka?, on_kampa?))
    })?;
    let mut judged = Vec::new();
    for (at, (name, cases)) in files.iter().enumerate() {
        let pairs =
            |node: &Option<Vec<Vec<Option<Pair>>>>, case: usize| node.as_ref().and_then(|all| all[at][case].clone());
        for (number, case) in cases.iter().enumerate().filter(|(_, case)| case.is_compared()) {
            let one = Judged::of(case, pairs(&on_kafka, number), pairs(&on_kampa, number));
            one.print(name);
            judged.push(one);
        }
    }
    let bad = judged.iter().filter(|one| one.is_bad()).count();
    print!("{}", page::summary(&judged));
    if wanted.prints_a_page() {
        page::keep(&judged, wanted.check)?;
    }
    ensure!(bad == 0, "{bad} command lines do not say what they should");
    Ok(())
}

/// Every file's command lines on a node of its own; `None` for one that is not run there.
fn on(software: Software, ours: &Software, files: &[(String, Vec<Case>)]) -> Result<Vec<Vec<Option<Pair>>>> {
    let mut node = Node::start(software, ours)?;
    let mut apache = apache::Tools::start()?;
    let mut all = Vec::new();
    for (name, cases) in files {
        let began = Instant::now();
        all.push(node.run(cases, &mut apache).with_context(|| name.clone())?);
        println!("{name}.txt on {node}: {} command lines in {:.1} s", cases.len(), began.elapsed().as_secs_f64());
    }
    node.stop()?;
    Ok(all)
}

/// What the command line asks for.
struct Wanted {
    /// Names of files in `compat/tools`, without `.txt`; none means all.
    files: Vec<String>,
    binary: Option<PathBuf>,
    on: On,
    /// The committed page must be what this run prints.
    check: bool,
}

struct On {
    kafka: bool,
    kampa: bool,
}

impl Wanted {
    fn read(arguments: &[&str]) -> Result<Wanted> {
        let mut wanted = Wanted { files: Vec::new(), binary: None, on: On { kafka: true, kampa: true }, check: false };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--binary" => wanted.binary = Some(rest.next().context("--binary where?")?.into()),
                "--check" => wanted.check = true,
                "--on" => {
                    wanted.on = match *rest.next().context("--on kampa, kafka or both?")? {
                        "kampa" => On { kafka: false, kampa: true },
                        "kafka" => On { kafka: true, kampa: false },
                        "both" => On { kafka: true, kampa: true },
                        other => bail!("--on kampa, kafka or both, not {other}"),
                    }
                }
                name if !name.starts_with('-') => wanted.files.push(name.to_owned()),
                other => bail!("no option is called {other}"),
            }
        }
        Ok(wanted)
    }

    /// A page tells of all command lines on both nodes.
    fn prints_a_page(&self) -> bool {
        self.files.is_empty() && self.on.kafka && self.on.kampa
    }
}
