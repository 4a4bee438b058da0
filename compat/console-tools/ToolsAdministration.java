// The console tools that administer: settings, records, places, features, access.
//
// Other scripts use the same node at the same time: whatever is made carries the run's name and is removed.

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

final class ToolsAdministration {
    private static final String TOPIC = Tools.name("tooled");

    static void administering() throws Exception {
        Observe.step("topics: one to administer", () -> Tools.tool("topics", "--create", "--topic", TOPIC, "--partitions", "2", "--replication-factor", "1"));
        // The same key, and so the same partition, on whichever node.
        Tools.toolReading("k:one\nk:two\nk:three\n", "console-producer", "--topic", TOPIC, "--reader-property", "parse.key=true", "--reader-property", "key.separator=:");
        configs();
        clientMetrics();
        records();
        places();
        cluster();
        acls();
    }

    private static void step(String name, String tool, String... arguments) {
        Observe.step(tool + ": " + name, () -> Tools.tool(tool, arguments));
    }

    /** Apache Kafka's controller has answered before its broker tells of a change; what Kampa has answered, it tells. */
    private static void until(boolean isThere, String said, String tool, String... arguments) throws Exception {
        if (!"kafka".equals(System.getenv("COMPAT_NODE"))) return;
        Observe.until(said, () -> Tools.tool(tool, arguments).toString().contains(said) == isThere);
    }

    private static void configs() throws Exception {
        step("a topic's: set two", "configs", "--alter", "--entity-type", "topics", "--entity-name", TOPIC, "--add-config", "retention.ms=7200000,cleanup.policy=[compact,delete]");
        until(true, "retention.ms=7200000", "configs", "--describe", "--topic", TOPIC);
        step("a topic's: described", "configs", "--describe", "--entity-type", "topics", "--entity-name", TOPIC);
        step("a topic's: described, short", "configs", "--describe", "--topic", TOPIC);
        step("a topic's: all of them", "configs", "--describe", "--all", "--topic", TOPIC);
        step("a topic's: delete one", "configs", "--alter", "--topic", TOPIC, "--delete-config", "retention.ms");
        until(false, "retention.ms=7200000", "configs", "--describe", "--topic", TOPIC);
        step("a topic's: delete what is not set", "configs", "--alter", "--topic", TOPIC, "--delete-config", "retention.ms");
        step("a topic's: what is left", "configs", "--describe", "--topic", TOPIC);
        step("refuse an unknown setting", "configs", "--alter", "--topic", TOPIC, "--add-config", "no.such.setting=1");
        step("refuse an impossible value", "configs", "--alter", "--topic", TOPIC, "--add-config", "retention.ms=soon");
        step("refuse an unknown topic", "configs", "--alter", "--topic", Tools.name("unknown"), "--add-config", "retention.ms=1");
        step("an unknown topic's", "configs", "--describe", "--topic", Tools.name("unknown"));
        step("a broker's: set", "configs", "--alter", "--broker", "1", "--add-config", "log.cleaner.io.buffer.load.factor=0.8");
        until(true, "load.factor=0.8", "configs", "--describe", "--broker", "1");
        // Another script sets one of its own meanwhile.
        Observe.step("configs: a broker's: described", () -> Tools.keeping(Tools.tool("configs", "--describe", "--broker", "1"), line -> !line.contains("log.cleaner.backoff.ms")));
        step("a broker's: delete", "configs", "--alter", "--broker", "1", "--delete-config", "log.cleaner.io.buffer.load.factor");
        step("refuse a setting that needs a restart", "configs", "--alter", "--broker", "1", "--add-config", "node.id=7");
        step("a group's: set", "configs", "--alter", "--group", Tools.name("grouped"), "--add-config", "consumer.session.timeout.ms=50000");
        until(true, "timeout.ms=50000", "configs", "--describe", "--group", Tools.name("grouped"));
        step("a group's: described", "configs", "--describe", "--group", Tools.name("grouped"));
        step("a group's: delete", "configs", "--alter", "--group", Tools.name("grouped"), "--delete-config", "consumer.session.timeout.ms");
        String user = Tools.name("user"), client = Tools.name("client");
        step("a user's quota: set", "configs", "--alter", "--user", user, "--add-config", "producer_byte_rate=1024,consumer_byte_rate=2048");
        step("a user's and a client's quota: set", "configs", "--alter", "--user", user, "--client", client, "--add-config", "request_percentage=50");
        until(true, "byte_rate", "configs", "--describe", "--user", user);
        until(true, "request_percentage", "configs", "--describe", "--user", user, "--client", client);
        step("a user's quota: described", "configs", "--describe", "--user", user);
        step("a user's and a client's quota: described", "configs", "--describe", "--user", user, "--client", client);
        step("refuse an unknown quota", "configs", "--alter", "--user", user, "--add-config", "bytes_per_fortnight=1");
        step("a user's quota: delete", "configs", "--alter", "--user", user, "--delete-config", "producer_byte_rate,consumer_byte_rate");
        step("a user's and a client's quota: delete", "configs", "--alter", "--user", user, "--client", client, "--delete-config", "request_percentage");
        step("a user's credentials: set", "configs", "--alter", "--user", user, "--add-config", "SCRAM-SHA-256=[iterations=8192,password=secret]");
        until(true, "SCRAM-SHA-256", "configs", "--describe", "--user", user);
        step("a user's credentials: described", "configs", "--describe", "--user", user);
        step("a user's credentials: delete", "configs", "--alter", "--user", user, "--delete-config", "SCRAM-SHA-256");
        until(false, "SCRAM-SHA-256", "configs", "--describe", "--user", user);
        step("a user's credentials: delete again", "configs", "--alter", "--user", user, "--delete-config", "SCRAM-SHA-256");
        step("an address's quota: set", "configs", "--alter", "--ip", "192.0.2.8", "--add-config", "connection_creation_rate=10");
        until(true, "connection_creation_rate", "configs", "--describe", "--ip", "192.0.2.8");
        step("an address's quota: described", "configs", "--describe", "--ip", "192.0.2.8");
        step("an address's quota: delete", "configs", "--alter", "--ip", "192.0.2.8", "--delete-config", "connection_creation_rate");
        Observe.step("configs: refuse nothing to do", () -> Tools.tool("configs", "--alter", "--topic", TOPIC).get("exit"));
    }

