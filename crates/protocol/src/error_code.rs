//! The error codes that stand in answers: a number, its name, and whether a client asks again.
//!
//! On the wire and in message types they are plain `i16`: a peer may send one we have never heard of.

use std::fmt;

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(pub i16);

impl ErrorCode {
    /// As in Kafka's own listings; `None` for a number that is not in the table.
    pub fn known_name(self) -> Option<&'static str> {
        self.row().map(|row| row.1)
    }

    /// As in Kafka's own listings, and `UNKNOWN_SERVER_ERROR` for a number that is not in the table.
    pub fn name(self) -> &'static str {
        self.known_name().unwrap_or("UNKNOWN_SERVER_ERROR")
    }

    /// Whether a client does well to ask again, perhaps after looking for another broker.
    pub fn is_retriable(self) -> bool {
        self.row().is_some_and(|row| row.2)
    }

    pub fn is_err(self) -> bool {
        self != ErrorCode::NONE
    }

    /// Every code, in the order of the numbers.
    pub fn all() -> impl Iterator<Item = ErrorCode> {
        TABLE.iter().map(|row| row.0)
    }

    fn row(self) -> Option<&'static (ErrorCode, &'static str, bool)> {
        // The table has no gaps, and begins at -1.
        usize::try_from(i32::from(self.0) + 1).ok().and_then(|at| TABLE.get(at))
    }
}

impl From<ErrorCode> for i16 {
    fn from(code: ErrorCode) -> i16 {
        code.0
    }
}

impl From<i16> for ErrorCode {
    fn from(number: i16) -> ErrorCode {
        ErrorCode(number)
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known_name() {
            Some(name) => f.write_str(name),
            None => write!(f, "error {}", self.0),
        }
    }
}

