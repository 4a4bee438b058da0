//! Listeners: the addresses a node opens, what it tells clients of them, and what each speaks.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// One `NAME://host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// Its name, in capitals.
    pub name: String,
    /// What it speaks.
    pub protocol: SecurityProtocol,
    /// A name or an address without brackets. Empty: every interface, or this machine's name when it is advertised.
    pub host: String,
    /// 0: one the operating system chooses.
    pub port: u16,
}

impl Listener {
    /// The addresses to open; none if the host is a name that must be looked up first.
    ///
    /// `localhost` is both loopback addresses, because programs that connect to it try either first; the second may be
    /// missing on a machine without IPv6. Every interface is the IPv6 wildcard, which takes IPv4 connections too.
    pub fn addresses(&self) -> Option<Vec<SocketAddr>> {
        let of = |address: IpAddr| SocketAddr::new(address, self.port);
        match self.host.as_str() {
            "localhost" => Some(vec![of(Ipv4Addr::LOCALHOST.into()), of(Ipv6Addr::LOCALHOST.into())]),
            "" => Some(vec![of(Ipv6Addr::UNSPECIFIED.into())]),
            host => Some(vec![of(host.parse().ok()?)]),
        }
    }

    /// Whether only programs on this machine can reach it.
    pub fn is_loopback(&self) -> bool {
        self.addresses().is_some_and(|addresses| addresses.iter().all(|address| address.ip().is_loopback()))
    }
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        write!(f, "{}://{open}{}{close}:{}", self.name, self.host, self.port)
    }
}

/// What a listener speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityProtocol {
    /// Neither encrypted nor authenticated.
    Plaintext,
    /// TLS.
    Ssl,
    /// SASL without TLS.
    SaslPlaintext,
    /// SASL over TLS.
    SaslSsl,
}

impl SecurityProtocol {
    /// Kafka's name.
    pub const fn name(self) -> &'static str {
        match self {
            SecurityProtocol::Plaintext => "PLAINTEXT",
            SecurityProtocol::Ssl => "SSL",
            SecurityProtocol::SaslPlaintext => "SASL_PLAINTEXT",
            SecurityProtocol::SaslSsl => "SASL_SSL",
        }
    }

    /// The number in metadata records.
    pub const fn id(self) -> i16 {
        match self {
            SecurityProtocol::Plaintext => 0,
            SecurityProtocol::Ssl => 1,
            SecurityProtocol::SaslPlaintext => 2,
            SecurityProtocol::SaslSsl => 3,
        }
    }

    fn named(name: &str) -> Option<SecurityProtocol> {
        use SecurityProtocol::*;
        [Plaintext, Ssl, SaslPlaintext, SaslSsl].into_iter().find(|known| known.name() == name)
    }
}

/// Which protocol each listener name speaks.
pub(crate) type ProtocolMap = BTreeMap<String, SecurityProtocol>;

/// The `NAME:PROTOCOL` pairs of `listener.security.protocol.map`.
pub(crate) fn protocol_map(text: &str) -> Result<ProtocolMap, String> {
    let key = "listener.security.protocol.map";
    let mut map = ProtocolMap::new();
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, protocol) = pair
            .rsplit_once(':')
            .ok_or_else(|| format!("Invalid value {pair} for configuration {key}: not NAME:PROTOCOL"))?;
        let protocol = protocol.trim();
        let known = SecurityProtocol::named(protocol)
            .ok_or_else(|| format!("Invalid security protocol `{protocol}` defined in {key}"))?;
        map.insert(name.trim().to_uppercase(), known);
    }
    Ok(map)
}

/// The listeners of a list; `key` names the setting in sentences. Ports may be shared only if `ports_shared`, or by an IPv4
/// and an IPv6 address.
pub(crate) fn parse(
    key: &str,
    list: &[String],
    protocols: &ProtocolMap,
    ports_shared: bool,
) -> Result<Vec<Listener>, String> {
    let text = || list.join(", ");
    let mut listeners: Vec<Listener> = Vec::new();
    for element in list {
        let listener = parse_one(key, element, protocols)?;
        if listeners.iter().any(|other| other.name == listener.name) {
            return Err(format!("Each listener must have a different name, {key}: [{}]", text()));
        }
        let clashes = |other: &&Listener| other.port != 0 && other.port == listener.port && !ports_shared;
        if listeners.iter().filter(clashes).any(|other| !are_of_both_families(other, &listener)) {
            return Err(format!("Each listener must have a different port, {key}: [{}]", text()));
        }
        listeners.push(listener);
    }
    Ok(listeners)
}

fn parse_one(key: &str, element: &str, protocols: &ProtocolMap) -> Result<Listener, String> {
    let wanted = || format!("Unable to parse {element} of {key}: NAME://host:port is wanted");
    let (name, address) =
        element.split_once("://").ok_or_else(|| format!("Unable to parse a listener name from {element}"))?;
    let (host, port) = address.rsplit_once(':').ok_or_else(wanted)?;
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let legal = |letter: char| letter.is_ascii_alphanumeric() || "-%._:".contains(letter);
    if !host.chars().all(legal) {
        return Err(wanted());
    }
    let port = port.parse().map_err(|_| wanted())?;
    let name = name.to_uppercase();
    let protocol = *protocols.get(&name).ok_or_else(|| format!("No security protocol defined for listener {name}"))?;
    Ok(Listener { name, protocol, host: host.to_owned(), port })
}

fn are_of_both_families(one: &Listener, other: &Listener) -> bool {
    match (one.host.parse::<IpAddr>(), other.host.parse::<IpAddr>()) {
        (Ok(one), Ok(other)) => one.is_ipv4() != other.is_ipv4(),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
