//! Elections, moves, levels of features, and nodes that go, in words.

use std::fmt::Write;

use kampa_metadata::FeatureRange;
use kampa_protocol::messages::alter_partition_reassignments::*;
use kampa_protocol::messages::elect_leaders::*;
use kampa_protocol::messages::list_partition_reassignments::*;
use kampa_protocol::messages::update_features::*;
use kampa_protocol::records::metadata::PartitionChangeRecord;

use super::{Cluster, ids, list};
use crate::Refusal;

impl Cluster {
    /// ```text
    /// elect preferred|unclean t/0 t/1 | elect preferred all
    /// move t/0 to 2,3 [keeping the factor] | cancel t/0 | moves
    /// level group.version=0 up|down|unsafely ... | quorum at 0, then levels
    /// unregister broker 2 | unregister controller 3
    /// caught up t/0 2       the leader takes a replica into the ISR
    /// broker 2 knows group.version 0-0
    /// ```
    pub(super) fn administer(&mut self, words: &[&str]) {
        match words {
            ["elect", kind, "all"] => self.elect(kind, None),
            ["elect", kind, places @ ..] => self.elect(kind, Some(places)),
            ["move", place, "to", "-"] => self.reassign(place, Some(Vec::new()), true),
            ["move", place, "to", to, rest @ ..] => self.reassign(place, Some(ids(to)), rest.is_empty()),
            ["cancel", place] => self.reassign(place, None, true),
            ["moves"] => self.moves(),
            ["level", pairs @ .., how] => self.level(pairs, how),
            ["unregister", "broker", id] => {
                let decided = self.controller.unregister_broker(id.parse().unwrap());
                self.done(id, decided.answer);
                self.wrote(decided.records);
            }
            ["unregister", "controller", id] => {
                let decided = self.controller.unregister_controller(id.parse().unwrap());
                self.done(id, decided.answer);
                self.wrote(decided.records);
            }
            ["caught", "up", place, id] => self.caught_up(place, id.parse().unwrap()),
            ["broker", id, "knows", feature, range] => {
                let (min, max) = range.split_once('-').unwrap();
                let known =
                    FeatureRange { name: (*feature).into(), min: min.parse().unwrap(), max: max.parse().unwrap() };
                let mut broker = (**self.controller.image().brokers.get(&id.parse().unwrap()).unwrap()).clone();
                broker.features = vec![known];
                self.wrote(vec![broker.to_record().into()]);
            }
            _ => panic!("what is `{}`?", words.join(" ")),
        }
    }

    fn done(&mut self, what: &str, answer: Result<(), Refusal>) {
        let (code, message) = match answer {
            Ok(()) => (0, None),
            Err(refusal) => (refusal.code.0, refusal.message),
        };
        self.refused(what, code, &message);
    }

    fn elect(&mut self, kind: &str, places: Option<&[&str]>) {
        let topic = |place: &&str| {
            let (name, index) = place.split_once('/').unwrap();
            TopicPartitions { topic: name.into(), partitions: vec![index.parse().unwrap()], ..Default::default() }
        };
        let request = ElectLeadersRequest {
            election_type: i8::from(kind == "unclean"),
            topic_partitions: places.map(|places| places.iter().map(topic).collect()),
            timeout_ms: 1000,
            ..Default::default()
        };
        let decided = self.controller.elect_leaders(&request, 2);
        for topic in &decided.answer.replica_election_results {
            for p in &topic.partition_result {
                self.refused(&format!("{}/{}", topic.topic, p.partition_id), p.error_code, &p.error_message);
            }
        }
        self.wrote(decided.records);
    }

    fn reassign(&mut self, place: &str, replicas: Option<Vec<i32>>, factor_is_free: bool) {
        let (name, index) = place.split_once('/').unwrap();
        let partition =
            ReassignablePartition { partition_index: index.parse().unwrap(), replicas, ..Default::default() };
        let topic = ReassignableTopic { name: name.into(), partitions: vec![partition], ..Default::default() };
        let request = AlterPartitionReassignmentsRequest {
            timeout_ms: 1000,
            allow_replication_factor_change: factor_is_free,
            topics: vec![topic],
            ..Default::default()
        };
        let decided = self.controller.alter_partition_reassignments(&request);
        let answer = &decided.answer.responses[0].partitions[0];
        self.refused(place, answer.error_code, &answer.error_message);
        self.wrote(decided.records);
    }

    fn moves(&mut self) {
        let request = ListPartitionReassignmentsRequest { topics: None, ..Default::default() };
        let listed = self.controller.list_partition_reassignments(&request);
        for topic in &listed.topics {
            for p in &topic.partitions {
                let (all, adding, removing) = (list(&p.replicas), list(&p.adding_replicas), list(&p.removing_replicas));
                let index = p.partition_index;
                writeln!(self.told, "{}/{index} {all} adding {adding} removing {removing}", topic.name).unwrap();
            }
        }
    }

    fn level(&mut self, pairs: &[&str], how: &str) {
        let update = |pair: &&str| {
            let (name, level) = pair.split_once('=').unwrap();
            FeatureUpdateKey {
                feature: name.into(),
                max_version_level: level.parse().unwrap(),
                upgrade_type: ["up", "down", "unsafely"].iter().position(|known| *known == how).unwrap() as i8 + 1,
                ..Default::default()
            }
        };
        let feature_updates = pairs.iter().map(update).collect();
        let request = UpdateFeaturesRequest { feature_updates, ..Default::default() };
        let decided = self.controller.update_features(&request, 2, 1);
        let message = decided.answer.error_message.as_ref().map(|text| {
            let common = "The update failed for all features since the following feature had an error: ";
            text.strip_prefix(common).unwrap_or(text).into()
        });
        self.refused(&pairs.join(" "), decided.answer.error_code, &message);
        self.wrote(decided.records);
    }

    fn caught_up(&mut self, place: &str, id: i32) {
        let (name, index) = place.split_once('/').unwrap();
        let image = self.controller.image();
        let partition_id = index.parse().unwrap();
        let mut isr = image.topics.partition(name, partition_id).unwrap().isr.clone();
        isr.push(id);
        let topic_id = image.topics.id(name).unwrap();
        self.wrote(vec![PartitionChangeRecord { topic_id, partition_id, isr: Some(isr), ..Default::default() }.into()]);
    }
}
