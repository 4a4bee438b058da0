//! Times as people type and read them: `10m` ago, a date, milliseconds; shown in UTC.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

/// A moment, in milliseconds since 1970: `10m` (ago), `2026-11-21T14:00`, `14:00` is not one, `@1790000000000`.
pub fn moment(text: &str, now_ms: i64) -> Result<i64, String> {
    if let Some(ms) = text.strip_prefix('@') {
        return ms.parse().map_err(|_| format!("{text}: milliseconds since 1970 must follow the @"));
    }
    if let Ok(ago_ms) = span(text) {
        return Ok(now_ms - ago_ms);
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(timestamp.as_millisecond());
    }
    let civil: DateTime = text.parse().map_err(|_| format!("{text} is no time: {WANTED}"))?;
    let zoned = civil.to_zoned(TimeZone::UTC).map_err(|e| format!("{text}: {e}"))?;
    Ok(zoned.timestamp().as_millisecond())
}

/// A length of time in milliseconds: `500ms`, `30s`, `10m`, `2h`, `7d`, and sums such as `1h30m`.
pub fn span(text: &str) -> Result<i64, String> {
    let wrong = || format!("{text} is no length of time: such as 30s, 10m, 2h, 7d");
    let (mut rest, mut sum) = (text, 0_i64);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0).ok_or_else(wrong)?;
        let (number, tail) = rest.split_at(digits);
        let letters = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let unit_ms = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return Err(wrong()),
        };
        let part = number.parse::<i64>().ok().and_then(|number| number.checked_mul(unit_ms)).ok_or_else(wrong)?;
        sum = sum.checked_add(part).ok_or_else(wrong)?;
        rest = tail;
    }
    if text.is_empty() { Err(wrong()) } else { Ok(sum) }
}

/// `2026-11-21T14:00:00.123Z`; what is no time is shown as the number it is.
pub fn shown(ms: i64) -> String {
    let timestamp = Timestamp::from_millisecond(ms).and_then(|at| at.round(Unit::Millisecond));
    timestamp.map_or(ms.to_string(), |at| format!("{at:.3}"))
}

/// `3 s`, `2 min`, `5 h`, `4 d`: roughly.
pub fn roughly(ms: i64) -> String {
    match ms.max(0) / 1000 {
        s @ 0..120 => format!("{s} s"),
        s @ 120..7_200 => format!("{} min", s / 60),
        s @ 7_200..172_800 => format!("{} h", s / 3_600),
        s => format!("{} d", s / 86_400),
    }
}

/// What a moment may be.
pub const WANTED: &str = "such as 10m (ago), 2026-11-21T14:00 (UTC) or @1790000000000 (milliseconds since 1970)";

#[cfg(test)]
mod tests;
