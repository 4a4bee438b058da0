//! `--list`, and `--validate-regex`, which is no more work.

use kampa_client::admin::{GroupListing, ListGroups};

use super::Command;
use crate::kafka::groups::capital;
use crate::kafka::hash_order::hash_order;
use crate::kafka::thrown::{Died, Thrown};

impl Command<'_> {
    pub(super) async fn list(&self) -> Result<(), Died> {
        let out = &self.call.streams.out;
        let (with_kind, with_state) = (self.given.has("type"), self.given.has("state"));
        if !with_kind && !with_state {
            let groups = self.groups_to_list().await?;
            groups.iter().for_each(|group| out.line(&group.id));
            return Ok(());
        }
        let kinds = chosen(self.given.value("type")?, "types", &KINDS)?;
        let states = chosen(self.given.value("state")?, "state", &STATES)?;
        let kinds: Vec<String> = kinds.iter().map(|kind| kind.to_lowercase()).collect();
        let groups = self.listed(&states, &kinds).await.map_err(Thrown::executed)?;
        let wide = groups.iter().map(|group| group.id.chars().count()).fold(15, usize::max) + 10;
        let line = |group: &str, kind: &str, state: &str| {
            let kind = if with_kind { format!(" {kind:20}") } else { String::new() };
            let state = if with_state { format!(" {state:20}") } else { String::new() };
            out.line(format_args!("{group:wide$}{kind}{state}"));
        };
        line("GROUP", "TYPE", "STATE");
        for group in groups {
            let kind = group.kind.map_or("Unknown".to_owned(), |kind| capital(&kind));
            line(&group.id, &kind, group.state.as_deref().unwrap_or("Unknown"));
        }
        Ok(())
    }

    async fn groups_to_list(&self) -> Result<Vec<GroupListing>, Died> {
        Ok(self.listed(&[], &["classic", "consumer"]).await.map_err(crate::kafka::ended::wrapped)?)
    }

    /// Groups of consumers and such that only keep offsets, in the order in which Java's map walks.
    pub(super) async fn listed(&self, states: &[String], kinds: &[impl ToString]) -> Result<Vec<GroupListing>, Thrown> {
        let which = ListGroups {
            states: states.to_vec(),
            types: kinds.iter().map(ToString::to_string).collect(),
            protocol_types: vec![String::new(), "consumer".to_owned()],
        };
        let listed = self.admin.list_groups(&which).await;
        let failed = |error| Thrown::of(&error, "listGroups");
        let (mut groups, errors) = listed.map_err(failed)?;
        if let Some(error) = errors.into_iter().next() {
            return Err(failed(error));
        }
        hash_order(&mut groups, |group| &group.id);
        Ok(groups)
    }
}

/// The words of a list as Kafka writes them.
fn chosen(list: Option<&str>, what: &str, known: &[&str]) -> Result<Vec<String>, Died> {
    let Some(list) = list.filter(|list| !list.is_empty()) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for word in list.split(',').map(str::trim) {
        match known.iter().find(|known| known.eq_ignore_ascii_case(word)) {
            Some(known) => found.push((*known).to_owned()),
            None => {
                let (valid, all) = (known.join(", "), if what == "state" { "states" } else { what });
                let words = format!("Invalid {what} list '{list}'. Valid {all} are: {valid}");
                return Err(Thrown::illegal(words).into());
            }
        }
    }
    Ok(found)
}

/// What the tool says of an expression.
pub(super) fn validated(regex: &str) -> String {
    match regex::Regex::new(regex) {
        Ok(_) => format!("The regular expression `{regex}` is valid."),
        Err(error) => format!("The regular expression `{regex}` is invalid: {}.", described(&error.to_string())),
    }
}

/// RE2's words for the mistakes that are made most.
fn described(error: &str) -> String {
    let says = |words: &str| error.contains(words);
    match () {
        () if says("unclosed character class") => "missing closing ]".to_owned(),
        () if says("unclosed group") => "missing closing )".to_owned(),
        () if says("unopened group") => "regexp/syntax: internal error".to_owned(),
        () if says("repetition operator missing expression") => "missing argument to repetition operator".to_owned(),
        () if says("unrecognized escape sequence") => "invalid escape sequence".to_owned(),
        () if says("invalid character class range") => "invalid character class range".to_owned(),
        () if says("look-around") => "invalid or unsupported Perl syntax".to_owned(),
        () if says("incomplete escape sequence") => "trailing backslash at end of expression".to_owned(),
        () => error.lines().last().unwrap_or(error).trim_start_matches("error: ").to_owned(),
    }
}

const KINDS: [&str; 2] = ["Classic", "Consumer"];

const STATES: [&str; 7] =
    ["PreparingRebalance", "CompletingRebalance", "Stable", "Dead", "Empty", "Assigning", "Reconciling"];
