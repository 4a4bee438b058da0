//! Commands about settings: alter, replace, configs, config-resources.
//!
//! A resource is `topic:orders`, `broker:0`, `brokers` (all), `group:g`, `client-metrics:m`, `logger:0`, or `99:x` by number.
//! Behind it stand its settings: `key=value` sets, `key+=value` appends, `key-=value` subtracts, `key!` takes away, `key?9` asks
//! for operation 9; `''` is the empty value, `(null)` none, and `~` a space. `validate` anywhere only validates.

use kampa_protocol::Text;
use kampa_protocol::messages::alter_configs::{self, AlterConfigsRequest};
use kampa_protocol::messages::describe_configs::{
    DescribeConfigsRequest, DescribeConfigsResource, DescribeConfigsResourceResult, DescribeConfigsResult,
};
use kampa_protocol::messages::incremental_alter_configs::{self, IncrementalAlterConfigsRequest};
use kampa_protocol::messages::list_config_resources::ListConfigResourcesRequest;

use super::script::{Asked, Line, error, error_with};

struct Resource<'a> {
    kind: i8,
    name: Text,
    settings: Vec<(&'a str, i8, Option<Text>)>,
}

/// `alter topic:orders retention.ms=5`, one answer for each resource.
pub(super) fn alter(line: &Line) -> Asked {
    use incremental_alter_configs::{AlterConfigsResource, AlterableConfig};
    let (resources, validate_only) = resources(line.text);
    let setting = |(name, config_operation, value): (&str, i8, Option<Text>)| AlterableConfig {
        name: name.into(),
        config_operation,
        value,
        ..Default::default()
    };
    let resource = |it: Resource<'_>| AlterConfigsResource {
        resource_type: it.kind,
        resource_name: it.name,
        configs: it.settings.into_iter().map(setting).collect(),
        ..Default::default()
    };
    let resources = resources.into_iter().map(resource).collect();
    let request = IncrementalAlterConfigsRequest { resources, validate_only, ..Default::default() };
    Asked::new(line, &request, |response, _| {
        let told = response.responses.iter().map(|it| error_with(it.error_code, it.error_message.as_ref()));
        told.collect::<Vec<_>>().join(", ")
    })
}

/// `replace topic:orders retention.ms=5`: AlterConfigs.
pub(super) fn replace(line: &Line) -> Asked {
    use alter_configs::{AlterConfigsResource, AlterableConfig};
    let (resources, validate_only) = resources(line.text);
    let setting =
        |(name, _, value): (&str, i8, Option<Text>)| AlterableConfig { name: name.into(), value, ..Default::default() };
    let resource = |it: Resource<'_>| AlterConfigsResource {
        resource_type: it.kind,
        resource_name: it.name,
        configs: it.settings.into_iter().map(setting).collect(),
        ..Default::default()
    };
    let resources = resources.into_iter().map(resource).collect();
    let request = AlterConfigsRequest { resources, validate_only, ..Default::default() };
    Asked::new(line, &request, |response, _| {
        let told = response.responses.iter().map(|it| error_with(it.error_code, it.error_message.as_ref()));
        told.collect::<Vec<_>>().join(", ")
    })
}

/// `configs topic:orders retention.ms!`: what is there, with its places; without keys what was set while the node runs.
pub(super) fn describe(line: &Line) -> Asked {
    let (resources, _) = resources(line.text);
    let resource = |it: Resource<'_>| DescribeConfigsResource {
        resource_type: it.kind,
        resource_name: it.name,
        configuration_keys: Some(it.settings.iter().map(|(key, ..)| Text::from(*key)).collect()),
        ..Default::default()
    };
    let request = DescribeConfigsRequest {
        resources: resources.into_iter().map(resource).collect(),
        include_synonyms: true,
        ..Default::default()
    };
    let of_keys =
        request.resources.iter().any(|it| it.configuration_keys.as_ref().is_some_and(|keys| !keys.is_empty()));
    Asked::new(line, &request, move |response, _| {
        let told = |result: &DescribeConfigsResult| {
            if result.error_code != 0 {
                return error_with(result.error_code, result.error_message.as_ref());
            }
            let shown = |config: &&DescribeConfigsResourceResult| of_keys || !AT_START.contains(&config.config_source);
            let configs: Vec<String> = result.configs.iter().filter(shown).map(config).collect();
            if configs.is_empty() { "nothing".to_owned() } else { configs.join("\n") }
        };
        response.results.iter().map(told).collect::<Vec<_>>().join("\n")
    })
}

