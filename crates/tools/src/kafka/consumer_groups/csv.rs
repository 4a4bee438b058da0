//! Plans as CSV: `topic,partition,offset`, or `group,topic,partition,offset`, a line each.

use super::description::Partition;
use crate::kafka::thrown::Thrown;

type Plans = Vec<(String, Vec<(Partition, i64)>)>;

/// As Jackson writes them; without the group if there is but one.
pub(super) fn written(plans: &[(String, Vec<(Partition, i64)>)], one_group: bool) -> String {
    let mut text = String::new();
    for (group, plan) in plans {
        for ((topic, partition), offset) in plan {
            let group = if one_group { String::new() } else { cell(group) + "," };
            text += &format!("{group}{},{partition},{offset}\n", cell(topic));
        }
    }
    text
}

/// Quoted if it is long, which saves looking closer, or if it has a letter before `-`.
fn cell(text: &str) -> String {
    let units = text.encode_utf16().count();
    if units > UNQUOTED_MAX || text.chars().any(|letter| letter < '-') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// Plans by group. If but one group is asked about and the first line has three cells, all are about it.
pub(super) fn read(text: &str, group: Option<&str>) -> Result<Plans, Thrown> {
    let lines: Vec<&str> = text.trim_end_matches('\n').split('\n').collect();
    let without_group = lines.first().is_some_and(|line| cells(line).len() <= 3 && plan_line(&cells(line)).is_some());
    let mut plans = Plans::new();
    for line in lines {
        let cells = cells(line);
        let (group, rest) = match (group, cells.split_first()) {
            (Some(group), _) if without_group => (group.to_owned(), cells.as_slice()),
            (_, Some((first, rest))) => (first.clone(), rest),
            (_, None) => (String::new(), cells.as_slice()),
        };
        let Some(planned) = plan_line(rest) else {
            return Err(Thrown::runtime(format!(
                "com.fasterxml.jackson.databind.JsonMappingException: '{line}' has not the form {}topic,partition,offset",
                if without_group { "" } else { "group," }
            )));
        };
        match plans.iter_mut().find(|(known, _)| *known == group) {
            Some((_, plan)) => match plan.iter_mut().find(|(known, _)| *known == planned.0) {
                Some(known) => *known = planned,
                None => plan.push(planned),
            },
            None => plans.push((group, vec![planned])),
        }
    }
    Ok(plans)
}

/// Numbers that are not there are 0, as Jackson has it.
fn plan_line(cells: &[String]) -> Option<(Partition, i64)> {
    let (topic, numbers) = cells.split_first()?;
    if numbers.len() > 2 || (numbers.is_empty() && topic.is_empty()) {
        return None;
    }
    let number = |at: usize| match numbers.get(at).map(|cell| cell.trim()) {
        None | Some("") => Some(0),
        Some(cell) => cell.parse::<i64>().ok(),
    };
    Some(((topic.clone(), i32::try_from(number(0)?).ok()?), number(1)?))
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut letters = line.trim_end_matches('\r').chars().peekable();
    loop {
        let mut cell = String::new();
        if letters.next_if_eq(&'"').is_some() {
            while let Some(letter) = letters.next() {
                match letter {
                    '"' if letters.next_if_eq(&'"').is_none() => break,
                    letter => cell.push(letter),
                }
            }
        }
        while let Some(letter) = letters.next_if(|letter| *letter != ',') {
            cell.push(letter);
        }
        cells.push(cell);
        if letters.next().is_none() {
            return cells;
        }
    }
}

/// Jackson looks for letters that need quotes in cells of at most this length.
const UNQUOTED_MAX: usize = 24;
