//! kafka-cluster: the cluster's id, its nodes' addresses, and taking a broker that is gone off its books.

use kampa_client::admin::{Admin, DescribeCluster};
use kampa_client::{Error, ErrorCode};

use super::connect::{Servers, connect, load};
use super::hash_order::hash_order;
use super::thrown::{Died, Thrown, log};
use crate::options::commands::{Argument, Command, Kind, Parsed, option, switch};
use crate::{Call, Outcome};

pub async fn run(call: Call) -> Outcome {
    let parsed = TOOL.parse(&call, 1)?;
    work(&call, &parsed).await.map_err(|died| died.stop(&call.streams))
}

async fn work(call: &Call, parsed: &Parsed) -> Result<(), Died> {
    let out = &call.streams.out;
    let (old, new) = (parsed.value("config"), parsed.value("command-config"));
    if old.is_some() && new.is_some() {
        let words = "--config and --command-config cannot be specified together.";
        return Err(Thrown::new("net.sourceforge.argparse4j.inf.ArgumentParserException", words).into());
    }
    if old.is_some() {
        out.line("Option --config has been deprecated and will be removed in a future version. Use --command-config instead.");
    }
    let properties = load(&call.world, new.or(old))?;
    let controllers = parsed.value("bootstrap-controller");
    let servers = match controllers {
        Some(controllers) => Servers::Controllers(controllers),
        None => Servers::Brokers(parsed.value("bootstrap-server").unwrap_or_default()),
    };
    let admin = connect(call, servers, properties).await?.admin();
    let done = match parsed.command {
        "cluster-id" => cluster_id(call, &admin).await,
        "unregister" => unregister(call, &admin, parsed.number("id").unwrap_or_default()).await,
        _ => list_endpoints(call, &admin, controllers.is_some(), parsed.has("include-fenced-brokers")).await,
    };
    admin.client().close().await;
    done
}

async fn cluster_id(call: &Call, admin: &Admin) -> Result<(), Died> {
    let cluster = admin.describe_cluster(&DescribeCluster::default()).await;
    match cluster.map_err(|error| Thrown::of(&error, "listNodes").executed())?.cluster_id {
        Some(id) => call.streams.out.line(format_args!("Cluster ID: {id}")),
        None => call.streams.out.line("No cluster ID found. The Kafka version is probably too old."),
    }
    Ok(())
}

async fn unregister(call: &Call, admin: &Admin, id: i32) -> Result<(), Died> {
    match admin.unregister_broker(id).await {
        Ok(()) => call.streams.out.line(format_args!("Broker {id} is no longer registered.")),
        Err(error) if is_unsupported(&error) => {
            call.streams.out.line("The target cluster does not support the broker unregistration API.");
        }
        Err(error) => {
            let thrown = Thrown::of(&error, "unregisterBroker");
            if error.code().is_some() {
                let why = thrown.message();
                let words = format!(
                    "[AdminClient clientId=adminclient-1] Unregister broker request for broker ID {id} failed: {why}"
                );
                log(&call.world, &call.streams, "ERROR", words, "org.apache.kafka.clients.admin.KafkaAdminClient");
            }
            return Err(thrown.executed().into());
        }
    }
    Ok(())
}

async fn list_endpoints(call: &Call, admin: &Admin, of_controllers: bool, fenced: bool) -> Result<(), Died> {
    if fenced && of_controllers {
        let words = "The option --include-fenced-brokers is only supported with --bootstrap-server option";
        return Err(Thrown::illegal(words).into());
    }
    let how = DescribeCluster { include_fenced_brokers: fenced, include_authorized_operations: false };
    let mut nodes = match admin.describe_cluster(&how).await {
        Ok(cluster) => cluster.nodes,
        Err(error) if is_unsupported(&error) => {
            call.streams.out.line(Thrown::of(&error, "listNodes").message());
            return Ok(());
        }
        Err(error) => return Err(Thrown::of(&error, "listNodes").executed().into()),
    };
    hash_order(&mut nodes, |node| &node.id);
    let host_width = nodes.iter().map(|node| node.host.chars().count()).max().unwrap_or(100);
    let rack_width = nodes.iter().filter_map(|node| Some(node.rack.as_ref()?.chars().count())).max().unwrap_or(10);
    let row = |id: &str, host: &str, port: &str, rack: &str, state: &str, kind: &str| {
        let state = if of_controllers { String::new() } else { format!("{state:<10} ") };
        call.streams
            .out
            .line(format_args!("{id:<10} {host:<host_width$} {port:<10} {rack:<rack_width$} {state}{kind:<15}"));
    };
    row("ID", "HOST", "PORT", "RACK", "STATE", "ENDPOINT_TYPE");
    for node in &nodes {
        let (id, port, rack) = (node.id.to_string(), node.port.to_string(), node.rack.as_deref().unwrap_or("null"));
        let state = if node.is_fenced { "fenced" } else { "unfenced" };
        row(&id, &node.host, &port, rack, state, if of_controllers { "controller" } else { "broker" });
    }
    Ok(())
}

fn is_unsupported(error: &Error) -> bool {
    matches!(error, Error::Unsupported { .. }) || error.code() == Some(ErrorCode::UNSUPPORTED_VERSION)
}

const CONFIG: Argument = option(&["--config"], "the old name of --command-config");
const COMMAND_CONFIG: Argument = option(&["--command-config", "-c"], "a file of settings for the client");
const SERVER: Argument =
    option(&["--bootstrap-server", "-b"], "brokers to begin with, host:port with commas between").in_group(0);
const CONTROLLER: Argument =
    option(&["--bootstrap-controller", "-C"], "controllers to begin with, instead of brokers").in_group(0);

const fn command(name: &'static str, about: &'static str, arguments: &'static [Argument]) -> Command {
    Command { name, about, arguments, groups: &[true], commands: &[], commands_called: "" }
}

static TOOL: Command = Command {
    name: "kafka-cluster",
    about: "What a cluster is called and where its nodes are.",
    arguments: &[],
    groups: &[],
    commands: &[
        command("cluster-id", "prints the cluster's id", &[SERVER, CONTROLLER, CONFIG, COMMAND_CONFIG]),
        command(
            "unregister",
            "takes a broker that is gone for good off the cluster's books",
            &[
                SERVER,
                CONTROLLER,
                CONFIG,
                COMMAND_CONFIG,
                option(&["--id", "-i"], "the broker's id").of(Kind::Integer).required(),
            ],
        ),
        command(
            "list-endpoints",
            "prints where the nodes are reached",
            &[
                SERVER,
                CONTROLLER,
                CONFIG,
                COMMAND_CONFIG,
                switch(&["--include-fenced-brokers"], "brokers too that may not lead now"),
            ],
        ),
    ],
    commands_called: "",
};
