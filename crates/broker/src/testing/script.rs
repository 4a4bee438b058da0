//! The language of the scripts: a command a line, an answer a line.
//!
//! `produce v9 orders/0 a b acks=1` is an API, a version (the newest if none is said), and what it is about; words with `=`
//! are fields. `b: fetch …` is said by client `b` (others are `a`), `controller: …` through the controller's door. A line
//! that ends in `&` sends and does not wait; `answer` then does, and says how long it took.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use expect_test::Expect;
use kampa_protocol::{ApiKey, ErrorCode, Request, RequestHeader, Text, Uuid, Writer};
use kampa_world::sim::{Faults, Simulation};
use kampa_world::{Monotonic, World};

use super::disk::{DATA_DIR, NODE};
use super::{Client, House, decode};

/// Runs a script against a fresh node with these settings.
pub(crate) fn check(settings: &str, script: &str, expected: Expect) {
    expected.assert_eq(&play(settings, script));
}

/// As [`check`]; what was answered, line by line.
pub(crate) fn play(settings: &str, script: &str) -> String {
    let simulation = Simulation::new(1, Faults::none());
    let control = simulation.control();
    let (node, clients) = (simulation.process(NODE), simulation.process("clients"));
    // Each directory is on a disk of its own.
    let dirs = settings.split_whitespace().find_map(|word| word.strip_prefix("log.dirs="));
    dirs.iter().flat_map(|dirs| dirs.split(',')).for_each(|dir| control.mount(NODE, dir));
    simulation.run(async {
        let house = House::start(&node, DATA_DIR, settings).await;
        let mut run = Run { control, house, clients, connections: BTreeMap::new(), names: Names::default() };
        let mut output = String::new();
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(said) = run.line(line).await {
                output.push_str(&said);
                output.push('\n');
            }
        }
        output
    })
}

struct Run {
    control: kampa_world::sim::Control,
    house: House,
    clients: World,
    connections: BTreeMap<String, Connection>,
    names: Names,
}

struct Connection {
    client: Client,
    /// How answers that are owed are told, and when their requests left.
    owed: std::collections::VecDeque<(Telling, Monotonic)>,
}

/// What an answer says.
pub(super) type Telling = Box<dyn FnOnce(&Bytes, &mut Names) -> String>;

/// A request that is ready to be sent, and how its answer is told.
pub(super) struct Asked {
    pub frame: Bytes,
    /// `None` where no answer comes.
    pub telling: Option<Telling>,
}

impl Asked {
    pub fn new<R: Request + 'static>(
        line: &Line,
        request: &R,
        tell: impl FnOnce(R::Response, &mut Names) -> String + 'static,
    ) -> Asked {
        let version = line.version.unwrap_or_else(|| *R::KEY.versions().expect("versions").end());
        let client_id = line.field("client-id").unwrap_or("script");
        let mut w = Writer::framed();
        RequestHeader::new(R::KEY, version, 1, Some(client_id.into())).encode(&mut w).expect("a header");
        request.encode(&mut w, version).unwrap_or_else(|e| panic!("{} v{version}: {e}", R::NAME));
        let telling: Telling = Box::new(move |frame, names| tell(decode::<R>(frame, version), names));
        Asked { frame: w.finish().into_bytes(), telling: Some(telling) }
    }
}

/// What chance names is told by the order it came in: topic ids, member ids, fetch sessions.
#[derive(Default)]
pub(super) struct Names {
    pub topics: BTreeMap<String, Uuid>,
    members: Vec<Text>,
    sessions: Vec<i32>,
    clients: Vec<Uuid>,
    subscriptions: Vec<i32>,
}

impl Names {
    /// `m1` for the first member id seen, and so on.
    pub fn member(&mut self, id: &Text) -> String {
        if id.is_empty() {
            return "-".to_owned();
        }
        let place = self.members.iter().position(|known| known == id).unwrap_or_else(|| {
            self.members.push(id.detached());
            self.members.len() - 1
        });
        format!("m{}", place + 1)
    }

