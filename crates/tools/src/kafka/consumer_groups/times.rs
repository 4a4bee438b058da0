//! Times of command lines: a moment in ISO 8601 as `SimpleDateFormat` reads it, a duration as `java.time.Duration` does.

use crate::kafka::thrown::Thrown;

/// `2026-11-21T12:00:00.000`, with `Z`, `+01`, `+0100` or `+01:00` behind it or UTC without, in milliseconds since 1970.
pub(super) fn date_time(text: &str) -> Result<i64, Thrown> {
    let wrong = |words: &str| Thrown::new("java.text.ParseException", words);
    let Some((_, time)) = text.split_once('T').filter(|(_, time)| !time.is_empty()) else {
        return Err(wrong("Error parsing timestamp. It does not contain a 'T' according to ISO8601 format"));
    };
    let zoned = if time.contains(['+', '-', 'Z']) { text.to_owned() } else { format!("{text}Z") };
    read(&zoned).ok_or_else(|| wrong(&format!("Unparseable date: \"{zoned}\"")))
}

fn read(text: &str) -> Option<i64> {
    let mut rest = text;
    let year = number(&mut rest)?;
    let mut part = |mark: char| {
        rest = rest.strip_prefix(mark)?;
        number(&mut rest)
    };
    let (month, day) = (part('-')?, part('-')?);
    let (hour, minute, second, ms) = (part('T')?, part(':')?, part(':')?, part('.')?);
    let offset_minutes = zone(rest)?;
    let is_real = (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..60).contains(&second)
        && (0..1000).contains(&ms);
    if !is_real {
        return None;
    }
    let minutes = days_since_1970(year, month, day) * 1440 + hour * 60 + minute - offset_minutes;
    Some((minutes * 60 + second) * 1000 + ms)
}

fn number(rest: &mut &str) -> Option<i64> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, after) = rest.split_at(digits);
    *rest = after;
    number.parse().ok().filter(|number| *number < 1_000_000_000)
}

/// What follows the zone is passed over, as Java does.
fn zone(text: &str) -> Option<i64> {
    if text.starts_with('Z') {
        return Some(0);
    }
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let two = |at: usize| text.get(at..at + 2)?.parse::<i64>().ok();
    let hours = two(1).or_else(|| text.get(1..2)?.parse().ok())?;
    let minutes = if text.get(3..4) == Some(":") { two(4)? } else { two(3).unwrap_or(0) };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn days_of(year: i64, month: i64) -> i64 {
    let leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leaps => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Years begin in March here, so that a leap day is a year's last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// `P1DT2H30M`, `PT0.5S`, `-PT1H`, in milliseconds.
pub(super) fn duration_ms(text: &str) -> Result<i64, Thrown> {
    let wrong = || Thrown::new("java.time.format.DateTimeParseException", "Text cannot be parsed to a Duration");
    duration(&text.to_uppercase()).ok_or_else(wrong)
}

fn duration(text: &str) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let rest = rest.strip_prefix('P')?;
    let (days, time) = match rest.split_once('T') {
        Some((days, time)) => (days, Some(time)),
        None => (rest, None),
    };
    let mut ms = 0i64;
    let mut parts = 0;
    if !days.is_empty() {
        ms = days.strip_suffix('D')?.parse::<i64>().ok()?.checked_mul(86_400_000)?;
        parts += 1;
    }
    let mut rest = time.unwrap_or_default();
    for (unit, factor) in [('H', 3_600_000), ('M', 60_000)] {
        if let Some((number, after)) = rest.split_once(unit) {
            ms = ms.checked_add(number.parse::<i64>().ok()?.checked_mul(factor)?)?;
            rest = after;
            parts += 1;
        }
    }
    if let Some(seconds) = rest.strip_suffix('S') {
        ms = ms.checked_add(seconds_ms(seconds)?)?;
        rest = "";
        parts += 1;
    }
    // A T is followed by something, and something there must be.
    let is_whole = rest.is_empty() && parts > 0 && time != Some("");
    is_whole.then(|| sign * ms)
}

fn seconds_ms(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    if fraction.len() > 9 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: i64 = format!("{fraction:0<3}")[..3].parse().ok()?;
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    whole.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(sign * thousandths)
}
