//! kafka-configs' options: which entities are meant, and which options go together.

use super::super::thrown::{Died, Thrown};
use crate::Call;
use crate::options::flags::{Flags, Given, flag, valued};

/// The entities that a command line names. A name may be missing (all of a kind) or empty (what holds for all of a kind).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entities {
    pub kinds: Vec<String>,
    pub names: Vec<String>,
}

pub async fn read(call: &Call) -> Result<(Given, Entities), Died> {
    let given = FLAGS.parse(call)?;
    given.help_or_version(ABOUT)?;
    if ["alter", "describe"].iter().filter(|action| given.has(action)).count() != 1 {
        return Err(given.refuse("Command must include exactly one action: --describe, --alter").into());
    }
    given.exclude("describe", &["alter", "add-config", "delete-config"])?;
    let kinds = kinds(&given);
    check_kinds(&given, &kinds)?;
    let entities = Entities { names: names(&given)?, kinds };
    check_names(call, &given, &entities).await?;
    match given.has("alter") {
        true => check_alter(&given, &entities)?,
        false => check_describe(&given, &entities)?,
    }
    Ok((given, entities))
}

fn kinds(given: &Given) -> Vec<String> {
    let named = given.values("entity-type").into_iter().map(str::to_owned);
    let flags = ENTITY_FLAGS.iter().chain(&DEFAULT_FLAGS).filter(|(flag, _)| given.has(flag));
    named.chain(flags.map(|(_, kind)| (*kind).to_owned())).collect()
}

fn names(given: &Given) -> Result<Vec<String>, Died> {
    let mut values = given.values("entity-name").into_iter();
    let mut names: Vec<String> = given
        .order(&["entity-name", "entity-default"])
        .map(|flag| if flag == "entity-name" { values.next().unwrap_or_default() } else { "" }.to_owned())
        .collect();
    for (flag, _) in ENTITY_FLAGS.iter().filter(|(flag, _)| given.has(flag)) {
        names.push(given.value(flag)?.unwrap_or_default().to_owned());
    }
    names.extend(DEFAULT_FLAGS.iter().filter(|(flag, _)| given.has(flag)).map(|_| String::new()));
    Ok(names)
}

fn check_kinds(given: &Given, kinds: &[String]) -> Result<(), Died> {
    let refuse = |words: String| Err(Died::from(Thrown::illegal(words)));
    let twice: Vec<&str> = kinds
        .iter()
        .enumerate()
        .filter(|(at, kind)| kinds[..*at].contains(kind))
        .map(|(_, kind)| kind.as_str())
        .collect();
    if !twice.is_empty() {
        return refuse(format!("Duplicate entity type(s) specified: {}", twice.join(",")));
    }
    if !given.has("bootstrap-server") && !given.has("bootstrap-controller") {
        return refuse("Either --bootstrap-server or --bootstrap-controller must be specified.".into());
    }
    if let Some(unknown) = kinds.iter().find(|kind| !KINDS.contains(&kind.as_str())) {
        return refuse(format!(
            "Invalid entity type {unknown}, the entity type must be one of {} with a --bootstrap-server or --bootstrap-controller argument",
            KINDS.join(", ")
        ));
    }
    if kinds.is_empty() {
        return refuse("At least one entity type must be specified".into());
    }
    if kinds.len() > 1 && !kinds.iter().all(|kind| kind == "users" || kind == "clients") {
        return refuse("Only 'users' and 'clients' entity types may be specified together".into());
    }
    let is_general = ["entity-name", "entity-type", "entity-default"].iter().any(|flag| given.has(flag));
    if is_general && ENTITY_FLAGS.iter().chain(&DEFAULT_FLAGS).any(|(flag, _)| given.has(flag)) {
        return refuse(
            "--entity-{type,name,default} should not be used in conjunction with specific entity flags".into(),
        );
    }
    Ok(())
}

async fn check_names(call: &Call, given: &Given, entities: &Entities) -> Result<(), Died> {
    let refuse = |words: String| Err(Died::from(Thrown::illegal(words)));
    if given.has("bootstrap-server") && given.has("bootstrap-controller") {
        return refuse("Only one of --bootstrap-server or --bootstrap-controller can be specified".into());
    }
    let is = |kind: &str| entities.kinds.iter().any(|given| given == kind);
    let has_name = entities.names.iter().any(|name| !name.is_empty());
    if has_name && (is("brokers") || is("broker-loggers")) {
        for flag in ["entity-name", "broker", "broker-logger"] {
            if let Some(id) = given.value(flag)?.filter(|id| id.parse::<i32>().is_err()) {
                return refuse(format!(
                    "The entity name for {} must be a valid integer broker id, but it is: {id}",
                    entities.kinds[0]
                ));
            }
        }
    }
    if has_name && is("ips") {
        for flag in ["entity-name", "ip"] {
            let Some(ip) = given.value(flag)? else { continue };
            if call.world.net().resolve(ip, 0).await.is_err() {
                return refuse(format!(
                    "The entity name for {} must be a valid IP or resolvable host, but it is: {ip}",
                    entities.kinds[0]
                ));
            }
        }
    }
    Ok(())
}

