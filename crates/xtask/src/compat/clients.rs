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
    /// Several times what it takes on two cores.
    pub patience: Duration,
}

impl Client {
    /// Why it cannot run here.
    pub fn missing(&self) -> Vec<String> {
        self.needs.iter().filter_map(|tool| tool.missing()).collect()
    }
}

pub const CLIENTS: [Client; 14] = [
    Client {
        name: "kafkajs",
        needs: &[&NODE, &NPM],
        install: || install::npm(&source("kafkajs"), &work("kafkajs")),
        script: || program("node", [work("kafkajs").join("script.js")]),
        patience: Duration::from_secs(180),
    },
    Client {
        name: "platformatic-kafka",
        needs: &[&NPM],
        install: || install::npm(&source("platformatic-kafka"), &work("platformatic-kafka")),
        // It wants a newer Node.js than distributions have; its own packages bring that.
        script: || {
            let folder = work("platformatic-kafka");
            program(&folder.join("node_modules/.bin/node").display().to_string(), [folder.join("script.js")])
        },
        patience: Duration::from_secs(180),
    },
    Client {
        name: "confluent-kafka",
        needs: &[&PYTHON],
        install: || install_python("confluent-kafka"),
        script: || python("confluent-kafka"),
        patience: Duration::from_secs(180),
    },
    Client {
        name: "kafka-python",
        needs: &[&PYTHON],
        install: || install_python("kafka-python"),
        script: || python("kafka-python"),
        patience: Duration::from_secs(180),
    },
    Client {
        name: "aiokafka",
        needs: &[&PYTHON],
        install: || install_python("aiokafka"),
        script: || python("aiokafka"),
        patience: Duration::from_secs(180),
    },
    Client {
        name: "kafka-go-0.4.47",
        needs: &[&GO],
        install: || install::go(&source("kafka-go"), "go.mod", &work("kafka-go-0.4.47").join("script")),
        script: || Command::new(work("kafka-go-0.4.47").join("script")),
        patience: Duration::from_secs(180),
    },
    Client {
        name: "kafka-go",
        needs: &[&GO],
        install: || install::go(&source("kafka-go"), "newest.mod", &work("kafka-go").join("script")),
        script: || Command::new(work("kafka-go").join("script")),
        patience: Duration::from_secs(180),
    },
    Client {
        name: "franz-go",
        needs: &[&GO],
        install: || install::go(&source("franz-go"), "go.mod", &work("franz-go").join("script")),
        script: || Command::new(work("franz-go").join("script")),
        patience: Duration::from_secs(180),
    },
    Client {
        name: "sarama",
        needs: &[&GO],
        install: || install::go(&source("sarama"), "go.mod", &work("sarama").join("script")),
        script: || Command::new(work("sarama").join("script")),
        patience: Duration::from_secs(180),
    },
    Client {
        name: "confluent-kafka-go",
        needs: &[&GO, &GCC],
        install: || install::go(&source("confluent-kafka-go"), "go.mod", &work("confluent-kafka-go").join("script")),
        script: || Command::new(work("confluent-kafka-go").join("script")),
        patience: Duration::from_secs(180),
    },
    Client {
        name: "rust-rdkafka",
        needs: &[&GCC, &GXX, &MAKE],
        install: || install::cargo(&source("rust"), &work("rust")),
        script: || Command::new(work("rust/debug/rust-rdkafka")),
        patience: Duration::from_secs(180),
    },
    Client {
        name: "rskafka",
        needs: &[&GCC, &GXX, &MAKE],
        install: || install::cargo(&source("rust"), &work("rust")),
        script: || Command::new(work("rust/debug/rskafka")),
        patience: Duration::from_secs(120),
    },
    Client {
        name: "java",
        needs: &[&JAVA, &JAVAC, &MAVEN],
        install: || install_java("java", "java"),
        script: || java("Script", "java"),
        patience: Duration::from_secs(240),
    },
    Client {
        name: TOOLS,
        needs: &[&JAVA, &JAVAC, &MAVEN],
        install: || install_java("console-tools", "oracle/tools"),
        script: || java("Tools", "console-tools"),
        patience: Duration::from_secs(300),
    },
];

/// Apache Kafka's console tools, the one client that is many.
pub const TOOLS: &str = "console-tools";

/// What Apache Kafka itself needs, to be compared with.
pub const ORACLE_NEEDS: [&Tool; 2] = [&JAVA, &MAVEN];

const NODE: Tool = Tool { program: "node", asked: &["--version"], version_min: (18, 0) };
const NPM: Tool = Tool { program: "npm", asked: &["--version"], version_min: (8, 0) };
pub const PYTHON: Tool = Tool { program: "python3", asked: &["--version"], version_min: (3, 9) };
const GO: Tool = Tool { program: "go", asked: &["version"], version_min: (1, 21) };
/// What librdkafka and the codecs' C libraries are built with.
const GCC: Tool = Tool { program: "gcc", asked: &["--version"], version_min: (8, 0) };
const GXX: Tool = Tool { program: "g++", asked: &["--version"], version_min: (8, 0) };
const MAKE: Tool = Tool { program: "make", asked: &["--version"], version_min: (4, 0) };
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

/// Jars that the list of a folder names, and classes of another folder's sources.
fn install_java(sources: &str, list: &str) -> Result<()> {
    install::maven(&source(list).join("pom.xml"), &work(sources).join("jars"))?;
    install::java(&source(sources), &work(sources).join("jars"), &work(sources).join("classes"))
}

fn java(class: &str, client: &str) -> Command {
    let mut command = Command::new("java");
    let classpath = format!("{0}/classes:{0}/jars/*", work(client).display());
    command.args([
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
    ]);
    command.args(["-Dorg.slf4j.simpleLogger.log.org.apache.kafka.tools=error", "-cp", &classpath, class]);
    command
}
