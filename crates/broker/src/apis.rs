//! The door for requests: header, version, decode, one line per API key.
//!
//! What is served is said once, in [`served`]; ApiVersions lists it, and the dispatch below it obeys it.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kampa_configs::ClientTold;
use kampa_metrics::{ConnectionMetrics, Took};
use kampa_protocol::{ApiKey, ErrorCode, Reader, Request, RequestHeader, Response, Text};
use kampa_transport::{self as transport, Service};
use kampa_world::Monotonic;

use crate::answer::{Answer, Finished};
use crate::api;
use crate::broker::Broker;
use crate::quotas::Usage;
use crate::telemetry::Asker;

/// Which door a connection came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// A listener for clients; its place in the node's list of them.
    Clients { listener: usize },
    /// The controller's listener: only what concerns the metadata is answered there.
    Controller,
}

/// What a handler knows of the request beside its body.
#[derive(Clone)]
pub struct Context {
    pub version: i16,
    pub client_id: Option<Text>,
    pub peer: SocketAddr,
    pub door: Door,
    pub connection: Arc<ConnectionMetrics>,
    /// What it counts against, if there are quotas.
    pub usage: Option<Arc<Usage>>,
}

impl Context {
    /// Whoever asks about its telemetry.
    pub fn asker(&self, broker: &Broker) -> Asker {
        let (software_name, software_version) = self.connection.software().unzip();
        let told = ClientTold {
            id: self.client_id.as_ref().map(Text::to_string),
            software_name,
            software_version,
            source_address: self.peer.ip().to_canonical().to_string(),
            source_port: self.peer.port(),
            ..ClientTold::default()
        };
        Asker { told, connection: Arc::downgrade(&self.connection), now: broker.world.now() }
    }
}

/// What a connection has told of itself.
pub struct Session {
    pub peer: SocketAddr,
    pub door: Door,
    pub connection: Arc<ConnectionMetrics>,
}

/// The requests of one node, answered.
pub struct Requests {
    pub broker: Arc<Broker>,
}

/// The versions of an API that are answered, as ApiVersions lists them; `None` if it is not served yet.
pub fn served(key: ApiKey, door: Door) -> Option<RangeInclusive<i16>> {
    let is_served = match door {
        Door::Clients { .. } => matches!(
            key,
            ApiKey::Produce
                | ApiKey::Fetch
                | ApiKey::ListOffsets
                | ApiKey::Metadata
                | ApiKey::OffsetCommit
                | ApiKey::OffsetFetch
                | ApiKey::FindCoordinator
                | ApiKey::JoinGroup
                | ApiKey::Heartbeat
                | ApiKey::LeaveGroup
                | ApiKey::SyncGroup
                | ApiKey::DescribeGroups
                | ApiKey::ListGroups
                | ApiKey::ApiVersions
                | ApiKey::CreateTopics
                | ApiKey::DeleteTopics
                | ApiKey::InitProducerId
                | ApiKey::OffsetForLeaderEpoch
                | ApiKey::DescribeConfigs
                | ApiKey::AlterConfigs
                | ApiKey::IncrementalAlterConfigs
                | ApiKey::CreatePartitions
                | ApiKey::DeleteGroups
                | ApiKey::DescribeClientQuotas
                | ApiKey::AlterClientQuotas
                | ApiKey::DescribeUserScramCredentials
                | ApiKey::AlterUserScramCredentials
                | ApiKey::DescribeCluster
                | ApiKey::DescribeTopicPartitions
                | ApiKey::DeleteRecords
                | ApiKey::OffsetDelete
                | ApiKey::DescribeLogDirs
                | ApiKey::AlterReplicaLogDirs
                | ApiKey::DescribeProducers
                | ApiKey::ElectLeaders
                | ApiKey::AlterPartitionReassignments
                | ApiKey::ListPartitionReassignments
                | ApiKey::DescribeAcls
                | ApiKey::CreateAcls
                | ApiKey::DeleteAcls
                | ApiKey::CreateDelegationToken
                | ApiKey::RenewDelegationToken
                | ApiKey::ExpireDelegationToken
                | ApiKey::DescribeDelegationToken
                | ApiKey::DescribeQuorum
                | ApiKey::UpdateFeatures
                | ApiKey::UnregisterBroker
                | ApiKey::UnregisterController
                | ApiKey::AddRaftVoter
                | ApiKey::RemoveRaftVoter
                | ApiKey::ListConfigResources
                | ApiKey::GetTelemetrySubscriptions
                | ApiKey::PushTelemetry
        ),
        Door::Controller => matches!(
            key,
            ApiKey::ApiVersions
                | ApiKey::CreateTopics
                | ApiKey::DeleteTopics
                | ApiKey::DescribeConfigs
                | ApiKey::AlterConfigs
                | ApiKey::IncrementalAlterConfigs
                | ApiKey::CreatePartitions
                | ApiKey::AlterClientQuotas
                | ApiKey::AlterUserScramCredentials
                | ApiKey::DescribeCluster
                | ApiKey::ElectLeaders
                | ApiKey::AlterPartitionReassignments
                | ApiKey::ListPartitionReassignments
                | ApiKey::DescribeAcls
                | ApiKey::CreateAcls
                | ApiKey::DeleteAcls
                | ApiKey::CreateDelegationToken
                | ApiKey::RenewDelegationToken
                | ApiKey::ExpireDelegationToken
                | ApiKey::DescribeDelegationToken
                | ApiKey::DescribeQuorum
                | ApiKey::UpdateFeatures
                | ApiKey::UnregisterBroker
                | ApiKey::UnregisterController
                | ApiKey::AddRaftVoter
                | ApiKey::RemoveRaftVoter
        ),
    };
    let versions = key.versions().filter(|_| is_served)?;
    // librdkafka before 2.11.1 tests for old versions of Produce and otherwise switches compression off (KAFKA-18659).
    // They are listed and refused, as Kafka does.
    Some(if key == ApiKey::Produce { 0..=*versions.end() } else { versions })
}