    /// The member id behind `m1`; other words are themselves, `-` is none.
    pub fn member_id(&self, word: &str) -> Text {
        let number = word.strip_prefix('m').and_then(|number| number.parse::<usize>().ok());
        match number.and_then(|number| self.members.get(number.wrapping_sub(1))) {
            Some(id) => id.clone(),
            None if word == "-" => Text::default(),
            None => word.into(),
        }
    }

    /// `c1` for the first client that was given an id for its telemetry, and so on.
    pub fn client(&mut self, id: Uuid) -> String {
        format!("c{}", place_of(&mut self.clients, id))
    }

    /// The id behind `c1`; nobody's for other words.
    pub fn client_id(&self, word: &str) -> Uuid {
        let number = word.strip_prefix('c').and_then(|number| number.parse::<usize>().ok());
        number.and_then(|number| self.clients.get(number.wrapping_sub(1))).copied().unwrap_or(Uuid::ZERO)
    }

    pub fn subscription(&mut self, id: i32) -> usize {
        place_of(&mut self.subscriptions, id)
    }

    /// The id behind `s1`; a wrong one for other words.
    pub fn subscription_id(&self, word: &str) -> i32 {
        let number = word.strip_prefix('s').and_then(|number| number.parse::<usize>().ok());
        number.and_then(|number| self.subscriptions.get(number.wrapping_sub(1))).copied().unwrap_or(0x0bad)
    }

    pub fn session(&mut self, id: i32) -> usize {
        place_of(&mut self.sessions, id)
    }

    pub fn session_id(&self, number: usize) -> i32 {
        self.sessions.get(number.wrapping_sub(1)).copied().unwrap_or(0x0bad)
    }

    /// The id of a topic the script created; one that nobody has for other names.
    pub fn topic_id(&self, name: &str) -> Uuid {
        self.topics.get(name).copied().unwrap_or(Uuid([9; 16]))
    }

    /// The latest name of an id, or the name that the answer itself gives.
    pub fn topic(&self, name: &str, id: Uuid) -> String {
        if !name.is_empty() {
            return name.to_owned();
        }
        let known = self.topics.iter().find(|(_, known)| **known == id);
        known.map_or_else(
            || if id.is_zero() { "(no name)".to_owned() } else { "(id)".to_owned() },
            |(name, _)| name.clone(),
        )
    }
}

/// The place of an id in the order they were seen in, from 1.
fn place_of<T: PartialEq>(known: &mut Vec<T>, id: T) -> usize {
    known.iter().position(|other| *other == id).unwrap_or_else(|| {
        known.push(id);
        known.len() - 1
    }) + 1
}

/// A command's words.
pub(super) struct Line<'a> {
    /// The whole of them, for commands that read them their own way.
    pub text: &'a str,
    pub command: &'a str,
    pub version: Option<i16>,
    pub words: Vec<&'a str>,
    fields: Vec<(&'a str, &'a str)>,
}

impl<'a> Line<'a> {
    fn parse(text: &'a str) -> Line<'a> {
        let mut words = text.split_whitespace().peekable();
        let command = words.next().expect("a command");
        let is_version = |word: &&str| word.strip_prefix('v').is_some_and(|number| number.parse::<i16>().is_ok());
        let version = words.next_if(is_version).and_then(|word| word[1..].parse().ok());
        let mut line = Line { text, command, version, words: Vec::new(), fields: Vec::new() };
        for word in words {
            match word.split_once('=') {
                Some((key, value)) if !word.contains('/') => line.fields.push((key, value)),
                _ => line.words.push(word),
            }
        }
        line
    }

    pub fn field(&self, key: &str) -> Option<&'a str> {
        self.fields.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
    }

    pub fn number<T: std::str::FromStr>(&self, key: &str, otherwise: T) -> T {
        self.field(key).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{key}={text}")))
    }

