//! Java's properties format: `key=value` lines, `#` and `!` comments, backslash for what is special, Latin-1 and `\uXXXX`.

/// The entries under two comment lines, the second the date, as Java writes them.
pub(super) fn encode<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>, now_ms: i64) -> String {
    let mut file = format!("#\n#{}\n", java_date(now_ms));
    for (key, value) in entries {
        escape(&mut file, key, true);
        file.push('=');
        escape(&mut file, value, false);
        file.push('\n');
    }
    file
}

fn escape(out: &mut String, text: &str, is_key: bool) {
    for (n, c) in text.chars().enumerate() {
        match c {
            // In a value only a leading space would be lost.
            ' ' if is_key || n == 0 => out.push_str("\\ "),
            '\\' | '=' | ':' | '#' | '!' => out.extend(['\\', c]),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04X}"));
                }
            }
        }
    }
}

/// The entries in the file's order; `None` for a broken `\u`.
pub(super) fn decode(file: &[u8]) -> Option<Vec<(String, String)>> {
    // Latin-1: every byte is the character of its number.
    let text: String = file.iter().map(|&byte| char::from(byte)).collect();
    let mut entries = Vec::new();
    for line in logical_lines(&text) {
        let (key, value) = split(&line);
        entries.push((unescape(key)?, unescape(value)?));
    }
    Some(entries)
}

/// Lines without comments and blanks, those that end in a backslash joined with the next.
fn logical_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open: Option<String> = None;
    for line in text.split(['\n', '\r']) {
        let line = line.trim_start_matches(SPACE);
        if open.is_none() && (line.is_empty() || line.starts_with(['#', '!'])) {
            continue;
        }
        let mut joined = open.take().unwrap_or_default();
        joined.push_str(line);
        let backslashes = joined.len() - joined.trim_end_matches('\\').len();
        if backslashes % 2 == 1 {
            joined.pop();
            open = Some(joined);
        } else {
            lines.push(joined);
        }
    }
    lines.extend(open);
    lines
}

/// At the first `=`, `:` or space that no backslash precedes.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        if !escaped && (c == '=' || c == ':' || SPACE.contains(&c)) {
            let rest = line[at..].trim_start_matches(SPACE);
            let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
            return (&line[..at], rest.trim_start_matches(SPACE));
        }
        escaped = c == '\\' && !escaped;
    }
    (line, "")
}

fn unescape(text: &str) -> Option<String> {
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let c = if c == '\\' {
            chars.next().unwrap_or('\\')
        } else {
            units.push(c as u16);
            continue;
        };
        units.push(match c {
            't' => u16::from(b'\t'),
            'n' => u16::from(b'\n'),
            'r' => u16::from(b'\r'),
            'f' => 0x0c,
            'u' => {
                let digits = chars.as_str().get(..4)?;
                chars = chars.as_str()[4..].chars();
                u16::from_str_radix(digits, 16).ok()?
            }
            c => c as u16,
        });
    }
    Some(String::from_utf16_lossy(&units))
}

const SPACE: [char; 3] = [' ', '\t', '\u{c}'];

/// As Java prints a date: `Sat Nov 21 09:26:17 UTC 2026`.
fn java_date(now_ms: i64) -> String {
    let seconds = now_ms.div_euclid(1000);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let weekday = WEEKDAYS[(days + 4).rem_euclid(7) as usize];
    let month = MONTHS[month - 1];
    format!("{weekday} {month} {day:02} {:02}:{:02}:{:02} UTC {year}", second / 3600, second / 60 % 60, second % 60)
}

/// Year, month and day of a day counted from 1970-01-01: years begin in March here, so that leap days come last.
fn civil(days: i64) -> (i64, usize, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as usize, day_of_year - (153 * shifted + 2) / 5 + 1)
}

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
