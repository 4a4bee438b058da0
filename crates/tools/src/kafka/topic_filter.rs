//! `--topic`: a regular expression over whole names, commas for alternatives.

use regex::Regex;

use super::thrown::Thrown;

/// Which topics are meant.
pub struct Filter(Regex);

impl Filter {
    /// What Java's expressions can and ours cannot (looking around, references back) is refused by name.
    pub fn new(given: &str) -> Result<Filter, Thrown> {
        let text = given.trim().replace(',', "|").replace(' ', "");
        let text = text.trim_start_matches(['"', '\'']).trim_end_matches(['"', '\'']);
        // Bounded, so that an expression cannot take the memory of the machine.
        let whole = regex::RegexBuilder::new(&format!("^(?:{text})$")).size_limit(EXPRESSION_BYTES_MAX).build();
        whole.map(Filter).map_err(|_| Thrown::runtime(format!("{text} is an invalid regex.")))
    }

    pub fn lets(&self, topic: &str) -> bool {
        self.0.is_match(topic)
    }
}

/// A list of some thousand names takes a tenth of it.
const EXPRESSION_BYTES_MAX: usize = 10 << 20;
