//! Text in columns.

/// Breaks text into lines of at most `width`; later lines are indented by two. A word that is too long stands on a line of its own.
pub fn break_lines(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_inclusive(' ') {
            if !line.is_empty() && line.len() + word.trim_end().len() > width {
                lines.push(line.trim_end().to_owned());
                line = "  ".to_owned();
            }
            line.push_str(word);
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The text with spaces after it up to a width.
pub fn pad(text: &str, width: usize) -> String {
    format!("{text:width$}")
}

/// Breaks text into lines of at most `width` and stretches all but the last of a paragraph to it with spaces, as argparse4j does.
/// The first line begins at column `first`, the others are indented by `indent`.
pub fn justify(text: &str, width: usize, first: usize, indent: usize) -> String {
    let mut shown = String::new();
    let mut line = String::new();
    let mut column = first;
    for piece in pieces(text) {
        let wide = piece.chars().count();
        if column + wide > width {
            shown.push_str(&stretch(&line, width, column));
            shown.push('\n');
            shown.push_str(&" ".repeat(indent));
            line.clear();
            column = indent;
        }
        line.push_str(piece);
        column += wide;
        if piece.ends_with('\n') {
            shown.push_str(&line);
            shown.push_str(&" ".repeat(indent));
            line.clear();
            column = indent;
        }
    }
    shown + &line
}

/// Where a line may end: after spaces, after an end of line, after a hyphen before a letter.
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let breaks = match (letter, next) {
            (_, None) | ('\n', _) => true,
            (' ', Some(next)) => next != ' ' && next != '\n',
            ('-', Some(next)) => next.is_alphabetic() && at > start,
            _ => false,
        };
        if breaks {
            let end = at + letter.len_utf8();
            found.push(&text[start..end]);
            start = end;
        }
    }
    found
}

/// Spreads what is left of a line that ends at `column` over its gaps, the middle ones first.
fn stretch(line: &str, width: usize, column: usize) -> String {
    let trimmed = line.trim_matches(' ');
    let gaps = trimmed.split(' ').filter(|word| !word.is_empty()).count().saturating_sub(1);
    if gaps == 0 {
        return trimmed.to_owned();
    }
    let column = column - (line.chars().count() - trimmed.chars().count());
    let wanted = width.saturating_sub(column);
    let (each, more) = (wanted / gaps, wanted % gaps);
    let more_from = (gaps - more).div_ceil(2);
    let mut shown = String::new();
    let mut gap = 0;
    for (at, letter) in trimmed.char_indices() {
        if letter == ' ' && !trimmed[..at].ends_with(' ') {
            shown.push_str(&" ".repeat(each + usize::from((more_from..more_from + more).contains(&gap))));
            gap += 1;
        }
        shown.push(letter);
    }
    shown
}
