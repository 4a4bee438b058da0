//! Reads the text of a `server.properties` as `java.util.Properties` does, keeping line numbers.
//!
//! Knows the syntax only: comments, continued lines, escapes, and the three ways to end a key.

/// One `key=value` of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// The key, escapes resolved.
    pub key: String,
    /// The value, escapes resolved; trailing blanks are kept, as Java keeps them.
    pub value: String,
    /// The line on which it begins, from 1.
    pub line: usize,
}

/// What is wrong with a file's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MalformedEscape {
    /// The line on which its property begins, from 1.
    pub line: usize,
}

/// The properties of a text, in its order; a key may come twice, and then Java takes the last.
pub fn read(text: &str) -> Result<Vec<Property>, MalformedEscape> {
    let mut properties = Vec::new();
    for (line, logical) in logical_lines(text) {
        let (key, value) = split(&logical);
        let malformed = || MalformedEscape { line };
        properties.push(Property {
            key: unescape(key).ok_or_else(malformed)?,
            value: unescape(value).ok_or_else(malformed)?,
            line,
        });
    }
    Ok(properties)
}

/// Lines that say something, continued ones joined, each with the number of its first line.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, natural) in natural_lines(text).enumerate() {
        let natural = natural.trim_start_matches(BLANKS);
        // A comment is told by its first line only: `#` on a continued line is part of the value.
        if open.is_none() && (natural.is_empty() || natural.starts_with(['#', '!'])) {
            continue;
        }
        let (number, mut joined) = open.take().unwrap_or((index + 1, String::new()));
        let backslashes = natural.len() - natural.trim_end_matches('\\').len();
        if backslashes % 2 == 1 {
            joined.push_str(&natural[..natural.len() - 1]);
            open = Some((number, joined));
        } else {
            joined.push_str(natural);
            lines.push((number, joined));
        }
    }
    lines.extend(open);
    lines.retain(|(_, line)| !line.is_empty());
    lines
}

/// Lines ended by `\n`, `\r` or `\r\n`.
fn natural_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// The key ends at the first blank, `=` or `:` that no backslash stands before; one `=` or `:` and blanks around it are skipped.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = line.find(|letter: char| {
        let ends = !escaped && (BLANKS.contains(&letter) || letter == '=' || letter == ':');
        escaped = letter == '\\' && !escaped;
        ends
    });
    let (key, rest) = line.split_at(end.unwrap_or(line.len()));
    let rest = rest.trim_start_matches(BLANKS);
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (key, rest.trim_start_matches(BLANKS))
}

/// None if `\u` is not followed by four hexadecimal digits.
fn unescape(text: &str) -> Option<String> {
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let letter = if letter == '\\' {
            letters.next().unwrap_or('\\')
        } else {
            push(&mut units, letter);
            continue;
        };
        match letter {
            't' => push(&mut units, '\t'),
            'n' => push(&mut units, '\n'),
            'r' => push(&mut units, '\r'),
            'f' => push(&mut units, '\x0c'),
            'u' => {
                let digits: String = letters.by_ref().take(4).collect();
                let hexadecimal = digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                units.push(if hexadecimal { u16::from_str_radix(&digits, 16).ok()? } else { return None });
            }
            other => push(&mut units, other),
        }
    }
    // Java's letters are UTF-16: a pair of escapes makes one letter, half a pair none.
    Some(String::from_utf16_lossy(&units))
}

fn push(units: &mut Vec<u16>, letter: char) {
    units.extend_from_slice(letter.encode_utf16(&mut [0; 2]));
}

/// What Java skips around keys: blank, tab, form feed.
const BLANKS: [char; 3] = [' ', '\t', '\x0c'];

#[cfg(test)]
mod tests;