    /// The fields but those with these names.
    pub fn fields_but<'b>(&'b self, names: &'b [&str]) -> impl Iterator<Item = (&'a str, &'a str)> + 'b {
        self.fields.iter().copied().filter(|(key, _)| !names.contains(key))
    }

    /// The fields whose names have a dot: settings.
    pub fn settings(&self) -> impl Iterator<Item = (&'a str, &'a str)> + '_ {
        self.fields.iter().copied().filter(|(key, _)| key.contains('.'))
    }
}

/// `orders/0`, `orders/0@5` or `orders/0=5`: a topic, a partition, and a number about it.
pub(super) fn place(word: &str) -> (String, i32, i64) {
    let (topic, rest) = word.split_once('/').unwrap_or_else(|| panic!("topic/partition is wanted, not {word}"));
    let (partition, number) = rest.split_once(['@', '=']).unwrap_or((rest, "0"));
    (topic.to_owned(), partition.parse().expect("a partition"), number.parse().expect("a number"))
}

/// An error code by name; `ok` for none.
pub(super) fn error(code: i16) -> &'static str {
    if code == 0 { "ok" } else { ErrorCode(code).name() }
}

/// An error with its sentence.
pub(super) fn error_with(code: i16, message: Option<&Text>) -> String {
    match message {
        Some(message) => format!("{} \"{message}\"", error(code)),
        None => error(code).to_owned(),
    }
}

/// How long a script waits for an answer, by the simulated clock.
const ANSWER_WAIT: Duration = Duration::from_secs(100);
/// How long it waits for a connection to be closed.
const CLOSE_WAIT: Duration = Duration::from_secs(1);

/// How long an id is in words.
const ID_LEN: usize = 22;

impl Run {
    /// The node's process ends, cleanly or not.
    async fn end(&mut self, how: &str) {
        match how {
            "power-cut" => self.control.crash(NODE),
            "kill" => self.control.kill(NODE),
            _ => {
                self.house.node.stop().await;
                self.control.kill(NODE);
            }
        }
        self.connections.clear();
    }

    /// Starts it again; why it will not, if so.
    async fn up(&mut self, line: &Line<'_>) -> Option<String> {
        let paths = line.words.iter().filter_map(|word| word.split_once('='));
        let settings: Vec<(&str, &str)> = line.fields.iter().copied().chain(paths).collect();
        let refused = self.house.start_again(&self.control.process(NODE), &settings).await.err()?;
        self.control.kill(NODE);
        // Ids are drawn.
        let shown = |word: &str| match word.trim_end_matches([':', ',', '.']) {
            id if id.len() == ID_LEN => word.replace(id, "<id>"),
            _ => word.to_owned(),
        };
        let told: Vec<String> = refused.to_string().split(' ').map(shown).collect();
        Some(format!("refused: {}", told.join(" ")))
    }

