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
fn refused(error: &Error) -> Thrown {
    let Error::Setting { key, value, wanted } = error else { return Thrown::new(CONFIG, error.to_string()) };
    let is_number = value.trim().parse::<i64>().is_ok();
    let why = match INTEGERS.contains(&key.as_str()) {
        true if is_number => "Value must be at least 0".to_owned(),
        true => "Not a number of type INT".to_owned(),
        false if key.ends_with(".ms") && !is_number => "Not a number of type LONG".to_owned(),
        false if key.ends_with(".ms") => "Value must be at least 0".to_owned(),
        false => wanted.clone(),
    };
    Thrown::new(CONFIG, format!("Invalid value {value} for configuration {key}: {why}"))
}

const CONFIG: &str = "org.apache.kafka.common.config.ConfigException";
/// Of the numbers a client is told, those of 32 bits.
const INTEGERS: [&str; 2] = ["request.timeout.ms", "default.api.timeout.ms"];
