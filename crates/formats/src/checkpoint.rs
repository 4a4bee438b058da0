//! What Kafka's small text files have in common: a version, a count, and that many lines.
//!
//! ```text
//! 0
//! 2
//! orders 0 120
//! orders 1 97
//! ```

/// Text that is no such file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Bytes that are no UTF-8.
    #[error("the file is not text")]
    NotText,
    /// Written by a later Kafka.
    #[error("version {0:?}, not 0")]
    Version(String),
    /// A line that is not what it should be.
    #[error("line {line} should be {wanted}")]
    Line {
        /// From 1.
        line: usize,
        /// What is expected there.
        wanted: &'static str,
    },
    /// More or fewer lines than announced.
    #[error("the file announces {announced} entries and has {found}")]
    Count {
        /// In the second line.
        announced: usize,
        /// Lines after it.
        found: usize,
    },
}

pub(crate) fn encode(lines: impl ExactSizeIterator<Item = String>) -> String {
    let mut file = format!("0\n{}\n", lines.len());
    for line in lines {
        file.push_str(&line);
        file.push('\n');
    }
    file
}

/// Reads every entry with `read`; `wanted` says what an entry should be.
pub(crate) fn decode<T>(
    file: &[u8],
    wanted: &'static str,
    read: impl Fn(&mut std::str::SplitAsciiWhitespace<'_>) -> Option<T>,
) -> Result<Vec<T>, CheckpointError> {
    let text = std::str::from_utf8(file).map_err(|_| CheckpointError::NotText)?;
    let mut lines = text.lines().zip(1..);
    let (version, _) = lines.next().unwrap_or_default();
    if version != "0" {
        return Err(CheckpointError::Version(version.chars().take(20).collect()));
    }
    let announced: Option<usize> = lines.next().and_then(|(count, _)| count.parse().ok());
    let announced = announced.ok_or(CheckpointError::Line { line: 2, wanted: "a count" })?;
    let mut entries = Vec::new();
    for (text, line) in lines {
        let mut fields = text.split_ascii_whitespace();
        let entry = read(&mut fields).filter(|_| fields.next().is_none());
        entries.push(entry.ok_or(CheckpointError::Line { line, wanted })?);
    }
    if entries.len() != announced {
        return Err(CheckpointError::Count { announced, found: entries.len() });
    }
    Ok(entries)
}
