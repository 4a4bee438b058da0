//! A line to a record: headers, key and value with separators between them, as far as each is wanted.
//!
//! Apache's tool takes `headers.separator` for a regular expression; here it is the text itself, a backslash before a letter aside.

use crate::kafka::clients::Properties;
use crate::kafka::thrown::Thrown;

/// How lines are taken apart.
pub struct LineReader {
    parse_key: bool,
    key_separator: String,
    parse_headers: bool,
    headers_delimiter: String,
    headers_separator: String,
    headers_key_separator: String,
    ignore_error: bool,
    null_marker: Option<String>,
    line_number: u64,
}

/// A line's parts.
#[derive(Debug, PartialEq)]
pub struct Parsed<'a> {
    pub key: Option<&'a str>,
    pub value: Option<&'a str>,
    pub headers: Vec<(&'a str, Option<&'a str>)>,
}

impl Parsed<'_> {
    pub fn header_bytes(&self) -> Vec<(&str, Option<&[u8]>)> {
        self.headers.iter().map(|(key, value)| (*key, value.map(str::as_bytes))).collect()
    }
}

impl LineReader {
    /// With these settings.
    pub fn new(properties: &Properties) -> Result<LineReader, Thrown> {
        let text = |key: &str, otherwise: &str| properties.value(key).unwrap_or(otherwise).to_owned();
        let is_on = |key| properties.value(key).is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
        let reader = LineReader {
            parse_key: is_on("parse.key"),
            key_separator: text("key.separator", "\t"),
            parse_headers: is_on("parse.headers"),
            headers_delimiter: text("headers.delimiter", "\t"),
            headers_separator: text("headers.separator", ","),
            headers_key_separator: text("headers.key.separator", ":"),
            ignore_error: is_on("ignore.error"),
            null_marker: properties.value("null.marker").map(str::to_owned),
            line_number: 0,
        };
        reader.check().map(|()| LineReader { headers_separator: reader.headers_separator.replace('\\', ""), ..reader })
    }

    fn check(&self) -> Result<(), Thrown> {
        let (delimiter, separator, of_key) =
            (&self.headers_delimiter, &self.headers_separator, &self.headers_key_separator);
        let clashes = [
            (Some(delimiter), Some(separator), "headers.delimiter and headers.separator"),
            (Some(delimiter), Some(of_key), "headers.delimiter and headers.key.separator"),
            (Some(separator), Some(of_key), "headers.separator and headers.key.separator"),
            (Some(&self.key_separator), self.null_marker.as_ref(), "null.marker and key.separator"),
            (Some(separator), self.null_marker.as_ref(), "null.marker and headers.separator"),
            (Some(delimiter), self.null_marker.as_ref(), "null.marker and headers.delimiter"),
            (Some(of_key), self.null_marker.as_ref(), "null.marker and headers.key.separator"),
        ];
        match clashes.iter().find(|(one, other, _)| one == other) {
            Some((_, _, names)) => Err(failed(format!("{names} may not be equal"))),
            None => Ok(()),
        }
    }

    /// The next line's record.
    pub fn parse<'a>(&mut self, line: &'a str) -> Result<Parsed<'a>, Thrown> {
        self.line_number += 1;
        let (headers, rest) = self.cut(self.parse_headers, line, line, &self.headers_delimiter, "headers delimiter")?;
        let (key, value) = self.cut(self.parse_key, line, rest, &self.key_separator, "key separator")?;
        let headers = match headers.filter(|headers| !self.is_null(headers)) {
            Some(headers) => self.headers(headers)?,
            None => Vec::new(),
        };
        Ok(Parsed {
            key: key.filter(|key| !self.is_null(key)),
            value: Some(value).filter(|value| !self.is_null(value)),
            headers,
        })
    }

    fn is_null(&self, text: &str) -> bool {
        self.null_marker.as_deref() == Some(text)
    }

    /// What stands before the separator, and what after it.
    fn cut<'a>(
        &self,
        is_wanted: bool,
        line: &str,
        rest: &'a str,
        separator: &str,
        name: &str,
    ) -> Result<(Option<&'a str>, &'a str), Thrown> {
        if !is_wanted {
            return Ok((None, rest));
        }
        match rest.split_once(separator) {
            Some((before, after)) => Ok((Some(before), after)),
            None if self.ignore_error => Ok((None, rest)),
            None => Err(failed(format!("No {name} found on line number {}: '{line}'", self.line_number))),
        }
    }

    fn headers<'a>(&self, headers: &'a str) -> Result<Vec<(&'a str, Option<&'a str>)>, Thrown> {
        let mut pairs: Vec<&str> = headers.split(self.headers_separator.as_str()).collect();
        // Java's split drops empty parts at the end, unless there is but one.
        while pairs.len() > 1 && pairs.last().is_some_and(|last| last.is_empty()) {
            pairs.pop();
        }
        pairs.into_iter().map(|pair| self.header(pair)).collect()
    }

    fn header<'a>(&self, pair: &'a str) -> Result<(&'a str, Option<&'a str>), Thrown> {
        let Some((key, value)) = pair.split_once(self.headers_key_separator.as_str()) else {
            if self.ignore_error {
                return Ok((pair, None));
            }
            let number = self.line_number;
            return Err(failed(format!("No header key separator found in pair '{pair}' on line number {number}")));
        };
        if self.is_null(key) {
            let sentence = format!("Header keys should not be equal to the null marker '{key}' as they can't be null");
            return Err(failed(sentence));
        }
        Ok((key, Some(value).filter(|value| !self.is_null(value))))
    }
}

fn failed(sentence: String) -> Thrown {
    Thrown::new("org.apache.kafka.common.KafkaException", sentence)
}
