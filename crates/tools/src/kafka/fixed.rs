//! Numbers with so many digits behind the point, as Java's `%.4f` shows them: what is no number, in its words.

/// The number as text.
pub fn fixed(number: f64, digits: usize) -> String {
    match number {
        number if number.is_nan() => "NaN".to_owned(),
        number if number.is_infinite() => if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned(),
        number => format!("{number:.digits$}"),
    }
}
