//! `--initial-controllers`: who votes in a new quorum, `id@host:port:directory` with commas between (KIP-853).

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use kampa_kraft::Voter;
use kampa_protocol::Uuid;

use crate::kafka::hash_order::hash_order;
use crate::kafka::thrown::Thrown;
use crate::kafka::uuid;

/// One of them, as a command line names it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Named {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) directory: Uuid,
}

/// By node.
pub(super) type Voters = BTreeMap<i32, Named>;

/// Reads a list of them.
pub(super) fn parse(text: &str) -> Result<Voters, Thrown> {
    let mut voters = Voters::new();
    for voter in text.trim().split(',').filter(|voter| !voter.is_empty()) {
        let (id, named) = parse_one(voter.trim()).map_err(Thrown::illegal)?;
        if voters.insert(id, named).is_some() {
            return Err(Thrown::illegal(format!("Node id {id} was specified more than once.")));
        }
    }
    if voters.is_empty() { Err(Thrown::illegal("No voters given.")) } else { Ok(voters) }
}

/// In the order in which Kafka records them.
pub(super) fn recorded(voters: &Voters, listener: &str) -> Vec<Voter> {
    let voter = |(id, named): (&i32, &Named)| Voter {
        node_id: *id,
        directory_id: named.directory,
        endpoints: vec![(listener.into(), java_host(&named.host).into(), named.port)],
    };
    let mut recorded: Vec<Voter> = voters.iter().map(voter).collect();
    hash_order(&mut recorded, |voter| &voter.node_id);
    recorded
}

/// A host as Java tells it: IPv6 addresses in full.
fn java_host(host: &str) -> String {
    let Ok(address) = host.parse::<Ipv6Addr>() else { return host.to_owned() };
    address.segments().map(|segment| format!("{segment:x}")).join(":")
}

fn parse_one(text: &str) -> Result<(i32, Named), String> {
    let (id, rest) = match text.split_once('@') {
        None => return Err("No @ found in dynamic voter string.".to_owned()),
        Some(("", _)) => return Err("Invalid @ at beginning of dynamic voter string.".to_owned()),
        Some(parts) => parts,
    };
    let id: i32 = id.parse().map_err(|_| "Failed to parse node id in dynamic voter string.")?;
    if id < 0 {
        return Err(format!("Invalid negative node id {id} in dynamic voter string."));
    }
    let (host, rest) = split_host(rest)?;
    let rest = rest.strip_prefix(':').ok_or("Port section must start with a colon.")?;
    let (port, directory) = rest.split_once(':').ok_or("No colon following port could be found.")?;
    let port: i32 = port.parse().map_err(|_| "Failed to parse port in dynamic voter string.")?;
    let port = u16::try_from(port).map_err(|_| format!("Invalid port {port} in dynamic voter string."))?;
    let directory = uuid::parse(directory).map_err(|_| "Failed to parse directory ID in dynamic voter string.")?;
    Ok((id, Named { host: host.to_owned(), port, directory }))
}

/// The host without brackets, and what follows it, from the colon on.
fn split_host(text: &str) -> Result<(&str, &str), String> {
    if text.is_empty() {
        return Err("No hostname found after node id.".to_owned());
    }
    match text.strip_prefix('[') {
        Some(text) => text
            .split_once(']')
            .ok_or_else(|| "Hostname began with left bracket, but no right bracket was found.".to_owned()),
        None => text
            .find(':')
            .map(|at| text.split_at(at))
            .ok_or_else(|| "No colon following hostname could be found.".to_owned()),
    }
}

#[cfg(test)]
mod tests;
