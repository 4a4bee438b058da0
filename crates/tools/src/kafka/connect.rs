//! From a command line to a cluster: the properties file, the servers, and what is wrong with either in Kafka's words.

use std::io;

use kampa_client::{Client, Error, properties};
use kampa_world::World;

use super::thrown::{Thrown, log};
use crate::Call;

/// The servers a command line names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Servers<'a> {
    Brokers(&'a str),
    Controllers(&'a str),
}

/// Keys and values, later ones over earlier ones.
pub type Properties = Vec<(String, String)>;

/// The properties file that a command line names, if it names one.
pub fn load(world: &World, path: Option<&str>) -> Result<Properties, Thrown> {
    let Some(path) = path else { return Ok(Properties::new()) };
    let read = read(world, path)?;
    let text = String::from_utf8_lossy(&read);
    let pairs = kampa_configs::properties::read(&text);
    let pairs = pairs.map_err(|_| Thrown::illegal("Malformed \\uxxxx encoding."))?;
    Ok(pairs.into_iter().map(|property| (property.key, property.value)).collect())
}

/// A file's bytes, or what Java says of one that cannot be read.
pub fn read(world: &World, path: &str) -> Result<Vec<u8>, Thrown> {
    world.disk().read(path).map_err(|error| of_file(path, &error))
}

/// What Java says of a file that cannot be used.
pub fn of_file(path: &str, error: &io::Error) -> Thrown {
    use io::ErrorKind::{IsADirectory, NotADirectory, NotFound, PermissionDenied};
    match error.kind() {
        NotFound => Thrown::new("java.nio.file.NoSuchFileException", path),
        PermissionDenied => Thrown::new("java.nio.file.AccessDeniedException", path),
        NotADirectory => Thrown::new("java.nio.file.FileSystemException", format!("{path}: Not a directory")),
        IsADirectory => Thrown::new("java.io.IOException", "Is a directory"),
        _ => Thrown::new("java.io.IOException", error.to_string()),
    }
}

/// A client of the servers. What the properties say of servers does not count.
pub async fn connect(call: &Call, servers: Servers<'_>, properties: Properties) -> Result<Client, Thrown> {
    let (key, other, list) = match servers {
        Servers::Brokers(list) => ("bootstrap.servers", "bootstrap.controllers", list),
        Servers::Controllers(list) => ("bootstrap.controllers", "bootstrap.servers", list),
    };
    let mut pairs = vec![("client.id".to_owned(), "adminclient-1".to_owned())];
    pairs.extend(properties.into_iter().filter(|(name, _)| name != other && name != key));
    pairs.push((key.to_owned(), list.to_owned()));
    let configured = properties::read(pairs).map_err(|error| refused(&error))?;
    check_addresses(call, key, list).await.map_err(|_| failed())?;
    Client::on(call.world.clone(), configured.settings).map_err(|_| failed())
}

/// Kafka looks the servers up before it begins. What is wrong with them, as an exception.
pub async fn check_addresses(call: &Call, key: &str, list: &str) -> Result<(), Thrown> {
    let config = |words: String| Thrown::new(CONFIG, words);
    let mut found = false;
    for url in list.split(',').map(str::trim).filter(|url| !url.is_empty()) {
        let Some((host, port)) = host_and_port(url) else { return Err(config(format!("Invalid url in {key}: {url}"))) };
        if port > u64::from(u16::MAX) {
            return Err(config(format!("Invalid port in {key}: {url}")));
        }
        let is_known = call.world.net().resolve(host, port as u16).await.is_ok_and(|addresses| !addresses.is_empty());
        if !is_known {
            let words = format!("Couldn't resolve server {url} from {key} as DNS resolution failed for {host}");
            log(&call.world, &call.streams, "WARN", words, "org.apache.kafka.clients.ClientUtils");
        }
        found |= is_known;
    }
    if found { Ok(()) } else { Err(config(format!("No resolvable bootstrap urls given in {key}"))) }
}

/// `host:port`, `[::1]:9092`, `PLAINTEXT://host:port`.
fn host_and_port(url: &str) -> Option<(&str, u64)> {
    let address = url.split_once("://").map_or(url, |(_, address)| address);
    let (host, port) = address.rsplit_once(':')?;
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    Some((host, port.parse().ok()?)).filter(|(host, _)| !host.is_empty())
}

fn failed() -> Thrown {
    Thrown::new("org.apache.kafka.common.KafkaException", "Failed to create new KafkaAdminClient")
}

/// A property whose value cannot be.
pub fn refused(error: &Error) -> Thrown {
    let Error::Setting { key, value, wanted } = error else { return Thrown::new(CONFIG, error.to_string()) };
    if let Some(sentence) = wanted.ends_with("with enable.idempotence").then(|| idempotent(key)).flatten() {
        return Thrown::new(CONFIG, sentence);
    }
    let wanted = wanted.strip_suffix(" is wanted").unwrap_or(wanted);
    let why = match (wanted.strip_prefix("a number from "), wanted.strip_prefix("one of ")) {
        (Some(range), _) => out_of(range, value),
        (_, Some(_)) if key == "auto.offset.reset" => format!(
            "Invalid value `{value}` for configuration {key}. The value must be either 'earliest', 'latest', 'none' or of the \
             format 'by_duration:<PnDTnHnMn.nS.>'."
        ),
        (_, Some(names)) => format!("String must be one of: {names}"),
        _ => wanted.to_owned(),
    };
    Thrown::new(CONFIG, format!("Invalid value {value} for configuration {key}: {why}"))
}

/// What is wrong with a value that is not in a range such as `0 to 2147483647`.
fn out_of(range: &str, value: &str) -> String {
    let (lowest, highest) = range.split_once(" to ").unwrap_or((range, ""));
    let kind = if highest.parse::<i32>().is_ok() { "INT" } else { "LONG" };
    let number = value.trim().parse::<i128>();
    let is_low = |number| lowest.parse().is_ok_and(|lowest: i128| number < lowest);
    match number {
        Ok(number) if is_low(number) => format!("Value must be at least {lowest}"),
        _ => format!("Not a number of type {kind}"),
    }
}

/// What a producer that sends everything once says to settings that forbid that.
fn idempotent(key: &str) -> Option<&'static str> {
    Some(match key {
        "acks" => {
            "Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence."
        }
        "retries" => "Must set retries to non-zero when using the idempotent producer.",
        "max.in.flight.requests.per.connection" => {
            "Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent producer."
        }
        _ => return None,
    })
}

pub const CONFIG: &str = "org.apache.kafka.common.config.ConfigException";

#[cfg(test)]
mod tests;
