//! kafka-delete-records: drops the beginnings of partitions' logs, up to offsets that a JSON file names.

use std::collections::BTreeMap;

use kampa_client::TopicPartition;
use serde_json::Value;

use super::connect::{Servers, connect, load, read};
use super::hash_order::hash_order;
use super::thrown::{Died, Thrown};
use crate::options::flags::{Flags, valued};
use crate::{Call, Outcome};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    work(&call).await.map_err(|died| died.stop(&call.streams))
}

async fn work(call: &Call) -> Result<(), Died> {
    let given = FLAGS.parse(call)?;
    given.help_or_version(ABOUT)?;
    given.require(&["bootstrap-server", "offset-json-file"])?;
    let properties = load(&call.world, given.value("command-config")?)?;
    let servers = Servers::Brokers(given.value("bootstrap-server")?.unwrap_or_default());
    let admin = connect(call, servers, properties).await?.admin();
    let path = given.value("offset-json-file")?.unwrap_or_default();
    let unreadable = |_| Thrown::new("java.io.IOException", format!("Unable to read file {path}"));
    let text = read(&call.world, path).map_err(unreadable)?;
    let wanted = offsets(&String::from_utf8_lossy(&text))?;
    let out = &call.streams.out;
    out.line("Executing records delete operation");
    let before: Vec<(TopicPartition, i64)> =
        wanted.into_iter().map(|((topic, number), offset)| (TopicPartition::new(topic, number), offset)).collect();
    out.line("Records delete operation completed:");
    let mut answers = admin.delete_records(&before).await;
    admin.client().close().await;
    let mut keys: Vec<(String, i32)> = answers.iter().map(|(one, _)| (one.topic.to_string(), one.partition)).collect();
    hash_order(&mut keys, |key| key);
    for key in keys {
        let at = answers.iter().position(|(one, _)| *one.topic == *key.0 && one.partition == key.1);
        let Some((partition, answer)) = at.map(|at| answers.swap_remove(at)) else { continue };
        match answer {
            Ok(low) => out.line(format_args!("partition: {partition}\tlow_watermark: {low}")),
            Err(error) => {
                let thrown = Thrown::of(&error, "deleteRecords(api=METADATA)").executed();
                out.line(format_args!("partition: {partition}\terror: {}", thrown.message()));
            }
        }
    }
    Ok(())
}

type Partition = (String, i32);

fn offsets(text: &str) -> Result<Vec<(Partition, i64)>, Died> {
    let operation = |words: &str| Thrown::new("org.apache.kafka.tools.AdminOperationException", words);
    let json: Value = serde_json::from_str(text).map_err(|_| operation("The input string is not a valid JSON"))?;
    let object = object(&json)?;
    let version = object.get("version").map_or(Ok(1), |version| number(version, "integer"))?;
    if version != 1 {
        return Err(operation(&format!("Not supported version field value {version}")).into());
    }
    let partitions = object.get("partitions").ok_or_else(|| operation("Missing partitions field"))?;
    let list = partitions.as_array().ok_or_else(|| wrong(format!("Expected JSON array, received {partitions}")))?;
    let mut found: Vec<(Partition, Vec<i64>)> = Vec::new();
    // Where each of them is in `found`.
    let mut places: BTreeMap<Partition, usize> = BTreeMap::new();
    for one in list {
        let one = self::object(one)?;
        let field = |name: &str| one.get(name).ok_or_else(|| wrong(format!("No such field exists: `{name}`")));
        let topic = field("topic")?;
        let topic = topic.as_str().ok_or_else(|| wrong(format!("Expected `String` value, received {topic}")))?;
        let key = (topic.to_owned(), number(field("partition")?, "integer")? as i32);
        let offset = number(field("offset")?, "long")?;
        let place = *places.entry(key.clone()).or_insert(found.len());
        if place == found.len() {
            found.push((key, Vec::new()));
        }
        found[place].1.push(offset);
    }
    hash_order(&mut found, |(key, _)| key);
    let twice: Vec<String> = found
        .iter()
        .filter(|(_, offsets)| offsets.len() > 1)
        .map(|((topic, partition), _)| format!("{topic}-{partition}"))
        .collect();
    if !twice.is_empty() {
        let words = format!("Offset json file contains duplicate topic partitions: {}", twice.join(","));
        return Err(Thrown::new("org.apache.kafka.tools.AdminCommandFailedException", words).into());
    }
    Ok(found.into_iter().map(|(key, offsets)| (key, offsets[0])).collect())
}

fn object(json: &Value) -> Result<&serde_json::Map<String, Value>, Thrown> {
    json.as_object().ok_or_else(|| wrong(format!("Expected JSON object, received {json}")))
}

fn number(json: &Value, kind: &str) -> Result<i64, Thrown> {
    let fits = |number: &i64| kind == "long" || i32::try_from(*number).is_ok();
    let name = if kind == "long" { "Long" } else { "Integer" };
    json.as_i64().filter(fits).ok_or_else(|| wrong(format!("Expected `{name}` value, received {json}")))
}

fn wrong(words: String) -> Thrown {
    Thrown::new("com.fasterxml.jackson.databind.JsonMappingException", words)
}

const ABOUT: &str = "Drops the beginnings of partitions, up to an offset each.";

const FLAGS: Flags = Flags(&[
    valued("bootstrap-server", "server(s) to use for bootstrapping", "REQUIRED: Where to connect first."),
    valued(
        "offset-json-file",
        "Offset json file path",
        "REQUIRED: The offsets before which records go, as\n{\"partitions\":\n  [{\"topic\": \"orders\", \"partition\": 0, \"offset\": 17}],\n \"version\":1\n}",
    ),
    valued("command-config", "command config property file path", "Properties of the client."),
]);