macro_rules! table {
    ($($number:literal $name:ident $retriable:ident $meaning:literal;)*) => {
        impl ErrorCode {
            $(#[doc = $meaning] pub const $name: ErrorCode = ErrorCode($number);)*
        }

        static TABLE: &[(ErrorCode, &str, bool)] = &[$((ErrorCode::$name, stringify!($name), table!(@$retriable))),*];
    };
    (@retry) => { true };
    (@final) => { false };
}

// Number, name, whether to try again, what it means.
table! {
    -1 UNKNOWN_SERVER_ERROR final "The server failed in a way it has no name for.";
    0 NONE final "No error.";
    1 OFFSET_OUT_OF_RANGE final "The offset is before the log's start or beyond its end.";
    2 CORRUPT_MESSAGE retry "A batch fails its checksum or makes no sense.";
    3 UNKNOWN_TOPIC_OR_PARTITION retry "This broker has no such topic or partition.";
    4 INVALID_FETCH_SIZE final "The size asked for is not allowed.";
    5 LEADER_NOT_AVAILABLE retry "The partition has no leader just now.";
    6 NOT_LEADER_OR_FOLLOWER retry "This broker is not the one to ask about the partition.";
    7 REQUEST_TIMED_OUT retry "What was asked for did not happen in time.";
    8 BROKER_NOT_AVAILABLE final "The broker is not there.";
    9 REPLICA_NOT_AVAILABLE retry "The replica is not there, or not on this broker.";
    10 MESSAGE_TOO_LARGE final "A batch is larger than the topic allows.";
    11 STALE_CONTROLLER_EPOCH final "The controller that says so has been replaced.";
    12 OFFSET_METADATA_TOO_LARGE final "The text committed with an offset is too long.";
    13 NETWORK_EXCEPTION retry "The connection broke before the answer came.";
    14 COORDINATOR_LOAD_IN_PROGRESS retry "The coordinator is still reading its log.";
    15 COORDINATOR_NOT_AVAILABLE retry "There is no coordinator just now.";
    16 NOT_COORDINATOR retry "This broker does not coordinate that.";
    17 INVALID_TOPIC_EXCEPTION final "The topic's name is not allowed, or the topic is not one for this.";
    18 RECORD_LIST_TOO_LARGE final "The records are more than a segment may hold.";
    19 NOT_ENOUGH_REPLICAS retry "Too few replicas are in sync; nothing was written.";
    20 NOT_ENOUGH_REPLICAS_AFTER_APPEND retry "Written, yet meanwhile too few replicas are in sync.";
    21 INVALID_REQUIRED_ACKS final "Acks is none of -1, 0 and 1.";
    22 ILLEGAL_GENERATION final "The group is in another generation.";
    23 INCONSISTENT_GROUP_PROTOCOL final "The member speaks no protocol that the group could use.";
    24 INVALID_GROUP_ID final "The group's id is not allowed.";
    25 UNKNOWN_MEMBER_ID final "The group has no such member.";
    26 INVALID_SESSION_TIMEOUT final "The session timeout is outside the broker's limits.";
    27 REBALANCE_IN_PROGRESS final "The group rebalances: join again.";
    28 INVALID_COMMIT_OFFSET_SIZE final "The commit does not fit into a record of the offsets topic.";
    29 TOPIC_AUTHORIZATION_FAILED final "Not allowed on this topic.";
    30 GROUP_AUTHORIZATION_FAILED final "Not allowed on this group.";
    31 CLUSTER_AUTHORIZATION_FAILED final "Not allowed on the cluster.";
    32 INVALID_TIMESTAMP final "A record's time is too far from the broker's.";
    33 UNSUPPORTED_SASL_MECHANISM final "The listener does not offer this mechanism.";
    34 ILLEGAL_SASL_STATE final "Not at this point of authentication.";
    35 UNSUPPORTED_VERSION final "The API or its version is not served.";
    36 TOPIC_ALREADY_EXISTS final "There is a topic of this name.";
    37 INVALID_PARTITIONS final "The number of partitions is not possible.";
    38 INVALID_REPLICATION_FACTOR final "The replication factor is not possible.";
    39 INVALID_REPLICA_ASSIGNMENT final "The replicas cannot be placed like this.";
    40 INVALID_CONFIG final "A setting's value is not possible.";
    41 NOT_CONTROLLER retry "This node is not the controller.";
    42 INVALID_REQUEST final "The request contradicts itself or the protocol.";
    43 UNSUPPORTED_FOR_MESSAGE_FORMAT final "The log's format does not support that.";
    44 POLICY_VIOLATION final "The operator's policy forbids it.";
    45 OUT_OF_ORDER_SEQUENCE_NUMBER final "A producer's batch is missing before this one.";
    46 DUPLICATE_SEQUENCE_NUMBER final "A producer's batch came before, too long ago to know its offset.";
    47 INVALID_PRODUCER_EPOCH final "The producer's epoch is older than the one known.";
    48 INVALID_TXN_STATE final "The transaction is not in a state for this.";
    49 INVALID_PRODUCER_ID_MAPPING final "The transactional id has another producer id, or none.";
    50 INVALID_TRANSACTION_TIMEOUT final "The transaction timeout is beyond the broker's limit.";
    51 CONCURRENT_TRANSACTIONS retry "An earlier transaction of the producer is still ending.";
    52 TRANSACTION_COORDINATOR_FENCED final "The coordinator that says so has been replaced.";
    53 TRANSACTIONAL_ID_AUTHORIZATION_FAILED final "Not allowed on this transactional id.";
    54 SECURITY_DISABLED final "There is no authorizer here.";
    55 OPERATION_NOT_ATTEMPTED final "Left undone because something before it failed.";
    56 KAFKA_STORAGE_ERROR retry "The disk or log directory failed.";
    57 LOG_DIR_NOT_FOUND final "The broker has no such log directory.";
    58 SASL_AUTHENTICATION_FAILED final "The credentials were refused.";
    59 UNKNOWN_PRODUCER_ID final "The partition has forgotten the producer.";
    60 REASSIGNMENT_IN_PROGRESS final "The partition is being moved.";
    61 DELEGATION_TOKEN_AUTH_DISABLED final "Delegation tokens are switched off.";
    62 DELEGATION_TOKEN_NOT_FOUND final "There is no such delegation token.";
    63 DELEGATION_TOKEN_OWNER_MISMATCH final "The token belongs to somebody else.";
    64 DELEGATION_TOKEN_REQUEST_NOT_ALLOWED final "Not over this kind of connection, or not with a token.";
    65 DELEGATION_TOKEN_AUTHORIZATION_FAILED final "Not allowed on this delegation token.";
    66 DELEGATION_TOKEN_EXPIRED final "The delegation token has ended.";
    67 INVALID_PRINCIPAL_TYPE final "This kind of principal is not known here.";
    68 NON_EMPTY_GROUP final "The group still has members.";
    69 GROUP_ID_NOT_FOUND final "There is no such group.";
    70 FETCH_SESSION_ID_NOT_FOUND retry "The fetch session has been forgotten.";
    71 INVALID_FETCH_SESSION_EPOCH retry "The fetch session is at another request.";
    72 LISTENER_NOT_FOUND retry "The leader has no listener of this name.";
    73 TOPIC_DELETION_DISABLED final "Topics may not be deleted here.";
    74 FENCED_LEADER_EPOCH retry "The asker knows an older leader epoch.";
    75 UNKNOWN_LEADER_EPOCH retry "The asker knows a newer leader epoch.";
    76 UNSUPPORTED_COMPRESSION_TYPE final "The client's version cannot read this compression.";
    77 STALE_BROKER_EPOCH final "The broker has registered again since.";
    78 OFFSET_NOT_AVAILABLE retry "The new leader does not know its high watermark yet.";
    79 MEMBER_ID_REQUIRED final "Join again with the member id given here.";
    80 PREFERRED_LEADER_NOT_AVAILABLE retry "The preferred leader cannot lead.";
    81 GROUP_MAX_SIZE_REACHED final "The group is full.";
    82 FENCED_INSTANCE_ID final "Another member has taken the static name.";
    83 ELIGIBLE_LEADERS_NOT_AVAILABLE retry "No replica can lead.";
    84 ELECTION_NOT_NEEDED retry "The partition has the leader it should have.";
    85 NO_REASSIGNMENT_IN_PROGRESS final "The partition is not being moved.";
    86 GROUP_SUBSCRIBED_TO_TOPIC final "The group still reads the topic.";
    87 INVALID_RECORD final "A record is not allowed in this topic.";
    88 UNSTABLE_OFFSET_COMMIT retry "A transaction is about to change the offset.";
    89 THROTTLING_QUOTA_EXCEEDED retry "The quota is used up: ask again later.";
    90 PRODUCER_FENCED final "A newer producer has taken the transactional id.";
    91 RESOURCE_NOT_FOUND final "There is no such resource.";
    92 DUPLICATE_RESOURCE final "The resource is named twice.";
    93 UNACCEPTABLE_CREDENTIAL final "The credential is not good enough.";
    94 INCONSISTENT_VOTER_SET final "The asker knows other voters.";
    95 INVALID_UPDATE_VERSION final "Something has changed since the version given.";
    96 FEATURE_UPDATE_FAILED final "A feature could not be changed.";
    97 PRINCIPAL_DESERIALIZATION_FAILURE final "The principal in an envelope cannot be read.";
    98 SNAPSHOT_NOT_FOUND final "There is no such snapshot.";
    99 POSITION_OUT_OF_RANGE final "The position is not within the snapshot.";
    100 UNKNOWN_TOPIC_ID retry "This node knows no topic of this id.";
    101 DUPLICATE_BROKER_REGISTRATION final "A live broker has this id.";
    102 BROKER_ID_NOT_REGISTERED final "No broker of this id has registered.";
    103 INCONSISTENT_TOPIC_ID retry "The topic's id is not the one in the log.";
    104 INCONSISTENT_CLUSTER_ID final "The asker belongs to another cluster.";
    105 TRANSACTIONAL_ID_NOT_FOUND final "The coordinator knows no such transactional id.";
    106 FETCH_SESSION_TOPIC_ID_ERROR retry "Within a fetch session, topics are named in two ways.";
    107 INELIGIBLE_REPLICA final "The replica may not be in sync: fenced, or on its way out.";
    108 NEW_LEADER_ELECTED final "The leader was replaced by what it asked for.";
    109 OFFSET_MOVED_TO_TIERED_STORAGE final "The offset is no longer on local disks.";
    110 FENCED_MEMBER_EPOCH final "The coordinator knows a newer epoch of the member, or gave it up.";
    111 UNRELEASED_INSTANCE_ID final "The static name is still taken.";
    112 UNSUPPORTED_ASSIGNOR final "The group does not offer this assignor.";
    113 STALE_MEMBER_EPOCH final "The member's epoch is old: wait for the next heartbeat.";
    114 MISMATCHED_ENDPOINT_TYPE final "The wrong kind of node was asked.";
    115 UNSUPPORTED_ENDPOINT_TYPE final "This kind of endpoint is not known.";
    116 UNKNOWN_CONTROLLER_ID final "There is no such controller.";
    117 UNKNOWN_SUBSCRIPTION_ID final "The wanted metrics have changed: ask for them again.";
    118 TELEMETRY_TOO_LARGE final "The metrics are larger than allowed.";
    119 INVALID_REGISTRATION final "The controller finds the registration wrong.";
    120 TRANSACTION_ABORTABLE final "Abort the transaction and go on.";
    121 INVALID_RECORD_STATE final "The record is not lent to this member.";
    122 SHARE_SESSION_NOT_FOUND retry "The share session has been forgotten.";
    123 INVALID_SHARE_SESSION_EPOCH retry "The share session is at another request.";
    124 FENCED_STATE_EPOCH final "The share partition's state was begun anew since.";
    125 INVALID_VOTER_KEY final "The receiver is not the voter meant.";
    126 DUPLICATE_VOTER final "It is a voter already.";
    127 VOTER_NOT_FOUND final "It is no voter.";
    128 INVALID_REGULAR_EXPRESSION final "The regular expression cannot be read.";
    129 REBOOTSTRAP_REQUIRED final "Begin again with the addresses you were configured with.";
    130 STREAMS_INVALID_TOPOLOGY final "The topology makes no sense.";
    131 STREAMS_INVALID_TOPOLOGY_EPOCH final "The topology's epoch is not possible.";
    132 STREAMS_TOPOLOGY_FENCED final "The group has a newer topology.";
    133 SHARE_SESSION_LIMIT_REACHED retry "The broker keeps no more share sessions.";
    134 GROUP_DELETION_FAILED final "The group could not be deleted.";
    135 STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED final "The topology's description could not be kept.";
    136 CONTROLLER_ID_NOT_REGISTERED final "No controller of this id has registered.";
}
