//! Times in the letters of Java's SimpleDateFormat, in UTC: as many of the letters as say a date and a time in numbers.

/// Whether Java knows every letter, and what it says if not.
pub fn check(pattern: &str) -> Result<(), String> {
    let mut is_quoted = false;
    for letter in pattern.chars() {
        is_quoted ^= letter == '\'';
        if !is_quoted && letter.is_ascii_alphabetic() && !LETTERS.contains(letter) {
            return Err(format!("Illegal pattern character '{letter}'"));
        }
    }
    if is_quoted { Err("Unterminated quote".to_owned()) } else { Ok(()) }
}

/// `yyyy-MM-dd HH:mm:ss:SSS` and the like; what is between quotes, and what is no letter, is shown as it is.
pub fn show(pattern: &str, wall_ms: i64) -> String {
    let (days, millis) = (wall_ms.div_euclid(86_400_000), wall_ms.rem_euclid(86_400_000));
    let (year, month, day) = date(days);
    let mut shown = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(letter) = rest.next() {
        if letter == '\'' {
            let quoted: String = rest.by_ref().take_while(|&next| next != '\'').collect();
            shown += if quoted.is_empty() { "'" } else { &quoted };
            continue;
        }
        let mut width = 1;
        while letter.is_ascii_alphabetic() && rest.next_if_eq(&letter).is_some() {
            width += 1;
        }
        let number = match letter {
            'y' | 'u' if width == 2 => year.rem_euclid(100),
            'y' | 'u' => year,
            'M' => month,
            'd' => day,
            'H' => millis / 3_600_000,
            'k' => (millis / 3_600_000 + 23) % 24 + 1,
            'h' => (millis / 3_600_000 + 11) % 12 + 1,
            'K' => millis / 3_600_000 % 12,
            'm' => millis / 60_000 % 60,
            's' => millis / 1_000 % 60,
            'S' => millis % 1_000,
            'a' => {
                shown += if millis < 43_200_000 { "AM" } else { "PM" };
                continue;
            }
            other => {
                shown.push(other);
                continue;
            }
        };
        shown += &format!("{number:0width$}");
    }
    shown
}

/// Year, month and day of a day counted from 1970 (Howard Hinnant's algorithm: years that begin in March).
fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

const LETTERS: &str = "GyMdkHmsSEDFwWahKzZYuXL";

#[cfg(test)]
mod tests;