    async fn line(&mut self, text: &str) -> Option<String> {
        let (name, text) = match text.split_once(": ") {
            Some((name, rest)) if name.chars().all(char::is_alphanumeric) => (name, rest),
            _ => ("a", text),
        };
        let (text, waits) = text.strip_suffix('&').map_or((text, true), |text| (text, false));
        let line = Line::parse(text);
        match line.command {
            "restart" | "kill" | "power-cut" => {
                self.end(line.command).await;
                return self.up(&line).await;
            }
            // What is done to its disk, is done between these two.
            "down" => {
                self.end(line.words.first().unwrap_or(&"restart")).await;
                return None;
            }
            "up" => return self.up(&line).await,
            "sleep" => {
                self.clients.sleep(Duration::from_millis(line.words[0].parse().expect("ms"))).await;
                return None;
            }
            "remember" => {
                let id = self.names.topic_id(line.words[0]);
                self.names.topics.insert(line.words[2].to_owned(), id);
                return None;
            }
            "volume-capacity" => {
                let bytes = line.words[1].parse().expect("bytes");
                self.control.set_volume_capacity("node", line.words[0], bytes);
                return None;
            }
            "break" | "mend" => {
                self.control.set_volume_broken("node", line.words[0], line.command == "break");
                return None;
            }
            "has-failed" => {
                let failed = self.clients.timeout(Duration::from_millis(1), self.house.node.failed()).await;
                return Some(if failed.is_ok() { "the node has failed" } else { "the node goes on" }.to_owned());
            }
            "disk-capacity" => {
                self.control.set_disk_capacity("node", line.words[0].parse().expect("bytes"));
                return None;
            }
            "metric" => return Some(self.metric(line.words[0])),
            "accepted" => return Some(self.accepted(line.words[0].parse().expect("a count")).await),
            "quota-uses" => {
                let told = |used: &crate::QuotaUse| {
                    let name = |name: &Option<Text>| name.as_ref().map_or("*".to_owned(), Text::to_string);
                    let payer = format!("{}/{}", name(&used.payer.user), name(&used.payer.client_id));
                    let hundreds = |number: f64| (number / 100.0).round() * 100.0;
                    let (rate, throttle_time_ms) = (hundreds(used.rate), hundreds(used.throttle_time_ms));
                    format!("{:?} {payer} {rate} throttled {throttle_time_ms} ms", used.kind)
                };
                let uses: Vec<_> = self.house.node.quota_uses().iter().map(told).collect();
                return Some(if uses.is_empty() { "none".to_owned() } else { uses.join(", ") });
            }
            "hang-up" => {
                self.connections.remove(name);
                return None;
            }
            "answer" => return Some(self.answer(name, true).await),
            "is-closed" => return Some(self.is_closed(name).await),
            _ => {}
        }
        if let Some(done) = super::disk::does(&self.control, &line) {
            return done;
        }
        let asked = self.asked(&line);
        if let Err(e) = self.connect(name).await {
            return Some(format!("no connection: {}", e.kind()));
        }
        let now = self.clients.now();
        let connection = self.connections.get_mut(name)?;
        if let Err(e) = connection.client.send_bytes(asked.frame).await {
            self.connections.remove(name);
            return Some(format!("closed ({})", e.kind()));
        }
        match asked.telling {
            None if waits => Some(self.is_closed(name).await),
            None => None,
            Some(telling) => {
                connection.owed.push_back((telling, now));
                if waits { Some(self.answer(name, false).await) } else { None }
            }
        }
    }

    async fn connect(&mut self, name: &str) -> io::Result<()> {
        if !self.connections.contains_key(name) {
            let (clients, controller) = self.house.ports();
            let port = if name == "controller" { controller } else { clients };
            let client = Client::connect(&self.clients, "node", port).await?;
            self.connections.insert(name.to_owned(), Connection { client, owed: Default::default() });
        }
        Ok(())
    }

    /// Opens so many connections and says which are still open after half a second.
    async fn accepted(&mut self, count: usize) -> String {
        let mut clients = Vec::new();
        for _ in 0..count {
            clients.push(Client::connect(&self.clients, "node", self.house.ports().0).await);
        }
        let mut states = Vec::new();
        for client in &mut clients {
            let state = match client {
                Err(_) => "refused",
                Ok(client) => match self.clients.timeout(Duration::from_millis(500), client.receive_frame()).await {
                    Err(_) => "open",
                    Ok(_) => "closed",
                },
            };
            states.push(state);
        }
        states.join(" ")
    }

    async fn answer(&mut self, name: &str, timed: bool) -> String {
        let world = self.clients.clone();
        let Some(connection) = self.connections.get_mut(name) else { return "no connection".to_owned() };
        let Some((telling, sent)) = connection.owed.pop_front() else { return "nothing is owed".to_owned() };
        let frame = world.timeout(ANSWER_WAIT, connection.client.receive_frame()).await;
        match frame {
            Err(_) => "no answer".to_owned(),
            Ok(Err(_)) => {
                self.connections.remove(name);
                "closed".to_owned()
            }
            Ok(Ok(frame)) => {
                let told = telling(&frame, &mut self.names);
                let took = world.now().since(sent).as_millis() / 50 * 50;
                if timed { format!("{told} after {took} ms") } else { told }
            }
        }
    }

