//! From text to a checked value, with Kafka's sentence when that fails, and back to the text Kafka would show.
//!
//! A value is judged alone here; what two settings must not say together is judged in `broker` and `topic`.

use std::fmt;

use crate::setting::{Accepts, Kind, Setting};

/// A value that its setting accepts.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// A BOOLEAN.
    Boolean(bool),
    /// A SHORT.
    Short(i16),
    /// An INT.
    Int(i32),
    /// A LONG.
    Long(i64),
    /// A DOUBLE.
    Double(f64),
    /// A STRING, CLASS or PASSWORD.
    Text(String),
    /// A LIST, each element once.
    List(Vec<String>),
}

/// Why a configuration is refused: a sentence with key, value and what was wanted, in Kafka's words where Kafka has them.
/// A topic that carries it answers INVALID_CONFIG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidConfig(pub String);

impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidConfig {}

impl InvalidConfig {
    /// Kafka's usual sentence about one value.
    pub fn value(value: &str, key: &str, wanted: &str) -> InvalidConfig {
        InvalidConfig(format!("Invalid value {value} for configuration {key}: {wanted}"))
    }
}

impl Setting {
    /// The value that `text` says, or why it is refused.
    pub fn parse(&self, text: &str) -> Result<Value, InvalidConfig> {
        let value = self.typed(text)?;
        self.check(&value)?;
        Ok(value)
    }

    fn typed(&self, text: &str) -> Result<Value, InvalidConfig> {
        let trimmed = text.trim();
        let not_a_number =
            || InvalidConfig::value(text, self.name, &format!("Not a number of type {}", self.kind.name()));
        Ok(match self.kind {
            Kind::Boolean if trimmed.eq_ignore_ascii_case("true") => Value::Boolean(true),
            Kind::Boolean if trimmed.eq_ignore_ascii_case("false") => Value::Boolean(false),
            Kind::Boolean => {
                return Err(InvalidConfig::value(text, self.name, "Expected value to be either true or false"));
            }
            Kind::Short => Value::Short(trimmed.parse().map_err(|_| not_a_number())?),
            Kind::Int => Value::Int(trimmed.parse().map_err(|_| not_a_number())?),
            Kind::Long => Value::Long(trimmed.parse().map_err(|_| not_a_number())?),
            Kind::Double => Value::Double(java_double(trimmed).ok_or_else(not_a_number)?),
            Kind::Text | Kind::Class | Kind::Password => Value::Text(trimmed.to_owned()),
            Kind::List => Value::List(elements(trimmed)),
        })
    }

    fn check(&self, value: &Value) -> Result<(), InvalidConfig> {
        let refuse = |wanted: String| Err(InvalidConfig::value(&value.to_string(), self.name, &wanted));
        match (&self.accepts, value) {
            (Accepts::AtLeast(least), value) if value.whole() < Some(*least) => {
                refuse(format!("Value must be at least {least}"))
            }
            (Accepts::Between(least, _), value) if value.whole() < Some(*least) => {
                refuse(format!("Value must be at least {least}"))
            }
            (Accepts::Between(_, most), value) if value.whole() > Some(*most) => {
                refuse(format!("Value must be no more than {most}"))
            }
            (Accepts::Ratio(least, _), Value::Double(number)) if number < least => {
                refuse(format!("Value must be at least {least}"))
            }
            (Accepts::Ratio(_, most), Value::Double(number)) if number > most => {
                refuse(format!("Value must be no more than {most}"))
            }
            (Accepts::GzipLevel, value) if !matches!(value.whole(), Some(-1 | 1..=9)) => {
                refuse("Value must be between 1 and 9 or equal to -1".to_owned())
            }
            (Accepts::OneOf(words), Value::Text(text)) if !words.contains(&text.as_str()) => {
                refuse(format!("String must be one of: {}", words.join(", ")))
            }
            (Accepts::OneOfAnyCase(words), Value::Text(text))
                if !words.iter().any(|word| word.eq_ignore_ascii_case(text)) =>
            {
                refuse(format!("String must be one of (case insensitive): {}", words.join(", ")))
            }
            (Accepts::NonEmpty, Value::Text(text)) if text.is_empty() => refuse("String must be non-empty".to_owned()),
            (Accepts::ListOf(words), Value::List(list)) => self.check_list(list, words),
            (Accepts::NonEmptyListOf(words), Value::List(list)) if list.is_empty() => {
                let valid =
                    if words.is_empty() { "any non-empty value".into() } else { format!("[{}]", words.join(", ")) };
                Err(InvalidConfig(format!(
                    "Configuration '{}' must not be empty. Valid values include: {valid}",
                    self.name
                )))
            }
            (Accepts::NonEmptyListOf(words), Value::List(list)) => self.check_list(list, words),
            (Accepts::ThrottledReplicas, Value::List(list)) if !are_throttled_replicas(list) => {
                Err(InvalidConfig::value(
                    &format!("[{}]", list.join(", ")),
                    self.name,
                    &format!(
                        "{} must be the literal '*' or a list of replicas in the following format: \
                         [partitionId]:[brokerId],[partitionId]:[brokerId],...",
                        self.name
                    ),
                ))
            }
            (Accepts::OffsetReset, Value::Text(text)) if !is_offset_reset(text) => refuse(format!(
                "Invalid value `{text}` for configuration {}. The value must be either 'earliest', 'latest' or of the \
                 format 'by_duration:<PnDTnHnMn.nS>'.",
                self.name
            )),
            _ => Ok(()),
        }
    }

