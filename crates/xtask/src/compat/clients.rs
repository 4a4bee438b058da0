//! The clients people use: what each needs, how it is brought here, how its script is run.
//!
//! A script gets the node's address and the run's name as its last arguments and prints observations.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::install::{self, Tool};
use crate::{root, target};

pub struct Client {
    pub name: &'static str,
    pub needs: &'static [&'static Tool],
    /// Brings its packages, builds its script.
    pub install: fn() -> Result<()>,
    /// The script, to be followed by address and name.
    pub script: fn() -> Command,
    /// What comes after address and name.
    pub last_arguments: fn() -> Vec<PathBuf>,
    /// Several times what it takes on two cores.
    pub patience: Duration,
}

impl Client {
    /// Why it cannot run here.
    pub fn missing(&self) -> Vec<String> {
        self.needs.iter().filter_map(|tool| tool.missing()).collect()
    }
}

pub const CLIENTS: [Client; 6] = [
    Client {
        name: "kafkajs",
        needs: &[&NODE, &NPM],
        install: || install::npm(&source("kafkajs"), &work("kafkajs")),
        script: || program("node", [work("kafkajs").join("script.js")]),
        last_arguments: Vec::new,
        patience: Duration::from_secs(180),
    },
    Client {
        name: "confluent-kafka",
        needs: &[&PYTHON],
        install: || install_python("confluent-kafka"),
        script: || python("confluent-kafka"),
        last_arguments: Vec::new,
        patience: Duration::from_secs(180),
    },
    Client {
        name: "kafka-python",
        needs: &[&PYTHON],
        install: || install_python("kafka-python"),
        script: || python("kafka-python"),
        last_arguments: Vec::new,
        patience: Duration::from_secs(180),
    },
    Client {
        name: "kafka-go",
        needs: &[&GO],
        install: || install::go(&source("kafka-go"), &work("kafka-go").join("script")),
        script: || Command::new(work("kafka-go").join("script")),
        last_arguments: Vec::new,
        patience: Duration::from_secs(180),
    },
    Client {
        name: "java",
        needs: &[&JAVA, &JAVAC, &MAVEN],
        install: install_java,
        script: || java("Script"),
        last_arguments: Vec::new,
        patience: Duration::from_secs(240),
    },
    Client {
        name: "console-tools",
        needs: &[&JAVA, &JAVAC, &MAVEN],
        install: || {
            install_java()?;
            install::maven(&source("oracle/tools").join("pom.xml"), &work("oracle/tools"))
        },
        script: || java("Tools"),
        last_arguments: || vec![work("oracle/tools")],
        patience: Duration::from_secs(300),
    },
];

/// What Apache Kafka itself needs, to be compared with.
pub const ORACLE_NEEDS: [&Tool; 2] = [&JAVA, &MAVEN];

const NODE: Tool = Tool { program: "node", asked: &["--version"], version_min: (18, 0) };
const NPM: Tool = Tool { program: "npm", asked: &["--version"], version_min: (8, 0) };
pub const PYTHON: Tool = Tool { program: "python3", asked: &["--version"], version_min: (3, 9) };
const GO: Tool = Tool { program: "go", asked: &["version"], version_min: (1, 21) };
const JAVA: Tool = Tool { program: "java", asked: &["-version"], version_min: (17, 0) };
const JAVAC: Tool = Tool { program: "javac", asked: &["-version"], version_min: (17, 0) };
const MAVEN: Tool = Tool { program: "mvn", asked: &["-v"], version_min: (3, 6) };

fn source(folder: &str) -> PathBuf {
    root().join("compat").join(folder)
}

fn work(folder: &str) -> PathBuf {
    target().join("compat").join(folder)
}

fn program(name: &str, arguments: impl IntoIterator<Item = PathBuf>) -> Command {
    let mut command = Command::new(name);
    command.args(arguments);
    command
}

fn install_python(client: &str) -> Result<()> {
    install::python(&source(client).join("requirements.txt"), &work(client).join("venv"))
}

fn python(client: &str) -> Command {
    let mut command = Command::new(work(client).join("venv/bin/python"));
    // What all Python scripts share lies beside their folders; nothing is written into the sources.
    command.env("PYTHONPATH", root().join("compat")).env("PYTHONDONTWRITEBYTECODE", "1");
    command.arg(source(client).join("script.py"));
    command
}

fn install_java() -> Result<()> {
    install::maven(&source("java").join("pom.xml"), &work("java/jars"))?;
    install::java(&source("java"), &work("java/jars"), &work("java/classes"))
}

fn java(class: &str) -> Command {
    let mut command = Command::new("java");
    let classpath = format!("{}:{}/*", work("java/classes").display(), work("java/jars").display());
    command.args(["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", &classpath, class]);
    command
}
