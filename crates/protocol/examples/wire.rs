//! Holds every message against what Apache Kafka's own classes say: `cargo xtask wire` runs `compat/wire` and hands its
//! lines to this. Any difference, and any message or fact that only one side has, is a failure.

// A tool of the workshop: it may read a file.
#![allow(clippy::disallowed_methods)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use bytes::Bytes;
use kampa_protocol::records::group::GroupRecord;
use kampa_protocol::records::metadata::MetadataRecord;
use kampa_protocol::records::share::ShareRecord;
use kampa_protocol::records::storage::RemoteLogRecord;
use kampa_protocol::records::transaction::TransactionRecord;
use kampa_protocol::wire::decode_whole;
use kampa_protocol::{ApiKey, ErrorCode, Listener, Message, Reader, Text, Visitor, Writer, visit_messages};
use kampa_schema::examples::{self, Case};
use kampa_schema::model::{self, Literal, Struct, Type, Versions};
use kampa_schema::{read_all, root};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: wire LINES, as `cargo xtask wire` makes them");
        return ExitCode::from(2);
    };
    let text = std::fs::read_to_string(&path).expect("the lines can be read");
    let schemas = read_all(&root()).expect("the schemas parse");
    let mut check =
        Check { messages: schemas.into_iter().flat_map(|schema| schema.messages).collect(), ..Check::new(&text) };
    check.tables();
    visit_messages(&mut check);
    check.finish()
}

struct Check<'a> {
    messages: Vec<model::Message>,
    /// Lines about no message, by kind, and lines about messages, by name and kind.
    tables: BTreeMap<&'a str, BTreeSet<&'a str>>,
    lines: BTreeMap<&'a str, BTreeMap<&'a str, Vec<Vec<&'a str>>>>,
    counts: BTreeMap<&'static str, usize>,
    differences: Vec<String>,
    /// Of the message at hand, by version.
    full: BTreeMap<i16, Bytes>,
    /// Of the coordinator record at hand.
    key: Bytes,
}

