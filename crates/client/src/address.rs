//! A server as people write it: `host:port`, `[::1]:9092`, `PLAINTEXT://host:port`.

use crate::Error;
use crate::settings::refused;

/// The servers of a list with commas; blanks and empty places are dropped.
pub(crate) fn split(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|server| !server.is_empty()).map(str::to_owned).collect()
}

/// Host and port of one server.
pub(crate) fn parse(server: &str) -> Result<(&str, u16), Error> {
    let wanted = || refused("bootstrap.servers", server, "host:port is wanted, such as localhost:9092");
    let address = server.split_once("://").map_or(server, |(_, address)| address);
    let (host, port) = address.rsplit_once(':').ok_or_else(wanted)?;
    let host = match host.strip_prefix('[') {
        Some(host) => host.strip_suffix(']').ok_or_else(wanted)?,
        None if host.contains(':') => return Err(wanted()),
        None => host,
    };
    let port = port.parse().map_err(|_| wanted())?;
    if host.is_empty() { Err(wanted()) } else { Ok((host, port)) }
}
