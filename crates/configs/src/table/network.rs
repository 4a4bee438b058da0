//! Listeners, sockets, connections and requests.

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static NETWORK: Broker;
    "listeners": List = "PLAINTEXT://:9092", NonEmptyListOf(&[]), High, PerBroker,
        "Where this node listens: a list of NAME://host:port. An empty host means every interface, localhost both loopback addresses.";
    "advertised.listeners": List = null, NonEmptyListOf(&[]), High, ReadOnly,
        "What clients and other brokers are told to connect to, if it differs from listeners.";
    "listener.security.protocol.map": Text = "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT", Anything, Low, PerBroker,
        "Which security protocol each listener name speaks, as NAME:PROTOCOL pairs.";
    "inter.broker.listener.name": Text = null, Anything, Medium, ReadOnly,
        "The listener brokers use among themselves.";
    "security.inter.broker.protocol": Text = "PLAINTEXT", OneOf(&["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]), Medium, ReadOnly,
        "Security protocol brokers use among themselves when no inter-broker listener is named.",
        refused("brokers would talk to each other unprotected");
    "num.network.threads": Int = "3", AtLeast(1), High, ClusterWide,
        "Threads that read and write sockets in Apache Kafka.", moot;
    "num.io.threads": Int = "8", AtLeast(1), High, ClusterWide,
        "Threads that handle requests in Apache Kafka.", moot;
    "background.threads": Int = "10", AtLeast(1), High, ClusterWide,
        "Threads for background work in Apache Kafka.", moot;
    "queued.max.requests": Int = "500", AtLeast(1), High, ReadOnly,
        "Requests that may wait for a handler before sockets are no longer read.", moot;
    "queued.max.request.bytes": Long = "-1", Anything, Medium, ReadOnly,
        "Bytes of requests that may wait for a handler before sockets are no longer read; -1 sets no bound.";
    "request.timeout.ms": Int = "30000", Anything, High, ReadOnly,
        "Longest wait of this node for an answer from another.";
    "socket.listen.backlog.size": Int = "50", AtLeast(1), Medium, ReadOnly,
        "Connections the operating system may hold that were not accepted yet.";
    "socket.receive.buffer.bytes": Int = "102400", Anything, High, ReadOnly,
        "Receive buffer of server sockets; -1 leaves it to the operating system.";
    "socket.send.buffer.bytes": Int = "102400", Anything, High, ReadOnly,
        "Send buffer of server sockets; -1 leaves it to the operating system.";
    "socket.request.max.bytes": Int = "104857600", AtLeast(1), High, ReadOnly,
        "Largest request read from a socket; a longer one closes the connection.";
    "socket.connection.setup.timeout.ms": Long = "10000", Anything, Medium, ReadOnly,
        "Time allowed for a connection to another node to open.";
    "socket.connection.setup.timeout.max.ms": Long = "30000", Anything, Medium, ReadOnly,
        "Longest time allowed for a connection to open after repeated failures.";
    "connections.max.idle.ms": Long = "600000", Anything, Medium, ReadOnly,
        "A connection silent for this long is closed; a negative number never closes one.";
    "connections.max.reauth.ms": Long = "0", Anything, Medium, ReadOnly,
        "Age at which a SASL session must be renewed; 0 asks for no renewal.";
    "connection.failed.authentication.delay.ms": Int = "100", AtLeast(0), Low, ReadOnly,
        "Pause before a connection that failed to authenticate is closed.";
    "max.connections": Int = "2147483647", AtLeast(0), Medium, ClusterWide,
        "Most connections this broker holds.";
    "max.connections.per.ip": Int = "2147483647", AtLeast(0), Medium, ClusterWide,
        "Most connections from one address.";
    "max.connections.per.ip.overrides": Text = "", Anything, Medium, ClusterWide,
        "Exceptions to max.connections.per.ip, as host:count pairs.";
    "max.connection.creation.rate": Int = "2147483647", AtLeast(0), Medium, ClusterWide,
        "Most new connections accepted in a second.";
    "max.request.partition.size.limit": Int = "2000", AtLeast(1), Medium, ReadOnly,
        "Most partitions in one answer to DescribeTopicPartitions.";
    "fetch.max.bytes": Int = "57671680", AtLeast(1024), Medium, ReadOnly,
        "Most bytes in one fetch answer, whatever the client asks for.";
    "max.incremental.fetch.session.cache.slots": Int = "1000", AtLeast(0), Medium, ReadOnly,
        "Fetch sessions the broker keeps.";
    "fetch.purgatory.purge.interval.requests": Int = "1000", Anything, Medium, ReadOnly,
        "Waiting fetches after which Apache Kafka sweeps its purgatory.", moot;
    "producer.purgatory.purge.interval.requests": Int = "1000", Anything, Medium, ReadOnly,
        "Waiting produces after which Apache Kafka sweeps its purgatory.", moot;
    "delete.records.purgatory.purge.interval.requests": Int = "1", Anything, Medium, ReadOnly,
        "Waiting record deletions after which Apache Kafka sweeps its purgatory.", moot;
    "share.fetch.purgatory.purge.interval.requests": Int = "1000", Anything, Medium, ReadOnly,
        "Waiting share fetches after which Apache Kafka sweeps its purgatory.", moot;
}
