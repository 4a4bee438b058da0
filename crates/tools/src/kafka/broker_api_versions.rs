//! kafka-broker-api-versions: which APIs each broker serves, in which versions, and which of them this client would use.

use std::collections::BTreeMap;

use kampa_client::{ApiKey, Client, Error, Topics, Versions};
use kampa_protocol::Listener;

use super::connect::{Servers, check_addresses, connect, load};
use super::thrown::{Died, Thrown};
use crate::options::flags::{Flags, valued};
use crate::{Call, Outcome};

pub async fn run(call: Call) -> Outcome {
    work(&call).await.map_err(|died| died.stop(&call.streams))
}

async fn work(call: &Call) -> Result<(), Died> {
    let given = FLAGS.parse(call)?;
    given.help_or_version("This tool helps to retrieve broker version information.")?;
    given.require(&["bootstrap-server"])?;
    let mut properties = load(&call.world, given.value("command-config")?)?;
    let servers = given.value("bootstrap-server")?.unwrap_or_default();
    check_addresses(call, "bootstrap.servers", servers).await?;
    // Kafka's tool tries each server once; this is how long it gives it.
    if !properties.iter().any(|(key, _)| key == "default.api.timeout.ms") {
        properties.push(("default.api.timeout.ms".to_owned(), "5000".to_owned()));
    }
    let client = connect(call, Servers::Brokers(servers), properties).await?;
    let done = print_all(call, &client, servers).await;
    client.close().await;
    done
}

async fn print_all(call: &Call, client: &Client, servers: &str) -> Result<(), Died> {
    let view = client.metadata(Topics::None).await.map_err(|_| {
        let nodes: Vec<String> = (1..)
            .zip(servers.split(',').map(str::trim))
            .map(|(number, server)| format!("{server} (id: -{number} rack: null isFenced: false)"))
            .collect();
        Thrown::runtime(format!("Request METADATA failed on brokers [{}]", nodes.join(", ")))
    })?;
    for node in view.nodes.values() {
        let rack = node.rack.as_deref().unwrap_or("null");
        let name = format!("{}:{} (id: {} rack: {rack} isFenced: false)", node.host, node.port, node.id);
        match client.versions(node.id).await {
            Ok(versions) => call.streams.out.line(format_args!("{name} -> {}", shown(&versions))),
            Err(error) => call.streams.out.line(format_args!("{name} -> ERROR: {}", why(&error))),
        }
    }
    Ok(())
}

fn why(error: &Error) -> String {
    Thrown::of(error, "apiVersions").message().to_owned()
}

/// One line for each API, those in the middle that the broker leaves out too.
fn shown(versions: &Versions) -> String {
    let mut lines: BTreeMap<i16, String> = BTreeMap::new();
    for (number, range) in versions.all() {
        let (lowest, highest) = (*range.start(), *range.end());
        let served = if lowest == highest { format!("{lowest}") } else { format!("{lowest} to {highest}") };
        lines.insert(
            number,
            match known(number) {
                None => format!("UNKNOWN({number}): {served}"),
                Some((api, ours)) => {
                    let usable = match () {
                        () if *ours.end() < lowest => "unusable: node too new".to_owned(),
                        () if highest < *ours.start() => "unusable: node too old".to_owned(),
                        () => format!("usable: {}", highest.min(*ours.end())),
                    };
                    format!("{api}({number}): {served} [{usable}]")
                }
            },
        );
    }
    for number in 0..=i16::from(u8::MAX) {
        if let Some((api, _)) = known(number).filter(|(api, _)| api.is_for(Listener::Broker)) {
            lines.entry(number).or_insert_with(|| format!("{api}({number}): UNSUPPORTED"));
        }
    }
    format!("(\n\t{}\n)", lines.into_values().collect::<Vec<_>>().join(",\n\t"))
}

/// An API this client knows, and its versions that are not in the making.
fn known(number: i16) -> Option<(ApiKey, std::ops::RangeInclusive<i16>)> {
    let api = ApiKey::try_from(number).ok()?;
    Some((api, api.versions()?))
}

static FLAGS: Flags = Flags(&[
    valued("command-config", "command config property file", "A file of settings for the client."),
    valued(
        "bootstrap-server",
        "server(s) to use for bootstrapping",
        "Needed: brokers to begin with, host:port with commas between.",
    ),
]);
