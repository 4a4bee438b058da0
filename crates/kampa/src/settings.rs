//! From arguments and a file to the settings of a node, and what its operator is told about them.

use std::path::Path;

use kampa_configs::{BrokerConfig, Finding, Given, Listener, Origin, Severity};
use kampa_world::World;

use crate::arguments::Server;

/// The settings a node starts with.
#[derive(Debug)]
pub struct Settings {
    pub given: Given,
    pub config: BrokerConfig,
    /// Sentences for the operator.
    pub warnings: Vec<String>,
}

/// Reads them, or says why the node does not start: a sentence each.
pub fn read(world: &World, arguments: &Server) -> Result<Settings, Vec<String>> {
    let mut given = match &arguments.config {
        Some(path) => file(world, path)?,
        None => Given::default(),
    };
    let mut findings: Vec<Finding> = arguments.set.iter().filter_map(|pair| given.set(pair).err()).collect();
    take_flags(&mut given, arguments).map_err(|sentence| vec![sentence])?;
    let outcome = BrokerConfig::resolve(&given);
    findings.extend(outcome.findings);
    let (warnings, refusals): (Vec<_>, Vec<_>) =
        findings.iter().partition(|finding| finding.severity == Severity::Warning);
    let sentence = |finding: &Finding| sentence(finding, arguments.config.as_deref());
    match outcome.config {
        Some(mut config) if refusals.is_empty() => {
            name_this_machine(&mut config.advertised_listeners, || host_name(world));
            Ok(Settings { given, config, warnings: warnings.into_iter().map(sentence).collect() })
        }
        _ => Err(refusals.into_iter().map(sentence).collect()),
    }
}

fn file(world: &World, path: &Path) -> Result<Given, Vec<String>> {
    let text = world.disk().read_to_string(path).map_err(|error| vec![format!("{}: {error}", path.display())])?;
    Given::from_file(&text).map_err(|finding| vec![sentence(&finding, Some(path))])
}

fn sentence(finding: &Finding, file: Option<&Path>) -> String {
    match (finding.origin, file) {
        (Origin::File { .. }, Some(file)) => format!("{}, {finding}", file.display()),
        (Origin::Nowhere, _) => finding.sentence.clone(),
        _ => finding.to_string(),
    }
}

/// Flags are short ways to say settings, and win over the file and over `--set`.
fn take_flags(given: &mut Given, arguments: &Server) -> Result<(), String> {
    if let Some(data_dir) = &arguments.data_dir {
        given.insert("log.dirs", &data_dir.to_string_lossy(), Origin::Flag("--data-dir"));
    }
    if let Some(http) = &arguments.http {
        given.insert("kampa.http.listeners", http, Origin::Flag("--http"));
    }
    if let Some(listen) = &arguments.listen {
        let (host, port) = host_and_port(listen).ok_or_else(|| format!("--listen {listen}: HOST:PORT is wanted"))?;
        // Every interface is written as no host, because the wildcard address cannot be told to clients; they are told
        // this machine's name.
        let host = if ["0.0.0.0", "[::]", "*"].contains(&host) { "" } else { host };
        let controller = controller_name(given);
        let next_port = if port == 0 { 0 } else { port.wrapping_add(1) };
        let listeners = format!("PLAINTEXT://{host}:{port},{controller}://localhost:{next_port}");
        given.insert("listeners", &listeners, Origin::Flag("--listen"));
    }
    if let Some(advertise) = &arguments.advertise {
        let (name, listened_port) = first_listener(given);
        let (host, port) = host_and_port(advertise).unwrap_or((advertise, listened_port));
        if host.is_empty() {
            return Err(format!("--advertise {advertise}: HOST or HOST:PORT is wanted"));
        }
        given.insert("advertised.listeners", &format!("{name}://{host}:{port}"), Origin::Flag("--advertise"));
    }
    Ok(())
}

fn host_and_port(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    // An IPv6 address without brackets would lose its end.
    let is_host = !host.contains(':') || (host.starts_with('[') && host.ends_with(']'));
    Some((host, port.parse().ok()?)).filter(|_| is_host)
}

/// The name of the listener that controllers use.
fn controller_name(given: &Given) -> &str {
    let names = given.value("controller.listener.names").unwrap_or("CONTROLLER");
    names.split(',').next().unwrap_or(names).trim()
}

/// Name and port of the first listener that is not the controllers'.
fn first_listener(given: &Given) -> (String, u16) {
    let controller = controller_name(given);
    let listeners = given.value("listeners").unwrap_or("PLAINTEXT://localhost:9092");
    let parts = |listener: &str| {
        let (name, address) = listener.trim().split_once("://")?;
        let (_, port) = address.rsplit_once(':')?;
        (name != controller).then(|| Some((name.to_owned(), port.parse().ok()?)))?
    };
    listeners.split(',').find_map(parts).unwrap_or(("PLAINTEXT".to_owned(), 9092))
}

/// Clients that came through a listener on every interface are told this machine's name, as Kafka tells them.
fn name_this_machine(advertised: &mut [Listener], host_name: impl Fn() -> String) {
    for listener in advertised.iter_mut().filter(|listener| listener.host.is_empty()) {
        listener.host = host_name();
    }
}

fn host_name(world: &World) -> String {
    let name = world.disk().read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "localhost".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests;