fn check_describe(given: &Given, entities: &Entities) -> Result<(), Died> {
    let is = |kind: &str| entities.kinds.iter().any(|given| given == kind);
    let kinds = entities.kinds.join(",");
    if !["users", "clients", "brokers", "ips"].into_iter().any(is) && given.has("entity-default") {
        return Err(
            Thrown::illegal(format!("--entity-default must not be specified with --describe of {kinds}")).into()
        );
    }
    if is("broker-loggers") && entities.names.iter().all(String::is_empty) {
        return Err(Thrown::illegal(format!("An entity name must be specified with --describe of {kinds}")).into());
    }
    Ok(())
}

fn check_alter(given: &Given, entities: &Entities) -> Result<(), Died> {
    let refuse = |words: String| Err(Died::from(Thrown::illegal(words)));
    let is = |kind: &str| entities.kinds.iter().any(|given| given == kind);
    let has_name = entities.names.iter().any(|name| !name.is_empty());
    if ["users", "clients", "brokers", "ips"].into_iter().any(is) {
        if entities.names.is_empty() {
            return refuse(
                "An entity-name or default entity must be specified with --alter of users, clients, brokers or ips"
                    .into(),
            );
        }
    } else if !has_name {
        return refuse(format!("An entity name must be specified with --alter of {}", entities.kinds.join(",")));
    }
    if given.has("add-config") && given.has("add-config-file") {
        return refuse("Only one of --add-config or --add-config-file must be specified".into());
    }
    if !["add-config", "add-config-file", "delete-config"].iter().any(|flag| given.has(flag)) {
        return refuse(
            "At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter".into(),
        );
    }
    Ok(())
}

/// In the order in which Kafka lists them.
const KINDS: [&str; 8] = ["topics", "clients", "users", "brokers", "ips", "client-metrics", "groups", "broker-loggers"];
const ENTITY_FLAGS: [(&str, &str); 8] = [
    ("topic", "topics"),
    ("client", "clients"),
    ("user", "users"),
    ("broker", "brokers"),
    ("broker-logger", "broker-loggers"),
    ("ip", "ips"),
    ("client-metrics", "client-metrics"),
    ("group", "groups"),
];
const DEFAULT_FLAGS: [(&str, &str); 4] = [
    ("client-defaults", "clients"),
    ("user-defaults", "users"),
    ("broker-defaults", "brokers"),
    ("ip-defaults", "ips"),
];
const ABOUT: &str = "This tool helps to manipulate and describe entity config for a topic, client, user, broker, ip, client-metrics or group";

static FLAGS: Flags = Flags(&[
    valued("bootstrap-server", "server to connect to", "Brokers to begin with, host:port with commas between."),
    valued("bootstrap-controller", "controller to connect to", "Controllers to begin with, instead of brokers."),
    valued("command-config", "command config property file", "A file of settings for the client."),
    flag("alter", "Change settings."),
    flag("describe", "Print settings."),
    flag("all", "With --describe: those that were never changed too."),
    valued(
        "entity-type",
        "",
        "Whose settings: topics, clients, users, brokers, broker-loggers, ips, client-metrics or groups.",
    ),
    valued("entity-name", "", "The topic's, client's, user's … name, or the broker's id."),
    flag("entity-default", "Instead of a name: what holds for all clients, users, brokers or addresses."),
    valued(
        "add-config",
        "",
        "Settings to give, key=value with commas between; a value that has commas itself goes into brackets: k=[a,b]. \
         docs/configuration.md lists them. Users and clients have quotas (producer_byte_rate, consumer_byte_rate, \
         request_percentage, controller_mutation_rate), addresses connection_creation_rate, users also \
         SCRAM-SHA-256=[iterations=N,password=P] and SCRAM-SHA-512.",
    ),
    valued("add-config-file", "", "A file with settings to give."),
    valued("delete-config", "", "Keys of settings to take away, with commas between.").separated_by(','),
    valued("topic", "", "A topic's name."),
    valued("client", "", "A client's id."),
    flag("client-defaults", "What holds for clients without settings of their own."),
    valued("user", "", "A user's name."),
    flag("user-defaults", "What holds for users without settings of their own."),
    valued("broker", "", "A broker's id."),
    flag("broker-defaults", "What holds for all brokers."),
    valued("broker-logger", "", "The id of a broker, for the levels of its loggers."),
    flag("ip-defaults", "What holds for addresses without settings of their own."),
    valued("ip", "", "An address."),
    valued("group", "", "A group's id."),
    valued("client-metrics", "", "The name of a subscription to clients' metrics."),
]);
