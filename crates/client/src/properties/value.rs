//! The words and numbers that Java takes for a setting.

use std::ops::RangeInclusive;

use crate::Error;
use crate::settings::refused;

pub(super) fn number(key: &str, value: &str, range: RangeInclusive<u64>) -> Result<u64, Error> {
    let wanted = || refused(key, value, format!("a number from {} to {} is wanted", range.start(), range.end()));
    let number: u64 = value.strip_prefix('+').unwrap_or(value).parse().map_err(|_| wanted())?;
    if range.contains(&number) { Ok(number) } else { Err(wanted()) }
}

/// A size of a socket's buffer; -1 leaves it to the kernel.
pub(super) fn buffer(key: &str, value: &str) -> Result<(), Error> {
    let is_one = value.parse::<i32>().is_ok_and(|size| size >= -1);
    if is_one { Ok(()) } else { Err(refused(key, value, format!("a number from -1 to {} is wanted", i32::MAX))) }
}

pub(super) fn flag(key: &str, value: &str) -> Result<bool, Error> {
    if value.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if value.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(refused(key, value, "true or false is wanted"))
    }
}

pub(super) fn choice<T: Copy>(key: &str, value: &str, known: &[(&str, T)]) -> Result<T, Error> {
    let found = known.iter().find(|(name, _)| *name == value).map(|(_, choice)| *choice);
    found.ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        refused(key, value, format!("one of {} is wanted", names.join(", ")))
    })
}

/// An ISO 8601 duration of days and time, such as `P1DT2H3M4.5S`, in milliseconds.
pub(super) fn duration_ms(key: &str, value: &str) -> Result<u64, Error> {
    parse_duration_ms(value).ok_or_else(|| refused(key, value, "a duration such as P1DT2H3M4.5S is wanted"))
}

fn parse_duration_ms(value: &str) -> Option<u64> {
    let upper = value.to_ascii_uppercase();
    let body = upper.strip_prefix('P')?;
    let (days, time) = body.split_once('T').map_or((body, None), |(days, time)| (days, Some(time)));
    if body.is_empty() || time == Some("") {
        return None;
    }
    let date = total(days, &[('D', 86_400_000)])?;
    date.checked_add(total(time.unwrap_or(""), &[('H', 3_600_000), ('M', 60_000), ('S', 1_000)])?)
}

/// Numbers, each with a unit of the list, in the list's order, each once.
fn total(mut text: &str, units: &[(char, u64)]) -> Option<u64> {
    let mut sum = 0_u64;
    let mut units = units.iter();
    while !text.is_empty() {
        let end = text.find(|c: char| c.is_ascii_alphabetic())?;
        let unit = text[end..].chars().next()?;
        let (_, unit_ms) = units.find(|(name, _)| *name == unit)?;
        let (whole, part) = text[..end].split_once('.').unwrap_or((&text[..end], ""));
        if !part.is_empty() && unit != 'S' {
            return None;
        }
        let thousandths: u64 = format!("{part:0<3}").get(..3)?.parse().ok()?;
        sum = sum.checked_add(whole.parse::<u64>().ok()?.checked_mul(*unit_ms)?)?;
        sum = sum.checked_add(if unit == 'S' { thousandths } else { 0 })?;
        text = &text[end + 1..];
    }
    Some(sum)
}
