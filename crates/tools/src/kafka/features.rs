//! kafka-features: the levels of a cluster's features, printed, raised, lowered.

use std::collections::BTreeMap;

use kampa_client::admin::{Admin, FeatureUpdate, UpgradeType};

use super::connect::{Servers, connect, load};
use super::levels;
use super::thrown::{Died, Thrown};
use crate::options::commands::{Argument, Command, Kind, Parsed, option, switch};
use crate::{Call, Outcome, Stop};

pub async fn run(call: Call) -> Outcome {
    let wrong = |sentence: &str| refuse(&call, sentence);
    let parsed = TOOL.parse_or(&call, 0, wrong)?;
    work(&call, &parsed).await.map_err(|died| match died {
        Died::Stopped(stop) => stop,
        Died::Thrown(thrown) => {
            call.streams.err.line(thrown.message());
            Stop::Exit(1)
        }
    })
}

fn refuse(call: &Call, sentence: &str) -> Stop {
    call.streams.err.text(format_args!("Command line error: {sentence}. Type --help for help."));
    Stop::Exit(1)
}

async fn work(call: &Call, parsed: &Parsed) -> Result<(), Died> {
    match parsed.command {
        "version-mapping" => return version_mapping(call, parsed.value("release-version")),
        "feature-dependencies" => return dependencies(call, parsed.values("feature")),
        _ => {}
    }
    let properties = load(&call.world, parsed.value("command-config"))?;
    let servers = match (parsed.value("bootstrap-server"), parsed.value("bootstrap-controller")) {
        (Some(servers), _) => Servers::Brokers(servers),
        (None, Some(controllers)) => Servers::Controllers(controllers),
        (None, None) => {
            return Err(refuse(call, "You must specify either --bootstrap-controller or --bootstrap-server.").into());
        }
    };
    let admin = connect(call, servers, properties).await?.admin();
    let done = match parsed.command {
        "describe" => describe(call, parsed, &admin).await,
        "upgrade" => change(call, parsed, &admin, UpgradeType::Upgrade).await,
        "downgrade" => change(call, parsed, &admin, downgrade(parsed)).await,
        _ => disable(call, parsed, &admin).await,
    };
    admin.client().close().await;
    done
}

async fn describe(call: &Call, parsed: &Parsed, admin: &Admin) -> Result<(), Died> {
    let node: Option<i32> = parsed.number("node-id");
    if let Some(node) = node.filter(|node| *node < 0) {
        return Err(Thrown::illegal(format!("Invalid node id {node}: must be non-negative.")).into());
    }
    let features =
        admin.describe_features(node).await.map_err(|error| Thrown::of(&error, "describeFeatures").executed())?;
    let epoch = features.finalized_epoch.map_or("-".to_owned(), |epoch| epoch.to_string());
    for (name, range) in &features.supported {
        let level = |level: i16| match name.as_str() {
            "metadata.version" => levels::name(level).map_or(format!("UNKNOWN {level}"), str::to_owned),
            _ => level.to_string(),
        };
        let finalized = features.finalized.get(name).map_or(0, |range| range.max);
        call.streams.out.line(format_args!(
            "Feature: {name:<40}  SupportedMinVersion: {:<15}  SupportedMaxVersion: {:<15}  FinalizedVersionLevel: {:<15}  Epoch: {epoch}",
            level(range.min),
            level(range.max),
            level(finalized)
        ));
    }
    Ok(())
}

fn downgrade(parsed: &Parsed) -> UpgradeType {
    if parsed.has("unsafe") { UpgradeType::UnsafeDowngrade } else { UpgradeType::SafeDowngrade }
}

async fn change(call: &Call, parsed: &Parsed, admin: &Admin, upgrade_type: UpgradeType) -> Result<(), Died> {
    let (metadata, features) = (parsed.value("metadata"), parsed.values("feature"));
    let mut wanted = BTreeMap::new();
    match parsed.value("release-version") {
        Some(_) if metadata.is_some() || !features.is_empty() => {
            return Err(Thrown::runtime("Can not specify `release-version` with other feature flags.").into());
        }
        Some(release) => {
            let metadata = of_release(release)?;
            wanted.insert("metadata.version".to_owned(), metadata);
            for feature in &levels::FEATURES {
                let level = feature.default_at(metadata);
                // Nothing is raised to nothing.
                if upgrade_type != UpgradeType::Upgrade || level > 0 {
                    wanted.insert(feature.name.to_owned(), level);
                }
            }
        }
        None => {
            if let Some(metadata) = metadata {
                call.streams.out.line(" `metadata` flag is deprecated and may be removed in a future release.");
                wanted.insert("metadata.version".to_owned(), of_release(metadata)?);
            }
            for feature in features {
                let (name, level) = levels::name_and_level(feature)?;
                if wanted.insert(name.to_owned(), level).is_some() {
                    return Err(Thrown::runtime(format!("Feature {name} was specified more than once.")).into());
                }
            }
        }
    }
    update(call, parsed, admin, wanted, upgrade_type).await
}

async fn disable(call: &Call, parsed: &Parsed, admin: &Admin) -> Result<(), Died> {
    let mut wanted = BTreeMap::new();
    for name in parsed.values("feature") {
        if wanted.insert(name.clone(), 0).is_some() {
            return Err(Thrown::runtime(format!("Feature {name} was specified more than once.")).into());
        }
    }
    update(call, parsed, admin, wanted, downgrade(parsed)).await
}