    fn check_list(&self, list: &[String], words: &[&str]) -> Result<(), InvalidConfig> {
        for element in list {
            if !words.is_empty() && !words.contains(&element.as_str()) && !element.is_empty() {
                let wanted = format!("String must be one of: {}", words.join(", "));
                return Err(InvalidConfig::value(element, self.name, &wanted));
            }
            if element.is_empty() {
                return Err(InvalidConfig(format!("Configuration '{}' values must not be empty.", self.name)));
            }
        }
        Ok(())
    }
}

impl Value {
    /// A whole number, whatever its width.
    pub(crate) fn whole(&self) -> Option<i64> {
        match self {
            Value::Short(number) => Some(i64::from(*number)),
            Value::Int(number) => Some(i64::from(*number)),
            Value::Long(number) => Some(*number),
            _ => None,
        }
    }

    /// The text Kafka shows, none for null.
    pub fn text(&self) -> Option<String> {
        (*self != Value::Null).then(|| self.to_string())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Boolean(value) => write!(f, "{value}"),
            Value::Short(number) => write!(f, "{number}"),
            Value::Int(number) => write!(f, "{number}"),
            Value::Long(number) => write!(f, "{number}"),
            Value::Double(number) => f.write_str(&java_text(*number)),
            Value::Text(text) => f.write_str(text),
            Value::List(list) => f.write_str(&list.join(",")),
        }
    }
}

/// The elements of a list, each once, in the order of their first mention. Java's clients write lists with and without
/// spaces; an empty element is kept, so that it can be refused.
fn elements(trimmed: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    if trimmed.is_empty() {
        return list;
    }
    for element in trimmed.split(',').map(str::trim) {
        if !list.iter().any(|known| known == element) {
            list.push(element.to_owned());
        }
    }
    list
}

fn are_throttled_replicas(list: &[String]) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_pair = |pair: &String| pair.split_once(':').is_some_and(|(left, right)| is_number(left) && is_number(right));
    list.is_empty() || list.iter().all(|element| element == "*") || list.iter().all(is_pair)
}

/// `by_duration:` takes what `java.time.Duration` reads, but no negative period.
fn is_offset_reset(text: &str) -> bool {
    let period = text.strip_prefix("by_duration:").map(str::to_ascii_lowercase);
    text == "latest" || text == "earliest" || period.is_some_and(|period| is_period(&period))
}

/// `PnDTnHnMn.nS`, every part optional, at least one given.
fn is_period(lower: &str) -> bool {
    let Some(rest) = lower.strip_prefix('p') else { return false };
    let (days, time) = match rest.split_once('t') {
        Some((days, time)) => (days, Some(time)),
        None => (rest, None),
    };
    let days_given = days.strip_suffix('d').is_some_and(is_digits);
    let time_given = time.is_some_and(is_time_of_period);
    (days_given || days.is_empty()) && (time_given || time.is_none()) && (days_given || time_given)
}

/// `nHnMn.nS`, in that order, at least one given.
fn is_time_of_period(mut rest: &str) -> bool {
    let given = !rest.is_empty();
    for unit in ['h', 'm', 's'] {
        let Some((number, after)) = rest.split_once(unit) else { continue };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        if !is_digits(whole) || !is_digits(fraction) || (unit != 's' && number.contains('.')) {
            return false;
        }
        rest = after;
    }
    given && rest.is_empty()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What Java reads as a double: `0.5`, `1e-1`, `0.5f`, `NaN`, but not `inf`.
fn java_double(trimmed: &str) -> Option<f64> {
    let (sign, size) = match trimmed.strip_prefix('-') {
        Some(size) => (-1.0, size),
        None => (1.0, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    match size {
        "NaN" => return Some(f64::NAN),
        "Infinity" => return Some(sign * f64::INFINITY),
        _ => {}
    }
    let digits = size.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(size);
    if digits.starts_with(['+', '-']) || !digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte)) {
        return None;
    }
    digits.parse::<f64>().ok().map(|number| sign * number)
}

/// A double as Java writes it: with a point always, and with an exponent outside 0.001 to 10,000,000.
fn java_text(number: f64) -> String {
    let size = number.abs();
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number < 0.0 { "-Infinity".to_owned() } else { "Infinity".to_owned() }
    } else if number == 0.0 || (1e-3..1e7).contains(&size) {
        format!("{number:?}")
    } else {
        let text = format!("{number:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        if digits.contains('.') { format!("{digits}E{exponent}") } else { format!("{digits}.0E{exponent}") }
    }
}

#[cfg(test)]
mod tests;
