//! What differs, and whether it may: our tool beside Apache's on each node, and Apache's on one node beside the other.

use super::cases::{Case, Expected, Order};
use super::normal::{self, Said};
use super::turns::Pair;

/// One command line, judged.
pub struct Judged {
    pub case: Case,
    /// Our tool beside Apache's, on Apache Kafka; `None` if it was not run there.
    pub on_kafka: Option<Verdict>,
    /// Our tool beside Apache's, on Kampa.
    pub on_kampa: Option<Verdict>,
    /// Apache's tool on Kampa beside Apache's tool on Apache Kafka.
    pub nodes: Option<Verdict>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Equal,
    /// It differs, and is meant to.
    Meant,
    /// It differs: how. Or it does not differ any more, and is said to.
    Bad(String),
}

impl Judged {
    pub fn of(case: &Case, kafka: Option<Pair>, kampa: Option<Pair>) -> Judged {
        let tools = |pair: &Option<Pair>| {
            let pair = pair.as_ref()?;
            let [theirs, ours] = [&pair.apache, &pair.ours].map(|said| {
                let said = normal::addresses(said, &pair.names);
                if shows_files(case) { said } else { hide(case, &said) }
            });
            let reason = match &case.expected {
                Expected::Differs(reason) => Some(reason),
                _ => None,
            };
            Some(verdict(reason, difference(case, ["Apache's:", "ours:    "], &theirs, &ours)))
        };
        let (on_kafka, on_kampa) = (tools(&kafka), tools(&kampa));
        // What our tool is meant to say otherwise is mostly what no two runs say alike.
        let kafka = kafka.filter(|_| !matches!(case.expected, Expected::Differs(_)));
        let nodes = kafka.as_ref().zip(kampa.as_ref()).map(|(kafka, kampa)| {
            let [kafka, kampa] = [kafka, kampa].map(|pair| hide(case, &normal::addresses(&pair.apache, &pair.names)));
            // In which order a node lists what has none is its own affair: members, partitions of a log directory.
            let order = if case.order == Order::Kept { Order::NoneOfLines } else { case.order };
            let case = Case { order, ..case.clone() };
            let who = ["Apache's on Kafka:", "Apache's on Kampa:"];
            verdict(case.nodes_differ.as_ref(), difference(&case, who, &kafka, &kampa))
        });
        Judged { case: case.clone(), on_kafka, on_kampa, nodes }
    }

    fn verdicts(&self) -> [(&'static str, &Option<Verdict>); 3] {
        [("on kafka", &self.on_kafka), ("on kampa", &self.on_kampa), ("kampa beside kafka", &self.nodes)]
    }

    pub fn is_bad(&self) -> bool {
        self.verdicts().iter().any(|(_, verdict)| matches!(verdict, Some(Verdict::Bad(_))))
    }

    pub fn print(&self, file: &str) {
        for (place, verdict) in self.verdicts() {
            if let Some(Verdict::Bad(how)) = verdict {
                println!("{file}.txt:{}, {place}: $ {}\n{how}", self.case.line_number, self.case.line);
            }
        }
    }
}

/// Of the same files both tools show the same times and ids.
fn shows_files(case: &Case) -> bool {
    case.tool() == "kafka-dump-log"
}

fn hide(case: &Case, said: &Said) -> Said {
    let said = normal::normal(said);
    if case.measured { normal::without_figures(&said, &case.line) } else { said }
}

fn verdict(reason: Option<&String>, difference: Option<String>) -> Verdict {
    match (reason, difference) {
        (None, None) => Verdict::Equal,
        (Some(_), Some(_)) => Verdict::Meant,
        (None, Some(how)) => Verdict::Bad(how),
        (Some(reason), None) => Verdict::Bad(format!("  no longer differs ({reason})\n")),
    }
}

/// What differs, to be shown; nothing if they say the same as far as the case looks.
fn difference(case: &Case, who: [&str; 2], one: &Said, other: &Said) -> Option<String> {
    let mut shown = String::new();
    if one.code != other.code {
        shown += &format!("  exit: {} {}, {} {}\n", who[0], one.code, who[1].trim_end(), other.code);
    }
    if case.expected != Expected::SameExit {
        for (stream, one, other) in [("out", &one.out, &other.out), ("err", &one.err, &other.err)] {
            let (one, other) = (ordered(case.order, one), ordered(case.order, other));
            if one != other {
                let only = |prefix: &str, these: &[String], those: &[String]| {
                    these
                        .iter()
                        .filter(|line| !those.contains(line))
                        .take(SHOWN_LINES_MAX)
                        .map(|line| format!("  {stream} {prefix} {line}\n"))
                        .collect::<String>()
                };
                let lines = only(who[0], &one, &other) + &only(who[1], &other, &one);
                shown += if lines.is_empty() { "  the same lines in another order or number\n" } else { &lines };
            }
        }
    }
    (!shown.is_empty()).then_some(shown)
}

fn ordered(order: Order, text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    match order {
        Order::Kept => {}
        Order::NoneOfLines => lines.sort_unstable(),
        Order::NoneOfWords => {
            for line in &mut lines {
                let mut words: Vec<&str> = line.split([' ', ',', '[', ']']).filter(|word| !word.is_empty()).collect();
                words.sort_unstable();
                *line = words.join(" ");
            }
        }
    }
    lines
}

/// Lines shown of what one side says alone.
const SHOWN_LINES_MAX: usize = 12;

#[cfg(test)]
mod tests;