async fn update(
    call: &Call,
    parsed: &Parsed,
    admin: &Admin,
    wanted: BTreeMap<String, i16>,
    upgrade_type: UpgradeType,
) -> Result<(), Died> {
    let (what, out) = (parsed.command, &call.streams.out);
    if wanted.is_empty() {
        return Err(Thrown::runtime(format!("You must specify at least one feature to {what}")).into());
    }
    let is_dry = parsed.has("dry-run");
    // Kafka's Admin refuses these before it asks.
    if wanted.values().any(|level| *level < 0) {
        return Err(Thrown::illegal("Cannot specify a negative version level.").into());
    }
    if upgrade_type == UpgradeType::Upgrade && wanted.values().any(|level| *level < 1) {
        let words = "The upgradeType flag should be set to SAFE_DOWNGRADE or UNSAFE_DOWNGRADE when the provided maxVersionLevel:0 is < 1.";
        return Err(Thrown::illegal(words).into());
    }
    let update =
        |(name, level): (&String, &i16)| FeatureUpdate { feature: name.clone(), max_level: *level, upgrade_type };
    let updates: Vec<FeatureUpdate> = wanted.iter().map(update).collect();
    let answers = admin.update_features(&updates, is_dry).await;
    let mut failures = 0;
    for (name, answer) in answers {
        let level = wanted[&name];
        match answer {
            Ok(()) => {
                let verb = if is_dry { "can be" } else { "was" };
                let done = if what == "disable" { "disabled.".to_owned() } else { format!("{what}d to {level}.") };
                out.line(format_args!("{name} {verb} {done}"));
            }
            Err(error) => {
                let verb = if is_dry { "Can not" } else { "Could not" };
                let done =
                    if what == "disable" { format!("disable {name}") } else { format!("{what} {name} to {level}") };
                out.line(format_args!("{verb} {done}. {}", Thrown::of(&error, "updateFeatures").message()));
                failures += 1;
            }
        }
    }
    match failures {
        0 => Ok(()),
        _ => Err(Thrown::runtime(format!("{failures} out of {} operation(s) failed.", wanted.len())).into()),
    }
}

fn version_mapping(call: &Call, release: Option<&str>) -> Result<(), Died> {
    let release = release.or(levels::name(levels::LATEST)).unwrap_or_default();
    let metadata = of_release(release)?;
    call.streams.out.line(format_args!("metadata.version={metadata} ({release})"));
    for feature in &levels::FEATURES {
        call.streams.out.line(format_args!("{}={}", feature.name, feature.default_at(metadata)));
    }
    Ok(())
}

fn of_release(release: &str) -> Result<i16, Thrown> {
    levels::of_release(release, true).map_err(Thrown::illegal)
}

fn dependencies(call: &Call, features: &[String]) -> Result<(), Died> {
    let out = &call.streams.out;
    for given in features {
        let (name, level) = levels::name_and_level(given)?;
        if name == "metadata.version" {
            let unknown = || Thrown::runtime(format!("Unknown metadata.version {level}"));
            let called = levels::name(level).ok_or_else(unknown)?;
            out.line(format_args!("{name}={level} ({called}) has no dependencies."));
            continue;
        }
        let unknown = || Thrown::runtime(format!("Unknown feature: {name}"));
        let feature = levels::FEATURES.iter().find(|feature| feature.name == name).ok_or_else(unknown)?;
        if !feature.has(level) {
            return Err(Thrown::illegal(format!("No feature:{name} with feature level {level}")).into());
        }
        match feature.needs(level) {
            None => out.line(format_args!("{name}={level} has no dependencies.")),
            Some(metadata) => {
                out.line(format_args!("{name}={level} requires:"));
                out.line(format_args!(
                    "    metadata.version={metadata} ({})",
                    levels::name(metadata).unwrap_or_default()
                ));
            }
        }
    }
    Ok(())
}

const FEATURE: Argument =
    option(&["--feature"], "a feature and its level, group.version=1; may be given often").repeated();
const DRY_RUN: Argument = switch(&["--dry-run"], "sees whether it could be done, and does not do it");
const UNSAFE: Argument = switch(&["--unsafe"], "even if metadata is lost by it");
const METADATA: Argument = option(&["--metadata"], "the old way to say --feature metadata.version by a release");
const RELEASE: Argument = option(&["--release-version"], "the release whose levels all features shall have");

const fn command(name: &'static str, about: &'static str, arguments: &'static [Argument]) -> Command {
    Command { name, about, arguments, groups: &[], commands: &[], commands_called: "" }
}

static TOOL: Command = Command {
    name: "kafka-features",
    about: "The levels of a cluster's features.",
    arguments: &[
        option(&["--bootstrap-server"], "brokers to begin with, host:port with commas between").in_group(0),
        option(&["--bootstrap-controller"], "controllers to begin with, instead of brokers").in_group(0),
        option(&["--command-config"], "a file of settings for the client"),
    ],
    groups: &[false],
    commands: &[
        command(
            "describe",
            "prints the levels that a node can do and that the cluster does",
            &[option(&["--node-id"], "the node to ask; any without").of(Kind::Integer)],
        ),
        command("upgrade", "raises levels", &[METADATA, RELEASE, FEATURE, DRY_RUN]),
        command("downgrade", "lowers levels", &[METADATA, RELEASE, FEATURE, UNSAFE, DRY_RUN]),
        command("disable", "lowers levels to nothing", &[FEATURE, UNSAFE, DRY_RUN]),
        command("version-mapping", "prints the levels that belong to a release; the newest without one", &[RELEASE]),
        command(
            "feature-dependencies",
            "prints what a feature's level needs of others",
            &[option(&["--feature"], "a feature and its level, group.version=1; may be given often")
                .repeated()
                .required()],
        ),
    ],
    commands_called: "",
};
