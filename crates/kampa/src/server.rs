//! `kampa server`: starts a node, says when it is ready, stops it when asked.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use kampa_broker::{Loggers, Node, StartError};
use kampa_configs::{BrokerConfig, Listener};
use kampa_world::{Either, World, race};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;

use crate::arguments::Server;
use crate::http::{self, Started};
use crate::settings::{self, Settings};

/// Runs a node until it is asked to stop.
pub fn run(arguments: Server) -> ExitCode {
    let loggers = log_to_stderr();
    // Without a number, a worker thread for each core.
    match World::run(0, |world| async move { serve(&world, &arguments, loggers).await }) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => {
            failure.sentences.iter().for_each(|sentence| eprintln!("kampa: {sentence}"));
            failure.code
        }
        Err(error) => {
            eprintln!("kampa: cannot start threads: {error}");
            FAILED.into()
        }
    }
}

/// Why the node ended though nobody asked it to.
struct Failure {
    sentences: Vec<String>,
    code: ExitCode,
}

impl Failure {
    fn of(sentence: String) -> Failure {
        Failure { sentences: vec![sentence], code: FAILED.into() }
    }
}

async fn serve(world: &World, arguments: &Server, loggers: Loggers) -> Result<(), Failure> {
    let mut signals = Signals::listen().map_err(|error| Failure::of(format!("cannot listen for signals: {error}")))?;
    let Settings { given, config, warnings } =
        settings::read(world, arguments).map_err(|sentences| Failure { sentences, code: WRONG_SETTINGS.into() })?;
    warnings.iter().for_each(|warning| warn!("{warning}"));
    exposed(&config).iter().for_each(|warning| warn!("{warning}"));

    let started: Started = Arc::new(OnceLock::new());
    let http = open_http(world, &config).await?;
    let http_addresses: Vec<String> = http.iter().filter_map(|it| Some(it.local_addr().ok()?.to_string())).collect();
    http::serve(world, http, started.clone());

    let settings = config.clone();
    let node = match race(Node::start(world, given, config, loggers), signals.next()).await {
        Either::Left(Ok(node)) => Arc::new(node),
        Either::Left(Err(error)) => return Err(Failure::of(why_not_started(&error))),
        Either::Right(()) => return Ok(()),
    };
    // Nobody else fills it.
    let _ = started.set(node.clone());
    say_ready(world, &settings, &node.addresses(), &http_addresses);

    let ended = race(signals.next(), node.failed()).await;
    info!("stopping");
    match race(node.stop(), signals.interrupt()).await {
        Either::Left(()) => {}
        // Asked twice to stop: what is acknowledged survives, the next start recovers the rest.
        Either::Right(()) => std::process::exit(INTERRUPTED.into()),
    }
    match ended {
        Either::Left(()) => Ok(()),
        Either::Right(()) => {
            Err(Failure::of("the metadata log can no longer be written; see the log above".to_owned()))
        }
    }
}

/// A taken port is the commonest reason by far, and the one with a remedy.
fn why_not_started(error: &StartError) -> String {
    match error {
        StartError::Listen { address, error, .. } if error.kind() == ErrorKind::AddrInUse => format!(
            "cannot listen on {address}: another program has taken it, perhaps Kampa or Kafka; --listen chooses another address"
        ),
        other => other.to_string(),
    }
}

/// A taken HTTP port is worth a word if nobody asked for it, and the end if somebody did.
async fn open_http(world: &World, config: &BrokerConfig) -> Result<Vec<kampa_world::Listener>, Failure> {
    match http::listen(world, &config.http_listeners).await {
        Ok(listeners) => Ok(listeners),
        Err((address, error)) if config.http_asked_for => {
            let why = why_not_open(&error);
            Err(Failure::of(format!("cannot serve HTTP on {address}: {why}; --http chooses another address, or off")))
        }
        Err((address, error)) => {
            let why = why_not_open(&error);
            warn!("/health, /ready and /metrics are not served on {address}: {why}; --http chooses another address");
            Ok(Vec::new())
        }
    }
}

