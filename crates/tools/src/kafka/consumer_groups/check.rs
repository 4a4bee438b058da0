//! Which options go together.

use super::{ABOUT, ACTIONS, SCENARIOS};
use crate::kafka::thrown::Died;
use crate::options::flags::Given;

pub(super) fn check(given: &Given) -> Result<(), Died> {
    given.help_or_version(ABOUT)?;
    if !given.has("validate-regex") {
        given.require(&["bootstrap-server"])?;
    }
    describing(given)?;
    let names_groups = given.has("group") || given.has("all-groups");
    if given.has("delete") {
        if !names_groups {
            return Err(given.refuse(one_of("delete")).into());
        }
        if given.has("topic") {
            let words = "The consumer does not support topic-specific offset deletion from a consumer group.";
            return Err(given.refuse(words).into());
        }
    }
    if given.has("delete-offsets") && !(given.has("group") && given.has("topic")) {
        return Err(given.refuse("Option [delete-offsets] takes the following options: [group], [topic]").into());
    }
    if given.has("reset-offsets") {
        resetting(given, names_groups)?;
    }
    given.exclude("group", &["all-groups"])?;
    given.exclude("group", &["list"])?;
    given.exclude("topic", &["list", "describe"])?;
    if ACTIONS.iter().filter(|action| given.has(action)).count() != 1 {
        let actions: Vec<String> = ACTIONS.iter().map(|action| format!("--{action}")).collect();
        return Err(given
            .refuse(format_args!("Command must include exactly one action: {}", actions.join(", ")))
            .into());
    }
    Ok(())
}

fn describing(given: &Given) -> Result<(), Died> {
    if !given.has("describe") {
        return Ok(());
    }
    if !given.has("group") && !given.has("all-groups") {
        return Err(given.refuse(one_of("describe")).into());
    }
    if ["members", "offsets", "state"].iter().filter(|name| given.has(name)).count() > 1 {
        let words = "Option [describe] takes at most one of these options: [members], [offsets], [state]";
        return Err(given.refuse(words).into());
    }
    if given.value("state")?.is_some() {
        return Err(given.refuse("Option [describe] does not take a value for [state]").into());
    }
    Ok(())
}

fn resetting(given: &Given, names_groups: bool) -> Result<(), Died> {
    match (given.has("dry-run"), given.has("execute")) {
        (true, true) => {
            return Err(given.refuse("Option [reset-offsets] only accepts one of [execute] and [dry-run]").into());
        }
        (false, false) => given.warn(NOTHING_IS_DONE),
        _ => {}
    }
    if !names_groups {
        return Err(given.refuse(one_of("reset-offsets")).into());
    }
    for used in
        ["to-offset", "to-datetime", "by-duration", "to-earliest", "to-latest", "to-current", "shift-by", "from-file"]
    {
        let others: Vec<&str> = SCENARIOS.into_iter().filter(|other| *other != used).collect();
        given.exclude(used, &others)?;
    }
    Ok(())
}

fn one_of(action: &str) -> String {
    format!("Option [{action}] takes one of these options: [group], [all-groups]")
}

const NOTHING_IS_DONE: &str = "WARN: No action will be performed as the --execute option is missing. In version 5.0, this \
    command will require either --dry-run or --execute to be specified. You should add the --dry-run option explicitly if you \
    are scripting this command and want to keep the current default behavior without prompting.";