/// Places that have a value from the start: the file and the defaults.
const AT_START: [i8; 2] = [4, 5];

fn config(config: &DescribeConfigsResourceResult) -> String {
    let place = |number: i8| match number {
        1 => "topic",
        2 => "broker",
        3 => "brokers",
        4 => "file",
        5 => "default",
        6 => "logger",
        7 => "subscription",
        8 => "group",
        _ => "?",
    };
    let text = |value: &Option<Text>| value.as_deref().unwrap_or("(null)").to_owned();
    let marks = [(config.read_only, " read-only"), (config.is_sensitive, " sensitive")];
    let marks: String = marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| *mark).collect();
    let synonyms = config.synonyms.iter();
    let synonyms: Vec<String> =
        synonyms.map(|it| format!("{}={} ({})", it.name, text(&it.value), place(it.source))).collect();
    let own = format!("{}={} ({}){marks}", config.name, text(&config.value), place(config.config_source));
    if synonyms.is_empty() { own } else { format!("{own}: {}", synonyms.join(", ")) }
}

/// `config-resources 2 4`, by numbers; without any, all.
pub(super) fn list(line: &Line) -> Asked {
    let resource_types = line.words.iter().map(|word| word.parse().expect("a number")).collect();
    let request = ListConfigResourcesRequest { resource_types, ..Default::default() };
    Asked::new(line, &request, |response, _| {
        let resources = response.config_resources.iter();
        let told: Vec<String> = resources.map(|it| format!("{}:{}", it.resource_type, it.resource_name)).collect();
        format!("{}; {}", error(response.error_code), told.join(" "))
    })
}

fn resources(text: &str) -> (Vec<Resource<'_>>, bool) {
    let (mut resources, mut validate_only) = (Vec::new(), false);
    for word in text.split_whitespace() {
        if word == "validate" {
            validate_only = true;
        } else if let Some((kind, name)) = resource(word) {
            resources.push(Resource { kind, name: name.into(), settings: Vec::new() });
        } else if let Some(last) = resources.last_mut() {
            last.settings.push(setting(word));
        }
    }
    (resources, validate_only)
}

fn resource(word: &str) -> Option<(i8, &str)> {
    if word == "brokers" {
        return Some((4, ""));
    }
    let (kind, name) = word.split_once(':').filter(|(kind, _)| !kind.contains('='))?;
    let kind = match kind {
        "topic" => 2,
        "broker" => 4,
        "logger" => 8,
        "client-metrics" => 16,
        "group" => 32,
        number => number.parse().ok()?,
    };
    Some((kind, name))
}

fn setting(word: &str) -> (&str, i8, Option<Text>) {
    if let Some(key) = word.strip_suffix('!') {
        return (key, 1, None);
    }
    if let Some((key, operation)) = word.split_once('?') {
        return (key, operation.parse().expect("an operation"), Some(Text::default()));
    }
    let (key, value) = word.split_once('=').unwrap_or((word, "(null)"));
    let value = match value {
        "(null)" => None,
        "''" => Some(Text::default()),
        value => Some(value.replace('~', " ").into()),
    };
    match (key.strip_suffix('+'), key.strip_suffix('-')) {
        (Some(key), _) => (key, 2, value),
        (_, Some(key)) => (key, 3, value),
        _ => (key, 0, value),
    }
}
