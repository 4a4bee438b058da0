//! As much JSON as Kafka's small files need: objects of numbers, strings, booleans, nulls and lists of such objects.

use std::iter::Peekable;
use std::str::CharIndices;

/// A value. Members keep their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// Fractions are not written by Kafka where we read.
    Number(i64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// `None` when `text` is anything else than one value.
    pub(crate) fn parse(text: &str) -> Option<Json> {
        let mut parser = Parser { text, chars: text.char_indices().peekable() };
        let value = parser.value(DEPTH_MAX)?;
        parser.space();
        parser.chars.next().is_none().then_some(value)
    }

    /// A member of an object.
    pub(crate) fn member(&self, key: &str) -> Option<&Json> {
        let Json::Object(members) = self else { return None };
        members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub(crate) fn number(&self) -> Option<i64> {
        if let Json::Number(number) = self { Some(*number) } else { None }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        if let Json::Text(text) = self { Some(text) } else { None }
    }

    pub(crate) fn list(&self) -> Option<&[Json]> {
        if let Json::List(list) = self { Some(list) } else { None }
    }
}

/// Kafka's files nest twice; a file that nests deeper is not ours to read.
const DEPTH_MAX: usize = 8;

struct Parser<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
}

impl Parser<'_> {
    fn value(&mut self, depth: usize) -> Option<Json> {
        self.space();
        let &(at, first) = self.chars.peek()?;
        match first {
            '{' if depth > 0 => self.members(depth - 1).map(Json::Object),
            '[' if depth > 0 => self.elements(depth - 1).map(Json::List),
            '"' => self.string().map(Json::Text),
            't' => self.word("true", Json::Bool(true)),
            'f' => self.word("false", Json::Bool(false)),
            'n' => self.word("null", Json::Null),
            '-' | '0'..='9' => {
                self.chars.next();
                while self.chars.next_if(|(_, c)| c.is_ascii_digit()).is_some() {}
                let end = self.chars.peek().map_or(self.text.len(), |(end, _)| *end);
                self.text[at..end].parse().ok().map(Json::Number)
            }
            _ => None,
        }
    }

    fn members(&mut self, depth: usize) -> Option<Vec<(String, Json)>> {
        let mut members = Vec::new();
        self.between('{', '}', |parser| {
            parser.space();
            let key = parser.string()?;
            parser.space();
            parser.expect(':')?;
            members.push((key, parser.value(depth)?));
            Some(())
        })?;
        Some(members)
    }

    fn elements(&mut self, depth: usize) -> Option<Vec<Json>> {
        let mut elements = Vec::new();
        self.between('[', ']', |parser| {
            elements.push(parser.value(depth)?);
            Some(())
        })?;
        Some(elements)
    }

    /// Reads `element`s with commas in between.
    fn between(&mut self, open: char, close: char, mut element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.expect(open)?;
        self.space();
        if self.chars.next_if(|(_, c)| *c == close).is_some() {
            return Some(());
        }
        loop {
            element(self)?;
            self.space();
            match self.chars.next()?.1 {
                ',' => {}
                c if c == close => return Some(()),
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        self.expect('"')?;
        let mut text = String::new();
        loop {
            match self.chars.next()?.1 {
                '"' => return Some(text),
                '\\' => text.push(match self.chars.next()?.1 {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'u' => {
                        let mut code = 0;
                        for _ in 0..4 {
                            code = code << 4 | self.chars.next()?.1.to_digit(16)?;
                        }
                        char::from_u32(code)?
                    }
                    c @ ('"' | '\\' | '/') => c,
                    _ => return None,
                }),
                c => text.push(c),
            }
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        for c in word.chars() {
            self.expect(c)?;
        }
        Some(value)
    }

    fn expect(&mut self, wanted: char) -> Option<()> {
        self.chars.next_if(|(_, c)| *c == wanted).map(|_| ())
    }

    fn space(&mut self) {
        while self.chars.next_if(|(_, c)| c.is_ascii_whitespace()).is_some() {}
    }
}

#[cfg(test)]
mod tests;
