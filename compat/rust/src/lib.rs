//! Prints what a script saw: one JSON line per step, compared later between Kampa and Apache Kafka.
//!
//! A step that nobody expected to fail says "unexpected", and the runner then blames the script if Apache Kafka failed it
//! too. Topics and groups carry the run's name; the records' own times are relative to `start_ms`.

use std::env;
use std::fmt::Debug;
use std::future::Future;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

pub type Said<E> = Result<Value, E>;

pub struct Run {
    pub bootstrap: String,
    run: String,
    /// Old enough to lie behind, too young to expire.
    pub start_ms: i64,
}

impl Run {
    /// What the command line says: the node's address and the run's name.
    pub fn of_arguments(client: &str) -> Run {
        let arguments: Vec<String> = env::args().collect();
        let [_, bootstrap, run] = arguments.as_slice() else { panic!("{client} HOST:PORT RUN") };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
        println!("{}", json!({"client": format!("{client} {}", version(client))}));
        Run { bootstrap: bootstrap.clone(), run: run.clone(), start_ms: now.as_millis() as i64 - 3_600_000 }
    }

    pub fn name(&self, what: &str) -> String {
        format!("{what}-{}", self.run)
    }

    pub fn is_mine(&self, name: &str) -> bool {
        name.ends_with(&self.run)
    }

    /// A record's time as it is printed: relative to the start, or that it is now.
    pub fn since(&self, ms: i64) -> Value {
        if ms - self.start_ms > 3_000_000 { json!("now") } else { json!(ms - self.start_ms) }
    }
}

/// Of the client's crate, as this workspace has locked it.
fn version(client: &str) -> &'static str {
    let name = format!("name = \"{}\"\nversion = \"", client.strip_prefix("rust-").unwrap_or(client));
    let lock = include_str!("../Cargo.lock");
    lock.split_once(&name).and_then(|(_, rest)| rest.split('"').next()).unwrap_or("?")
}

/// A step that is expected to succeed.
pub async fn step<E: Debug>(name: &str, run: impl Future<Output = Said<E>>) {
    match run.await {
        Ok(result) => println!("{}", json!({"step": name, "result": result})),
        Err(error) => println!("{}", json!({"step": name, "unexpected": format!("{error:?}")})),
    }
}

/// A step of which an error may be the answer; `error_name` names it.
pub async fn refused<E>(name: &str, error_name: fn(&E) -> String, run: impl Future<Output = Said<E>>) {
    let said = match run.await {
        Ok(result) => json!({"refused": false, "result": result}),
        Err(error) => json!({"refused": error_name(&error)}),
    };
    println!("{}", json!({"step": name, "result": said}));
}

/// Asks until the answer is the wanted one, for some of them come late; returns the last answer.
pub async fn settled<E>(wanted: Value, mut ask: impl AsyncFnMut() -> Said<E>) -> Said<E> {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let answer = ask().await;
        if Instant::now() > end || answer.as_ref().is_ok_and(|answer| *answer == wanted) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
