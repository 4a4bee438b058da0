//! The file of partitions to elect for: `{"partitions": [{"topic": "orders", "partition": 1}]}`.

use kampa_client::TopicPartition;
use serde_json::Value;

use super::super::connect;
use super::super::thrown::Thrown;
use super::twice;
use crate::Call;

pub fn read(call: &Call, path: &str) -> Result<Vec<TopicPartition>, Thrown> {
    let unreadable = || Thrown::runtime(format!("java.io.IOException: Unable to read file {path}"));
    let bytes = connect::read(&call.world, path).map_err(|_| unreadable())?;
    let wrong = |words: &str| Thrown::new("org.apache.kafka.tools.AdminOperationException", words);
    let whole: Value = serde_json::from_slice(&bytes).map_err(|_| wrong("Replica election data is empty"))?;
    let mapping =
        |words: String| Thrown::runtime(format!("com.fasterxml.jackson.databind.JsonMappingException: {words}"));
    let whole = whole.as_object().ok_or_else(|| mapping(format!("Expected JSON object, received {whole}")))?;
    let list = whole.get("partitions").ok_or_else(|| wrong("Replica election data is missing \"partitions\" field"))?;
    let list = list.as_array().ok_or_else(|| mapping(format!("Expected JSON array, received {list}")))?;
    let mut partitions = Vec::with_capacity(list.len());
    for one in list {
        let field = |name: &str| one.get(name).ok_or_else(|| mapping(format!("No such field exists: `{name}`")));
        let (topic, partition) = (field("topic")?, field("partition")?);
        let text = topic.as_str().ok_or_else(|| mapping(format!("Expected `String` value, received {topic}")))?;
        let number = partition.as_i64().and_then(|number| i32::try_from(number).ok());
        let number = number.ok_or_else(|| mapping(format!("Expected `Integer` value, received {partition}")))?;
        partitions.push(TopicPartition::new(text, number));
    }
    let twice = twice(&partitions);
    if !twice.is_empty() {
        let twice: Vec<String> = twice.iter().map(|one| one.to_string()).collect();
        return Err(wrong(&format!("Replica election data contains duplicate partitions: [{}]", twice.join(", "))));
    }
    Ok(partitions)
}