    private static void clientMetrics() throws Exception {
        String name = Tools.name("watched");
        step("set", "client-metrics", "--alter", "--name", name, "--metrics", "org.apache.kafka.producer.", "--interval", "60000", "--match", "client_id=" + name);
        until(true, "interval.ms=60000", "client-metrics", "--describe", "--name", name);
        step("described", "client-metrics", "--describe", "--name", name);
        Observe.step("client-metrics: list", () -> Tools.mine(Tools.tool("client-metrics", "--list")));
        step("refuse an impossible match", "client-metrics", "--alter", "--name", name, "--match", "planet=mars");
        step("delete", "client-metrics", "--delete", "--name", name);
    }

    /** A file of JSON that a tool reads, named after the run's folder. */
    private static String file(String name, String json) throws IOException {
        return Files.writeString(Path.of(name), json).toAbsolutePath().toString();
    }

    private static String offsets(String topic, int partition, long before) {
        return "{\"version\":1,\"partitions\":[{\"topic\":\"" + topic + "\",\"partition\":" + partition + ",\"offset\":" + before + "}]}";
    }

    private static void records() throws Exception {
        step("refuse on a compacted topic only", "delete-records", "--offset-json-file", file("compacted.json", offsets(Tools.name("settings"), 0, 0)));
        step("all of a partition", "delete-records", "--offset-json-file", file("all.json", offsets(TOPIC, 0, -1)));
        step("refuse beyond the end", "delete-records", "--offset-json-file", file("beyond.json", offsets(TOPIC, 0, 100)));
        Observe.step("get-offsets: after some were deleted", () -> Tools.tool("get-offsets", "--topic-partitions", TOPIC + ":0", "--time", "earliest").get("exit"));
    }

