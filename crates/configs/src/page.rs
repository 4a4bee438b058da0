//! Prints `docs/configuration.md` from the tables. A test compares the committed page with what is printed here.

use std::fmt::Write;

use crate::own_defaults::{OWN_DEFAULTS, OwnDefault, OwnValue, own_default};
use crate::setting::{DefaultValue, Kind, Scope, Setting, Stance, Update};
use crate::table::{THEMES, Theme};

/// The whole page, in Markdown.
pub fn configuration_page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n## Defaults of our own\n\n| Setting | Kampa | Apache Kafka | Why |\n|---|---|---|---|\n");
    for own in OWN_DEFAULTS {
        own_row(&mut page, own);
    }
    for theme in THEMES {
        theme_section(&mut page, theme);
    }
    page
}

fn own_row(page: &mut String, own: &OwnDefault) {
    let kafkas = match crate::table::find(Scope::Broker, own.key).map(|setting| setting.default) {
        Some(DefaultValue::Is(text)) => format!("`{text}`"),
        Some(DefaultValue::Null) => "none".to_owned(),
        Some(DefaultValue::Required) | None => "must be given".to_owned(),
    };
    line(page, &format!("| `{}` | {} | {kafkas} | {} |", own.key, own_text(own.value), own.reason));
}

fn own_text(value: OwnValue) -> String {
    match value {
        OwnValue::Text(text) => format!("`{text}`"),
        OwnValue::UpTo(most) => format!("the number of brokers, at most `{most}`"),
        OwnValue::Alone(alone, otherwise) => format!("`{alone}`, or `{otherwise}` with other nodes"),
    }
}

fn theme_section(page: &mut String, theme: &Theme) {
    line(page, &format!("\n## {}\n", theme.title));
    let is_of_nodes = matches!(theme.scope, Scope::Broker | Scope::BrokerDynamic);
    let third = if is_of_nodes { "Change" } else { "Broker default" };
    line(
        page,
        &format!("| Setting | Type | Default | Values | {third} | Here | Meaning |\n|---|---|---|---|---|---|---|"),
    );
    let mut settings: Vec<&Setting> = theme.settings.iter().collect();
    settings.sort_by_key(|setting| setting.name);
    for setting in settings {
        let Setting { name, kind, accepts, documentation, .. } = setting;
        let (kind, default, here) = (kind_text(*kind), default_text(setting), here(setting));
        let third = if is_of_nodes { change(setting.update).to_owned() } else { from(setting) };
        line(page, &format!("| `{name}` | {kind} | {default} | {accepts} | {third} | {here} | {documentation} |"));
    }
}

fn line(page: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "{text}");
}

fn kind_text(kind: Kind) -> String {
    kind.name().to_ascii_lowercase()
}

fn default_text(setting: &Setting) -> String {
    if setting.scope == Scope::Broker
        && let Some(own) = own_default(setting.name)
    {
        return own_text(own.value);
    }
    match setting.default {
        DefaultValue::Is("") => "empty".to_owned(),
        DefaultValue::Is(text) => format!("`{text}`"),
        DefaultValue::Null | DefaultValue::Required => "none".to_owned(),
    }
}

fn change(update: Update) -> &'static str {
    match update {
        Update::ReadOnly => "at start",
        Update::PerBroker => "per broker",
        Update::ClusterWide => "any time",
        Update::Anytime => "",
    }
}

fn from(setting: &Setting) -> String {
    let quoted: Vec<String> = setting.from.iter().map(|key| format!("`{key}`")).collect();
    quoted.join(", ")
}

fn here(setting: &Setting) -> &'static str {
    match setting.stance {
        _ if setting.is_obeyed() => "obeyed",
        Stance::Open | Stance::Later => "not yet",
        Stance::Moot => "no effect",
        Stance::Refused(_) => "no start",
    }
}

const INTRODUCTION: &str = "\
# Configuration

This page is printed from `crates/configs`; change the tables there, then run
`UPDATE_EXPECT=1 cargo test -p kampa-configs`.

A node needs no setting. It takes Kafka's own `server.properties` with `--config FILE`, and single settings with
`--set key=value`, which win over the file. Names, types, accepted values and error sentences are those of Apache Kafka 4.4.
The strongest of these counts: the topic's or group's own setting, a dynamic setting of the broker, a dynamic setting of all
brokers, the command line, the file, the default.

The column *Here* says what a setting does in this version:

- *obeyed*: what it says happens.
- *not yet*: it is read, checked and described, and the node warns that it is not obeyed.
- *no effect*: it tunes a part that only Apache Kafka has, such as its thread pools; the node says so and starts.
- *no start*: it is not obeyed yet, and a node that ignored it would be less safe than its operator believes. The node does not
  start with it. The same holds for a listener that speaks anything but PLAINTEXT, for process roles other than
  `broker,controller`, and for a quorum of several controllers.

A setting given with its default is never worth a word. A key nobody knows is a warning in a file, with its line and the
nearest known name, and keeps a node from starting when it comes from `--set`.
";

#[cfg(test)]
mod tests;