impl Service for Requests {
    type Session = Session;

    fn overlaps(&self, frame: &[u8]) -> bool {
        frame.first_chunk() == Some(&(ApiKey::Produce as i16).to_be_bytes())
    }

    fn call(&self, session: &mut Session, frame: Bytes) -> transport::Answer {
        let request_bytes = frame.len();
        let mut reader = Reader::new(&frame);
        let header = match RequestHeader::decode(&mut reader) {
            Ok(header) => header,
            Err(e) => return refuse(session, &format!("request header: {e}")),
        };
        let Ok(key) = ApiKey::try_from(header.api_key) else {
            return refuse(session, &format!("there is no API key {}", header.api_key));
        };
        let call = Call { broker: &self.broker, session, header, reader, key, request_bytes };
        if key == ApiKey::ApiVersions {
            return call.api_versions();
        }
        match (served(key, call.session.door), key.versions()) {
            // The versions that are listed for librdkafka's sake alone are not answered.
            (Some(_), Some(valid)) if valid.contains(&call.header.api_version) => call.dispatch(),
            (None, Some(valid)) if valid.contains(&call.header.api_version) => call.not_served(),
            _ => refuse(call.session, &format!("{} v{} is not spoken here", key.name(), call.header.api_version)),
        }
    }
}

/// One request on its way to its handler.
struct Call<'a> {
    broker: &'a Arc<Broker>,
    session: &'a mut Session,
    header: RequestHeader,
    reader: Reader<'a>,
    key: ApiKey,
    request_bytes: usize,
}