    /// Whether the node closes the connection; says so too if it answers instead.
    async fn is_closed(&mut self, name: &str) -> String {
        if let Err(e) = self.connect(name).await {
            return format!("no connection: {}", e.kind());
        }
        let world = self.clients.clone();
        let connection = self.connections.get_mut(name).expect("made above");
        match world.timeout(CLOSE_WAIT, connection.client.receive_frame()).await {
            Err(_) => "open".to_owned(),
            Ok(Ok(frame)) => format!("answered {:x?}", &frame[4..]),
            Ok(Err(_)) => {
                self.connections.remove(name);
                "closed".to_owned()
            }
        }
    }

    /// The lines of the metrics page that hold these words.
    fn metric(&self, words: &str) -> String {
        let page = self.house.node.metrics_text();
        let lines: Vec<&str> = page
            .lines()
            .filter(|line| !line.starts_with('#') && words.split('+').all(|word| line.contains(word)))
            .collect();
        if lines.is_empty() { "none".to_owned() } else { lines.join("\n") }
    }

    fn asked(&mut self, line: &Line) -> Asked {
        let names = &mut self.names;
        match line.command {
            "bytes" => Asked { frame: hex(&line.words), telling: None },
            "ask" => unknown(line),
            "produce" => super::records::produce(line, names),
            "fetch" => super::records::fetch(line, names),
            "list-offsets" => super::records::list_offsets(line),
            "epoch-end" => super::records::epoch_end(line),
            "init-producer-id" => super::records::init_producer_id(line),
            "create" => super::topics::create(line),
            "delete" => super::topics::delete(line),
            "delete-id" => super::topics::delete_id(line, names),
            "partitions" => super::topics::create_partitions(line),
            "metadata" => super::topics::metadata(line, names),
            "api-versions" => super::topics::api_versions(line),
            "alter" => super::configs::alter(line),
            "replace" => super::configs::replace(line),
            "configs" => super::configs::describe(line),
            "telemetry" => super::telemetry::ask(line, names),
            "push" => super::telemetry::push(line, names),
            "config-resources" => super::configs::list(line),
            "describe-cluster" => super::topics::describe_cluster(line),
            "set-quota" => super::quotas::set(line),
            "quotas" => super::quotas::describe(line),
            "set-scram" => super::quotas::set_scram(line),
            "scram" => super::quotas::scram(line),
            _ => super::admin::asked(line).unwrap_or_else(|| super::groups::asked(line, names)),
        }
    }
}

/// A request whose body is nothing: `ask 999 v3`, `ask Vote`. The answer's error is told if the whole has one.
fn unknown(line: &Line) -> Asked {
    let number = line.words[0].parse::<i16>().ok();
    let key = number.unwrap_or_else(|| ApiKey::all().find(|key| key.name() == line.words[0]).expect("an API") as i16);
    let mut frame = Vec::new();
    frame.extend(key.to_be_bytes());
    let version: i16 = line.words.get(1).map_or(0, |word| word[1..].parse().expect("a version"));
    frame.extend(version.to_be_bytes());
    frame.extend([0, 0, 0, 1, 0xff, 0xff]);
    if ApiKey::try_from(key).is_ok_and(|key| key.request_header_version(version) >= 2) {
        frame.push(0);
    }
    let mut whole = (frame.len() as i32).to_be_bytes().to_vec();
    whole.extend(frame);
    Asked { frame: whole.into(), telling: None }
}

fn hex(words: &[&str]) -> Bytes {
    words.iter().map(|word| u8::from_str_radix(word, 16).expect("hexadecimal bytes")).collect()
}