fn why_not_open(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => "another program has taken it".to_owned(),
        ErrorKind::AddrNotAvailable => "this machine does not have that address".to_owned(),
        ErrorKind::PermissionDenied => "it is not allowed".to_owned(),
        _ => error.to_string(),
    }
}

/// For each listener that other machines can reach, what that means; and for each that they are told of in vain, that.
fn exposed(config: &BrokerConfig) -> Vec<String> {
    let told = |listener: &Listener| {
        let advertised = config.advertised_listeners.iter().find(|it| it.name == listener.name)?;
        let port = if advertised.port == 0 { listener.port } else { advertised.port };
        let address = format!("{}:{port}", advertised.host);
        match (listener.is_loopback(), advertised.is_loopback()) {
            (true, true) => None,
            (true, false) => Some(format!(
                "clients will be told to connect to {address}, but {listener} is reached from this machine only; --listen opens it"
            )),
            (false, _) => Some(format!(
                "listener {listener} is open to other machines, unencrypted and without passwords; clients will be told to \
                 connect to {address}"
            )),
        }
    };
    config.broker_listeners().filter_map(told).collect()
}

/// One line on stdout, for people and for scripts that wait for it.
fn say_ready(world: &World, config: &BrokerConfig, addresses: &[String], http: &[String]) {
    let took_ms = world.now().nanos() / 1_000_000;
    let is_controllers = |address: &&String| {
        config.controller_listeners().any(|it| it.port != 0 && address.ends_with(&format!(":{}", it.port)))
    };
    let clients: Vec<&str> = addresses.iter().filter(|address| !is_controllers(address)).map(String::as_str).collect();
    let data: Vec<String> = config.log_dirs.iter().map(|dir| whole_path(dir)).collect();
    let http = if http.is_empty() { String::new() } else { format!(", HTTP on {}", http.join(" and ")) };
    let line = format!(
        "Kampa {} is ready after {took_ms} ms: clients on {}{http}, data in {}",
        env!("CARGO_PKG_VERSION"),
        clients.join(" and "),
        data.join(" and ")
    );
    // Whoever started us may have closed stdout; that is no reason to stop.
    let _ = writeln!(io::stdout(), "{line}");
}

/// The path from the root, for people: `./kampa-data` says little in a log.
fn whole_path(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()).display().to_string()
}

/// What asks a process to stop.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> io::Result<Signals> {
        Ok(Signals { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        race(self.interrupt.recv(), self.terminate.recv()).await;
    }

    async fn interrupt(&mut self) {
        self.interrupt.recv().await;
    }
}

/// Logs, and hands out the levels, so that admin clients can change them.
fn log_to_stderr() -> Loggers {
    let filter = EnvFilter::try_from_env(LOG_VARIABLE).unwrap_or_else(|_| EnvFilter::new("info"));
    let first = filter.to_string();
    let coloured = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let to_stderr = tracing_subscriber::fmt().with_ansi(coloured).with_writer(io::stderr);
    let to_stderr = to_stderr.with_env_filter(filter).with_filter_reloading();
    let filter = to_stderr.reload_handle();
    to_stderr.init();
    Loggers::new(&first, move |words| {
        if let Err(error) = filter.reload(EnvFilter::new(words)) {
            warn!(%error, "change the levels of loggers");
        }
    })
}

/// Chooses what is logged, in tracing's words: `debug`, or `kampa_storage=trace,info`.
const LOG_VARIABLE: &str = "KAMPA_LOG";

/// A port taken, a directory held, a disk that fails.
const FAILED: u8 = 1;

/// As for wrong arguments.
const WRONG_SETTINGS: u8 = 2;

/// What a shell says of a program that ended by Ctrl-C.
const INTERRUPTED: u8 = 130;

#[cfg(test)]
mod tests;