impl<'a> Check<'a> {
    fn new(text: &'a str) -> Check<'a> {
        let mut check = Check {
            messages: Vec::new(),
            tables: BTreeMap::new(),
            lines: BTreeMap::new(),
            counts: BTreeMap::new(),
            differences: Vec::new(),
            full: BTreeMap::new(),
            key: Bytes::new(),
        };
        for line in text.lines() {
            let columns: Vec<&str> = line.split('\t').collect();
            match columns[0] {
                kind @ ("api" | "error") => {
                    check.tables.entry(kind).or_default().insert(line);
                }
                "text" => check.text(&columns),
                kind => {
                    let of_message = check.lines.entry(columns[1]).or_default();
                    of_message.entry(kind).or_default().push(columns[2..].to_vec());
                }
            }
        }
        check
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn expect<T: PartialEq + std::fmt::Debug>(&mut self, what: impl Fn() -> String, ours: T, kafkas: T) {
        if ours != kafkas {
            self.differences.push(format!("{}\n  ours   {ours:?}\n  Kafka's {kafkas:?}", what()));
        }
    }

    fn text(&mut self, columns: &[&str]) {
        let [_, wire, kept] = columns else { panic!("a text of {} columns", columns.len()) };
        self.count("texts");
        let ours = Text::from_wire(unhex(wire).expect("hex"));
        self.expect(|| format!("text {wire}"), to_hex(ours.as_bytes()), (*kept).to_owned());
    }

    fn tables(&mut self) {
        let apis: BTreeSet<String> = ApiKey::all().map(api_line).collect();
        let errors: BTreeSet<String> = ErrorCode::all()
            .map(|code| format!("error\t{}\t{}\t{}", code.0, code.name(), code.is_retriable()))
            .collect();
        for (kind, ours) in [("api", apis), ("error", errors)] {
            let kafkas: BTreeSet<String> =
                self.tables.remove(kind).unwrap_or_default().into_iter().map(str::to_owned).collect();
            let difference: Vec<&String> = ours.symmetric_difference(&kafkas).collect();
            self.expect(|| format!("the table of {kind}s"), &difference, &vec![]);
            self.counts.insert(if kind == "api" { "APIs" } else { "errors" }, kafkas.len());
        }
    }

    fn finish(mut self) -> ExitCode {
        for name in self.lines.keys() {
            self.differences.push(format!("{name} has no type"));
        }
        let counts: Vec<String> = self.counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
        println!("wire: {}", counts.join(", "));
        for difference in self.differences.iter().take(SHOWN_MAX) {
            println!("{difference}");
        }
        println!("wire: {} differences", self.differences.len());
        if self.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

impl Visitor for Check<'_> {
    fn visit<M: Message>(&mut self) {
        let Some(mut lines) = self.lines.remove(M::NAME) else {
            self.differences.push(format!("{} is not Kafka's", M::NAME));
            return;
        };
        self.count("messages");
        let mut take = |kind: &str| lines.remove(kind).unwrap_or_default();
        let (head, facts, shown) = (take("message"), take("fact"), take("example"));
        let (frames, records) = (take("frame"), take("record"));
        let (converted, mutants) = (take("convert"), take("mutant"));
        let message = self.messages.iter().find(|message| message.name == M::NAME).expect(M::NAME).clone();
        let kafkas: Vec<String> = head.iter().chain(&facts).map(|columns| columns.join(" ")).collect();
        *self.counts.entry("facts").or_default() += kafkas.len();
        self.expect(|| format!("the schema of {}", M::NAME), facts_of(&message), kafkas);
        self.full.clear();
        for columns in shown {
            self.example::<M>(&message, &columns);
        }
        for columns in frames {
            self.frame(M::NAME, &columns);
        }
        for columns in records {
            self.record(M::NAME, &columns);
        }
        for columns in converted {
            self.convert::<M>(&columns);
        }
        for columns in mutants {
            self.mutant::<M>(&columns);
        }
        let versions = M::VERSIONS.count();
        self.expect(|| format!("versions of {}", M::NAME), versions, self.full.len());
    }
}

impl Check<'_> {
    fn example<M: Message>(&mut self, message: &model::Message, columns: &[&str]) {
        let [version, case, hex] = columns else { panic!("an example of {} columns", columns.len()) };
        self.count("examples");
        let version: i16 = version.parse().expect("a version");
        let case = *Case::ALL.iter().find(|one| one.name() == *case).expect("a case");
        let what = || format!("{} {version} {}", M::NAME, case.name());
        let kafkas = unhex(hex).expect("Kafka writes its own examples");
        self.expect(
            || format!("{}, by the schema", what()),
            &to_hex(&examples::bytes(message, version, case)),
            &to_hex(&kafkas),
        );
        let again = decode_whole::<M>(&kafkas, version).map(|decoded| recoded(&decoded, version));
        self.expect(|| format!("{}, read and written", what()), again, Ok((*hex).to_owned()));
        match case {
            Case::Default => {
                self.expect(|| format!("{}, as born", what()), recoded(&M::default(), version), (*hex).to_owned());
            }
            Case::Full => {
                self.full.insert(version, kafkas);
            }
            Case::Nulls => {}
        }
    }

    fn frame(&mut self, name: &str, columns: &[&str]) {
        let [version, hex] = columns else { panic!("a frame of {} columns", columns.len()) };
        self.count("frames");
        let kafkas = unhex(hex).expect("hex");
        let again = if name.starts_with("Remote") {
            RemoteLogRecord::decode_framed(&kafkas).map(|(record, version)| (version, record.encode_framed(version)))
        } else {
            MetadataRecord::decode_framed(&kafkas).map(|(record, version)| (version, record.encode_framed(version)))
        };
        let version: i16 = version.parse().expect("a version");
        self.expect(|| format!("{name} {version}, framed"), again, Ok((version, Ok(kafkas))));
    }

    /// A key comes first, and waits for the values of its record.
    fn record(&mut self, name: &str, columns: &[&str]) {
        let [version, hex] = columns else { panic!("a record of {} columns", columns.len()) };
        self.count("keys and values");
        let bytes = unhex(hex).expect("hex");
        if name.ends_with("Key") {
            self.key = bytes;
            return;
        }
        let version: i16 = version.parse().expect("a version");
        let (key, value) = (self.key.clone(), Some(&bytes));
        let again = if name.starts_with("Transaction") {
            TransactionRecord::decode(&key, value).map(|record| record.encode(version))
        } else if ["ShareSnapshotValue", "ShareUpdateValue"].contains(&name) {
            ShareRecord::decode(&key, value).map(|record| record.encode(version))
        } else {
            GroupRecord::decode(&key, value).map(|record| record.encode(version))
        };
        self.expect(|| format!("{name} {version} with its key"), again, Ok(Ok((key.clone(), Some(bytes.clone())))));
    }

    fn convert<M: Message>(&mut self, columns: &[&str]) {
        let [from, to, hex] = columns else { panic!("a conversion of {} columns", columns.len()) };
        self.count(if *hex == REFUSED { "refused conversions" } else { "conversions" });
        let (from, to): (i16, i16) = (from.parse().expect("a version"), to.parse().expect("a version"));
        let decoded: M = decode_whole(&self.full[&from], from).unwrap_or_default();
        self.expect(|| format!("{} from {from} to {to}", M::NAME), recoded(&decoded, to), (*hex).to_owned());
    }

    fn mutant<M: Message>(&mut self, columns: &[&str]) {
        let [version, seed, consumed, hex] = columns else { panic!("a mutant of {} columns", columns.len()) };
        self.count(if *hex == REFUSED { "refused mutants" } else { "mutants" });
        let version: i16 = version.parse().expect("a version");
        let damaged = Bytes::from(examples::damaged(&self.full[&version], seed.parse().expect("a seed")));
        let mut r = Reader::new(&damaged);
        let ours = match M::decode(&mut r, version) {
            Ok(decoded) => (r.position().to_string(), recoded(&decoded, version)),
            Err(_) => ("-".to_owned(), REFUSED.to_owned()),
        };
        let kafkas = ((*consumed).to_owned(), (*hex).to_owned());
        self.expect(|| format!("{} {version} mutant {seed}: {}", M::NAME, to_hex(&damaged)), ours, kafkas);
    }
}

fn api_line(key: ApiKey) -> String {
    let versions = key.versions_with_unstable();
    let headers: Vec<String> = versions
        .clone()
        .into_iter()
        .flatten()
        .map(|v| format!("{v}:{}/{}", key.request_header_version(v), key.response_header_version(v)))
        .collect();
    let mut listeners: Vec<&str> = key
        .listeners()
        .iter()
        .map(|listener| match listener {
            Listener::Broker => "broker",
            Listener::Controller => "controller",
        })
        .collect();
    listeners.sort_unstable();
    let versions = versions.map_or("none".to_owned(), |range| format!("{}-{}", range.start(), range.end()));
    let (number, name, unstable) = (key as i16, key.name(), key.latest_unstable());
    format!("api\t{number}\t{name}\t{versions}\t{unstable}\t{}\t{}", listeners.join(" "), headers.join(" "))
}

/// The schema as lines, in the form in which `compat/wire` prints Kafka's.
fn facts_of(message: &model::Message) -> Vec<String> {
    let flexible = message.flexible_from.map_or("none".to_owned(), |first| first.to_string());
    let mut lines = vec![format!("{} {flexible}", range(message.versions))];
    facts_of_struct(message, &message.root, message.versions, "", &mut lines);
    lines
}

fn facts_of_struct(message: &model::Message, one: &Struct, around: Versions, path: &str, lines: &mut Vec<String>) {
    for field in &one.fields {
        let meet =
            |versions: Versions| Versions { from: versions.from.max(around.from), to: versions.to.min(around.to) };
        let versions = meet(field.versions);
        if versions.from > versions.to {
            continue;
        }
        // Our names leave out what the header's own name says already.
        let plain = field.name.replace('_', "");
        let shown = match plain.as_str() {
            "apikey" | "apiversion" if message.name == "RequestHeader" => format!("request{plain}"),
            _ => plain,
        };
        let of = match &field.of {
            Type::Primitive(primitive) => primitive.name(),
            Type::Inline(_) | Type::Shared(_) => "struct",
        };
        let of = if field.array { format!("[{of}]") } else { of.to_owned() };
        let nullable = field.nullable.map(meet).filter(|null| null.from <= null.to).map_or("-".into(), range);
        let tag = field.tag.map_or("-".to_owned(), |tag| tag.to_string());
        let default = match field.default {
            Some(Literal::Null) => "null".to_owned(),
            Some(Literal::Bool(value)) => value.to_string(),
            Some(Literal::Int(value)) => value.to_string(),
            None => "-".to_owned(),
        };
        let flags: String = [(field.key, 'k'), (field.ignorable, 'i'), (field.never_flexible, 'f')]
            .iter()
            .filter_map(|(set, flag)| set.then_some(*flag))
            .collect();
        let flags = if flags.is_empty() { "-" } else { &flags };
        let at = format!("{path}{shown}");
        lines.push(format!("{at} {of} {} {nullable} {tag} {default} {flags}", range(versions)));
        if let Some(inner) = message.struct_of(field) {
            facts_of_struct(message, inner, versions, &format!("{at}."), lines);
        }
    }
}

fn range(versions: Versions) -> String {
    format!("{}-{}", versions.from, versions.to)
}

fn recoded<M: Message>(message: &M, version: i16) -> String {
    let mut w = Writer::new();
    match message.encode(&mut w, version) {
        Ok(()) => to_hex(&w.finish().into_vec()),
        Err(_) => REFUSED.to_owned(),
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Bytes> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

const REFUSED: &str = "refused";
const SHOWN_MAX: usize = 20;