    private static void places() throws Exception {
        Observe.step("log-dirs: of a topic", () -> {
            Map<String, Object> said = Tools.tool("log-dirs", "--describe", "--topic-list", TOPIC);
            // Sizes are what the records' times of day make of them.
            return said.toString().replaceAll("\"size\":[1-9][0-9]*", "\"size\":some").replaceAll("\"(total|usable)Bytes\":[0-9]+", "\"$1Bytes\":some");
        });
        step("not needed", "leader-election", "--election-type", "preferred", "--topic", TOPIC, "--partition", "0");
        step("unclean, not needed", "leader-election", "--election-type", "unclean", "--topic", TOPIC, "--partition", "0");
        step("an unknown topic", "leader-election", "--election-type", "preferred", "--topic", Tools.name("unknown"), "--partition", "0");
        String plan = file("plan.json", "{\"version\":1,\"partitions\":[{\"topic\":\"" + TOPIC + "\",\"partition\":0,\"replicas\":[1]}]}");
        String nowhere = file("nowhere.json", "{\"version\":1,\"partitions\":[{\"topic\":\"" + TOPIC + "\",\"partition\":0,\"replicas\":[77]}]}");
        step("generate", "reassign-partitions", "--generate", "--broker-list", "1", "--topics-to-move-json-file", file("move.json", "{\"version\":1,\"topics\":[{\"topic\":\"" + TOPIC + "\"}]}"));
        step("execute", "reassign-partitions", "--execute", "--reassignment-json-file", plan);
        step("verify", "reassign-partitions", "--verify", "--reassignment-json-file", plan);
        step("refuse a broker that is not there", "reassign-partitions", "--execute", "--reassignment-json-file", nowhere);
        step("list", "reassign-partitions", "--list");
        step("cancel what is not going on", "reassign-partitions", "--cancel", "--reassignment-json-file", plan);
    }

    private static void cluster() {
        step("described", "features", "describe");
        step("refuse an unknown one", "features", "upgrade", "--feature", "no.such.feature=1");
        step("refuse a level too high", "features", "upgrade", "--feature", "metadata.version=9999");
        step("refuse one down that asks to go up", "features", "upgrade", "--feature", "group.version=0", "--dry-run");
        Observe.step("metadata-quorum: its status", () -> {
            // How much was written is each node's own matter.
            return Tools.tool("metadata-quorum", "describe", "--status").toString().replaceAll("(LeaderEpoch|HighWatermark|MaxFollowerLag|MaxFollowerLagTimeMs): -?[0-9]+", "$1: some");
        });
        Observe.step("metadata-quorum: its replicas", () -> {
            Object said = Tools.tool("metadata-quorum", "describe", "--replication").get("output");
            return said == null ? null : said.toString().replaceAll(" [0-9]+ 0 [0-9]+ [0-9]+ Leader", " some Leader");
        });
        Observe.step("broker-api-versions: what the tool could use", () -> {
            Map<String, Object> said = new TreeMap<>();
            if (Tools.tool("broker-api-versions").get("output") instanceof List<?> lines) {
                for (Object line : lines) {
                    String[] parts = line.toString().replaceAll(",$", "").split(": ", 2);
                    if (parts.length == 2) said.put(parts[0], parts[1]);
                }
            }
            return said;
        });
        step("unregister one that is not there", "cluster", "unregister", "--id", "77");
    }

    private static void acls() {
        step("list", "acls", "--list");
        step("add", "acls", "--add", "--allow-principal", "User:" + Tools.name("user"), "--operation", "Read", "--topic", TOPIC);
        step("remove", "acls", "--remove", "--force", "--allow-principal", "User:" + Tools.name("user"), "--operation", "Read", "--topic", TOPIC);
    }

    private ToolsAdministration() {}
}