impl Call<'_> {
    fn dispatch(self) -> transport::Answer {
        match self.key {
            ApiKey::Produce => self.run(api::produce::handle),
            ApiKey::Fetch => self.run(api::fetch::handle),
            ApiKey::ListOffsets => self.run(api::list_offsets::handle),
            ApiKey::Metadata => self.run(api::metadata::handle),
            ApiKey::OffsetCommit => self.run(api::offset_commit::handle),
            ApiKey::OffsetFetch => self.run(api::offset_fetch::handle),
            ApiKey::FindCoordinator => self.run(api::find_coordinator::handle),
            ApiKey::JoinGroup => self.run(api::join_group::handle),
            ApiKey::Heartbeat => self.run(api::heartbeat::handle),
            ApiKey::LeaveGroup => self.run(api::leave_group::handle),
            ApiKey::SyncGroup => self.run(api::sync_group::handle),
            ApiKey::DescribeGroups => self.run(api::describe_groups::handle),
            ApiKey::ListGroups => self.run(api::list_groups::handle),
            ApiKey::CreateTopics => self.run(api::create_topics::handle),
            ApiKey::DeleteTopics => self.run(api::delete_topics::handle),
            ApiKey::InitProducerId => self.run(api::init_producer_id::handle),
            ApiKey::OffsetForLeaderEpoch => self.run(api::offset_for_leader_epoch::handle),
            ApiKey::DescribeConfigs => self.run(api::describe_configs::handle),
            ApiKey::AlterConfigs => self.run(api::alter_configs::handle),
            ApiKey::IncrementalAlterConfigs => self.run(api::incremental_alter_configs::handle),
            ApiKey::GetTelemetrySubscriptions => self.run(api::get_telemetry_subscriptions::handle),
            ApiKey::PushTelemetry => self.run(api::push_telemetry::handle),
            ApiKey::ListConfigResources => self.run(api::list_config_resources::handle),
            ApiKey::CreatePartitions => self.run(api::create_partitions::handle),
            ApiKey::DeleteGroups => self.run(api::delete_groups::handle),
            ApiKey::DescribeClientQuotas => self.run(api::describe_client_quotas::handle),
            ApiKey::AlterClientQuotas => self.run(api::alter_client_quotas::handle),
            ApiKey::DescribeUserScramCredentials => self.run(api::describe_user_scram_credentials::handle),
            ApiKey::AlterUserScramCredentials => self.run(api::alter_user_scram_credentials::handle),
            ApiKey::DescribeCluster => self.run(api::describe_cluster::handle),
            ApiKey::DescribeTopicPartitions => self.run(api::describe_topic_partitions::handle),
            ApiKey::DeleteRecords => self.run(api::delete_records::handle),
            ApiKey::OffsetDelete => self.run(api::offset_delete::handle),
            ApiKey::DescribeLogDirs => self.run(api::describe_log_dirs::handle),
            ApiKey::AlterReplicaLogDirs => self.run(api::alter_replica_log_dirs::handle),
            ApiKey::DescribeProducers => self.run(api::describe_producers::handle),
            ApiKey::ElectLeaders => self.run(api::elect_leaders::handle),
            ApiKey::AlterPartitionReassignments => self.run(api::alter_partition_reassignments::handle),
            ApiKey::ListPartitionReassignments => self.run(api::list_partition_reassignments::handle),
            ApiKey::DescribeAcls => self.run(api::describe_acls::handle),
            ApiKey::CreateAcls => self.run(api::create_acls::handle),
            ApiKey::DeleteAcls => self.run(api::delete_acls::handle),
            ApiKey::CreateDelegationToken => self.run(api::create_delegation_token::handle),
            ApiKey::RenewDelegationToken => self.run(api::renew_delegation_token::handle),
            ApiKey::ExpireDelegationToken => self.run(api::expire_delegation_token::handle),
            ApiKey::DescribeDelegationToken => self.run(api::describe_delegation_token::handle),
            ApiKey::DescribeQuorum => self.run(api::describe_quorum::handle),
            ApiKey::UpdateFeatures => self.run(api::update_features::handle),
            ApiKey::UnregisterBroker => self.run(api::unregister_broker::handle),
            ApiKey::UnregisterController => self.run(api::unregister_controller::handle),
            ApiKey::AddRaftVoter => self.run(api::add_raft_voter::handle),
            ApiKey::RemoveRaftVoter => self.run(api::remove_raft_voter::handle),
            _ => self.not_served(),
        }
    }

    /// ApiVersions answers every version: one it does not know with an error in the shape of version 0 (KIP-511).
    fn api_versions(mut self) -> transport::Answer {
        let known = ApiKey::ApiVersions.versions().is_some_and(|v| v.contains(&self.header.api_version));
        if known {
            return self.run(api::api_versions::handle);
        }
        self.header.api_version = 0;
        let response = api::api_versions::unsupported_version();
        let observe = self.observer();
        Answer::Now(response).into_frames(self.header, observe)
    }

    fn not_served(self) -> transport::Answer {
        let observe = self.observer();
        api::not_served::answer(self.key, self.header, self.reader, observe)
    }

    fn run<Q: Request>(mut self, handle: Handler<Q>) -> transport::Answer
    where
        Q::Response: Send + 'static,
    {
        let version = self.header.api_version;
        let request = match Q::decode(&mut self.reader, version) {
            Ok(request) => request,
            Err(e) => return refuse(self.session, &format!("{} v{version}: {e}", self.key.name())),
        };
        let mut observe = self.observer();
        let context = Context {
            version,
            client_id: self.header.client_id.clone(),
            peer: self.session.peer,
            door: self.session.door,
            connection: self.session.connection.clone(),
            usage: observe.usage.clone(),
        };
        let answer = handle(self.broker, request, &context);
        observe.handled(&answer);
        answer.into_frames(self.header, observe)
    }

    fn observer(&self) -> Observer {
        self.session.connection.received(self.request_bytes);
        Observer {
            broker: self.broker.clone(),
            connection: self.session.connection.clone(),
            key: self.key,
            version: self.header.api_version,
            request_bytes: self.request_bytes,
            began: self.broker.world.now(),
            local: None,
            usage: self.broker.quotas.usage(self.header.client_id.as_ref(), self.request_bytes),
            throttle: Duration::ZERO,
        }
    }
}

