//! What a node said it serves: APIs with their versions, and the cluster's features.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use kampa_protocol::messages::ApiVersionsResponse;
use kampa_protocol::{ApiKey, Request};

use crate::Error;

/// One node's answer to ApiVersions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Versions {
    /// By the key's number; keys this client does not know are kept.
    served: BTreeMap<i16, (i16, i16)>,
    /// Features the node could run, with the lowest and highest level of each.
    pub supported_features: BTreeMap<String, (i16, i16)>,
    /// Features the cluster runs, with their levels.
    pub finalized_features: BTreeMap<String, i16>,
    /// Of `finalized_features`; -1 when the node did not say.
    pub finalized_features_epoch: i64,
}

impl Versions {
    pub(crate) fn of(answer: &ApiVersionsResponse) -> Versions {
        let features = answer.supported_features.iter();
        let finalized = answer.finalized_features.iter();
        Versions {
            served: answer.api_keys.iter().map(|api| (api.api_key, (api.min_version, api.max_version))).collect(),
            supported_features: features.map(|f| (f.name.to_string(), (f.min_version, f.max_version))).collect(),
            finalized_features: finalized.map(|f| (f.name.to_string(), f.max_version_level)).collect(),
            finalized_features_epoch: answer.finalized_features_epoch,
        }
    }

    /// The versions the node serves of an API, if it serves it.
    pub fn range(&self, api: ApiKey) -> Option<RangeInclusive<i16>> {
        self.served.get(&api.into()).map(|&(lowest, highest)| lowest..=highest)
    }

    /// Everything the node serves, by the key's number: also what this client does not know.
    pub fn all(&self) -> impl Iterator<Item = (i16, RangeInclusive<i16>)> + '_ {
        self.served.iter().map(|(&key, &(lowest, highest))| (key, lowest..=highest))
    }

    /// The highest version that the node and this client both know.
    pub fn best<R: Request>(&self) -> Result<i16, Error> {
        self.best_up_to::<R>(i16::MAX)
    }

    /// The same, but no higher than `newest`.
    pub(crate) fn best_up_to<R: Request>(&self, newest: i16) -> Result<i16, Error> {
        let (api, ours) = (R::KEY, R::VERSIONS);
        let unsupported = |why| Error::Unsupported { api, why };
        let theirs = self.range(api).ok_or_else(|| unsupported("it does not serve it".to_owned()))?;
        // What is still in the making is not spoken to nodes that may know another draft of it.
        let highest = api.versions().map_or(*ours.end(), |stable| *stable.end()).min(*theirs.end()).min(newest);
        let lowest = *ours.start().max(theirs.start());
        if highest >= lowest {
            return Ok(highest);
        }
        let (ours, theirs) = (say(&ours), say(&theirs));
        Err(unsupported(format!("it serves {theirs}, and this client speaks {ours}")))
    }
}

fn say(range: &RangeInclusive<i16>) -> String {
    let (lowest, highest) = (range.start(), range.end());
    if lowest == highest { format!("version {lowest}") } else { format!("versions {lowest} to {highest}") }
}
