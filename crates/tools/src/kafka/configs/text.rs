//! `--add-config`: keys and values, where brackets keep commas and equals signs together. And numbers as Java prints them.

use super::super::thrown::Thrown;

/// The settings of an `--add-config`, later ones over earlier ones.
pub fn settings(given: &str) -> Result<Vec<(String, String)>, Thrown> {
    let mut settings: Vec<(String, String)> = Vec::new();
    let mut parts = split(given, ',');
    while parts.len() > 1 && parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    for part in parts {
        let [key, value] = split(part, '=')[..] else {
            let words = "requirement failed: Invalid entity config: all configs to be added must be in the format \"key=val\" or  \"key=[val1,val2]\" to group values which contain commas.";
            return Err(Thrown::illegal(words));
        };
        let (key, value) = (key.trim().to_owned(), value.replace(['[', ']'], "").trim().to_owned());
        settings.retain(|(earlier, _)| *earlier != key);
        settings.push((key, value));
    }
    check_keys(&settings)?;
    Ok(settings)
}

/// Keys are of letters, digits, and a few signs; loggers of inner classes have a `$`.
pub fn check_keys(settings: &[(String, String)]) -> Result<(), Thrown> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "$._-".contains(letter);
    match settings.iter().find(|(key, _)| !key.chars().all(is_part)) {
        Some((key, _)) => Err(Thrown::illegal(format!("Invalid character found for config key: {key}"))),
        None => Ok(()),
    }
}

/// Splits where the separator is not within brackets: no bracket closes before another opens.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut begin = 0;
    for (at, letter) in text.char_indices() {
        let after = &text[at + letter.len_utf8()..];
        let is_within = after.find(['[', ']']).is_some_and(|bracket| after[bracket..].starts_with(']'));
        if letter == separator && !is_within {
            parts.push(&text[begin..at]);
            begin = at + letter.len_utf8();
        }
    }
    parts.push(&text[begin..]);
    parts
}

/// A number as Java's `Double.parseDouble` reads it, without its hexadecimal.
pub fn double(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text);
    match digits.trim_start_matches(['+', '-']) {
        "NaN" | "Infinity" => text.parse().ok(),
        number if number.starts_with(|first: char| first.is_ascii_digit() || first == '.') => digits.parse().ok(),
        _ => None,
    }
}

/// A number as Java's `Double.toString` prints it.
pub fn show(number: f64) -> String {
    let size = number.abs();
    match () {
        () if number.is_nan() => "NaN".to_owned(),
        () if number.is_infinite() => if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned(),
        () if number == 0.0 || (1e-3..1e7).contains(&size) => format!("{number:?}"),
        () => {
            let scientific = format!("{number:E}");
            let (digits, exponent) = scientific.split_once('E').unwrap_or((&scientific, "0"));
            if digits.contains('.') { format!("{digits}E{exponent}") } else { format!("{digits}.0E{exponent}") }
        }
    }
}