/// Sees how a request ends.
pub struct Observer {
    broker: Arc<Broker>,
    connection: Arc<ConnectionMetrics>,
    key: ApiKey,
    version: i16,
    request_bytes: usize,
    began: Monotonic,
    /// How long it was worked on before it began to wait; `None` if it never waited.
    local: Option<Duration>,
    /// What it counts against, if there are quotas.
    pub usage: Option<Arc<Usage>>,
    /// For how long its connection is muted.
    throttle: Duration,
}

impl Observer {
    /// The handler has returned: what is not answered now waits.
    fn handled<R>(&mut self, answer: &Answer<R>) {
        if matches!(answer, Answer::Later(_)) {
            self.local = Some(self.broker.world.now().since(self.began));
            if let Some(usage) = &self.usage {
                usage.pause();
            }
        }
    }

    /// Charges the client for a request that is answered, and says for how long its connection is muted.
    pub fn throttle(&mut self, response: &mut impl Response) -> Duration {
        let said = response.throttle_time_ms().map_or(0, |said| *said);
        let said = Duration::from_millis(u64::try_from(said).unwrap_or(0));
        let charged = match (&self.usage, self.key) {
            // A Fetch is charged before it is known what its answer holds.
            (None, _) | (_, ApiKey::Fetch) => Duration::ZERO,
            (Some(usage), ApiKey::Produce) => usage.produced().max(usage.worked()),
            (Some(usage), _) => usage.worked(),
        };
        self.throttle = said.max(charged);
        if let Some(said) = response.throttle_time_ms() {
            *said = i32::try_from(self.throttle.as_millis()).unwrap_or(i32::MAX);
        }
        self.throttle
    }

    /// Charges the client for a Produce that wants no answer: its bytes, not the time.
    pub fn throttle_silently(&mut self) -> Duration {
        self.throttle = self.usage.as_ref().map_or(Duration::ZERO, |usage| usage.produced());
        self.throttle
    }

    /// The answer is known, or there will be none.
    pub fn finished(self, finished: Finished) {
        let total = self.broker.world.now().since(self.began);
        let (metrics, key) = (&self.broker.metrics, self.key as i16);
        let mut response_bytes = 0;
        if let Finished::Answered { bytes, errors } = finished {
            response_bytes = bytes;
            self.connection.sent(bytes);
            metrics.errors(key, ErrorCode::NONE.0, errors.none);
            errors.others.iter().for_each(|(code, count)| metrics.errors(key, *code, *count));
        }
        let took = Took { total, local: self.local.unwrap_or(total), throttle: self.throttle };
        metrics.request(key, self.version, self.request_bytes, response_bytes, took);
    }
}

/// The one signature of a handler.
type Handler<Q> = fn(&Arc<Broker>, Q, &Context) -> Answer<<Q as Request>::Response>;

/// Closes a connection that does not speak Kafka's protocol, or not a version of it that is answered.
fn refuse(session: &Session, why: &str) -> transport::Answer {
    tracing::info!(peer = %session.peer, "connection closed: {why}");
    transport::Answer::Close
}
