//! What each metadata.version of Kafka 4.4 is called, and which levels of the other features came with it.

use super::thrown::Thrown;

/// The level and its name, oldest first. The last is not for production yet.
const METADATA: &[(i16, &str)] = &[
    (7, "3.3-IV3"),
    (8, "3.4-IV0"),
    (9, "3.5-IV0"),
    (10, "3.5-IV1"),
    (11, "3.5-IV2"),
    (12, "3.6-IV0"),
    (13, "3.6-IV1"),
    (14, "3.6-IV2"),
    (15, "3.7-IV0"),
    (16, "3.7-IV1"),
    (17, "3.7-IV2"),
    (18, "3.7-IV3"),
    (19, "3.7-IV4"),
    (20, "3.8-IV0"),
    (21, "3.9-IV0"),
    (22, "4.0-IV0"),
    (23, "4.0-IV1"),
    (24, "4.0-IV2"),
    (25, "4.0-IV3"),
    (26, "4.1-IV0"),
    (27, "4.1-IV1"),
    (28, "4.2-IV0"),
    (29, "4.2-IV1"),
    (30, "4.3-IV0"),
    (31, "4.4-IV0"),
    (32, "4.4-IV1"),
    (33, "4.4-IV2"),
    (34, "4.5-IV0"),
];

/// What new clusters begin with.
pub const LATEST: i16 = 33;
/// What those begin with that take what is not for production yet.
pub const LATEST_UNSTABLE: i16 = 34;

/// A feature's levels: the level, and the metadata.version from which on it is the default.
pub struct Feature {
    pub name: &'static str,
    levels: &'static [(i16, i16)],
}

/// All but metadata.version, in Kafka's order.
pub const FEATURES: [Feature; 6] = [
    Feature { name: "kraft.version", levels: &[(0, 7), (1, 21)] },
    Feature { name: "transaction.version", levels: &[(0, 7), (1, 24), (2, 24)] },
    Feature { name: "group.version", levels: &[(0, 7), (1, 22)] },
    Feature { name: "eligible.leader.replicas.version", levels: &[(0, 7), (1, 26)] },
    Feature { name: "share.version", levels: &[(0, 7), (1, 28), (2, 31)] },
    Feature { name: "streams.version", levels: &[(0, 7), (1, 29)] },
];

impl Feature {
    pub fn default_at(&self, metadata: i16) -> i16 {
        self.levels.iter().rev().find(|(_, since)| *since <= metadata).map_or(0, |(level, _)| *level)
    }

    pub fn has(&self, level: i16) -> bool {
        self.levels.iter().any(|(known, _)| *known == level)
    }

    /// The metadata.version that a level cannot do without, where there is one.
    pub fn needs(&self, level: i16) -> Option<i16> {
        (self.name == "eligible.leader.replicas.version" && level == 1).then_some(23)
    }
}

pub fn name(level: i16) -> Option<&'static str> {
    METADATA.iter().find(|(known, _)| *known == level).map(|(_, name)| *name)
}

/// What Kafka says of a level that is none.
pub fn unknown(level: i16) -> Thrown {
    let first = METADATA[0].0;
    let words = format!(
        "No MetadataVersion with feature level {level}. Valid feature levels are from {first} to {LATEST_UNSTABLE}."
    );
    Thrown::illegal(words)
}

/// The level of `4.0-IV1`, or the last for production of `4.0`, `4.0.2`; or what Kafka says of a release that it does not know.
pub fn of_release(release: &str, unstable: bool) -> Result<i16, String> {
    let key = release.split('.').take(2).collect::<Vec<&str>>().join(".");
    let may_be = |level: i16| unstable || level <= LATEST;
    let exact = METADATA.iter().find(|(_, name)| *name == key);
    let of_key =
        |(level, name): &&(i16, &str)| *level <= LATEST && name.split_once('-').is_some_and(|(of, _)| of == key);
    let found = exact.or_else(|| METADATA.iter().rev().find(of_key)).map(|(level, _)| *level);
    found.filter(|level| may_be(*level)).ok_or_else(|| {
        let known = METADATA.iter().filter(|(level, _)| may_be(*level));
        let known: Vec<&str> = known.map(|(_, name)| *name).collect();
        format!("Unknown metadata.version '{release}'. Supported metadata.version are: {}", known.join(", "))
    })
}

/// `group.version=1`.
pub fn name_and_level(given: &str) -> Result<(&str, i16), Thrown> {
    let Some((name, level)) = given.split_once('=') else {
        return Err(Thrown::runtime(format!("Can't parse feature=level string {given}: equals sign not found.")));
    };
    let (name, level) = (name.trim(), level.trim());
    let words =
        || Thrown::runtime(format!("Can't parse feature=level string {given}: unable to parse {level} as a short."));
    Ok((name, level.parse().map_err(|_| words())?))
}
