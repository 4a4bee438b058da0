// Kafka's console tools against one node: java Tools HOST:PORT RUN
//
// Topics and groups carry the run's name. What administers is in ToolsAdministration.

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

public final class Tools {
    static String bootstrap;
    static String run;

    public static void main(String[] arguments) throws Exception {
        bootstrap = arguments[0];
        run = arguments[1];
        Observe.client("Apache Kafka's console tools " + Observe.kafkaVersion());
        topics();
        records();
        groups();
        verifiable();
        performance();
        ToolsAdministration.administering();
        Observe.step("topics: delete", () -> tool("topics", "--delete", "--topic", name("words")));
        Observe.until("the end of the topic", () -> !tool("topics", "--list").toString().contains(name("words")));
        Observe.step("topics: delete again", () -> tool("topics", "--delete", "--topic", name("words")));
        Observe.step("topics: list what is left", () -> mine(tool("topics", "--list")));
        // Tools leave threads behind.
        Runtime.getRuntime().halt(0);
    }

    static String name(String what) {
        return what + "-" + run;
    }

    static Map<String, Object> tool(String tool, String... arguments) throws Exception {
        return toolReading("", tool, arguments);
    }

    static Map<String, Object> toolReading(String input, String tool, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        // These want it after their command.
        all.addAll(List.of("cluster", "features", "metadata-quorum").contains(tool) && !arguments[0].startsWith("--") ? 1 : 0, List.of("--bootstrap-server", bootstrap));
        return Tool.run(input, tool, all);
    }

    /** Of a list of names only this run's. */
    static Object mine(Object said) {
        return keeping(said, line -> line.contains(run));
    }

    /** What was said, and of its output only these lines. */
    static Object keeping(Object said, Predicate<String> wanted) {
        @SuppressWarnings("unchecked")
        Map<String, Object> answer = new TreeMap<>((Map<String, Object>) said);
        answer.computeIfPresent("output", (key, lines) -> ((List<?>) lines).stream().filter(line -> wanted.test(line.toString())).toList());
        return answer;
    }

    private static void topics() {
        Observe.step("cluster: its id", () -> tool("cluster", "cluster-id"));
        Observe.step("cluster: its endpoints", () -> tool("cluster", "list-endpoints"));
        Observe.step("topics: create with 3 partitions", () -> tool("topics", "--create", "--topic", name("words"), "--partitions", "3", "--replication-factor", "1"));
        Observe.step("topics: create again", () -> tool("topics", "--create", "--topic", name("words")));
        Observe.step("topics: create if it does not exist", () -> tool("topics", "--create", "--if-not-exists", "--topic", name("words")));
        Observe.step("topics: create with settings", () -> tool("topics", "--create", "--topic", name("settings"), "--config", "cleanup.policy=compact", "--config", "retention.ms=86400000"));
        Observe.step("topics: create with an assignment", () -> tool("topics", "--create", "--topic", name("assigned"), "--replica-assignment", "1,1"));
        // Apache Kafka's controller has answered before its broker tells clients of a topic.
        Observe.step("topics: until all are there", () -> {
            Observe.until("the topics", () -> tool("topics", "--list").toString().contains(name("assigned")));
            return "there";
        });
        Observe.step("topics: refuse an illegal name", () -> tool("topics", "--create", "--topic", "not/a/name"));
        Observe.step("topics: refuse an impossible setting", () -> tool("topics", "--create", "--topic", name("odd"), "--config", "cleanup.policy=burn"));
        Observe.step("topics: refuse two replicas of one broker", () -> tool("topics", "--create", "--topic", name("two"), "--replication-factor", "2"));
        Observe.step("topics: list", () -> mine(tool("topics", "--list")));
        Observe.step("topics: describe", () -> tool("topics", "--describe", "--topic", name("words")));
        Observe.step("topics: describe one with settings", () -> tool("topics", "--describe", "--topic", name("settings")));
        Observe.step("topics: describe those with settings", () -> mine(tool("topics", "--describe", "--topics-with-overrides", "--exclude-internal")));
        Observe.step("topics: describe what is under-replicated", () -> mine(tool("topics", "--describe", "--under-replicated-partitions")));
        Observe.step("topics: describe an unknown one", () -> tool("topics", "--describe", "--topic", name("unknown")));
        Observe.step("topics: describe one that may be missing", () -> tool("topics", "--describe", "--if-exists", "--topic", name("unknown")));
        Observe.step("topics: describe what is unavailable, under or at its minimum", () -> List.of(mine(tool("topics", "--describe", "--unavailable-partitions")),
            mine(tool("topics", "--describe", "--under-min-isr-partitions")), mine(tool("topics", "--describe", "--at-min-isr-partitions"))));
        Observe.step("topics: list by a pattern", () -> tool("topics", "--list", "--topic", "(words|assigned)-" + run));
        Observe.step("topics: refuse to describe and list at once", () -> tool("topics", "--describe", "--list").get("exit"));
        Observe.step("topics: more partitions", () -> tool("topics", "--alter", "--topic", name("assigned"), "--partitions", "4"));
        Observe.step("topics: refuse fewer partitions", () -> tool("topics", "--alter", "--topic", name("assigned"), "--partitions", "1"));
    }

    private static void records() {
        Observe.step("console-producer: keys and values", () -> toolReading("k1:one\nk2:two\nk3:three\nk4:four\n", "console-producer", "--topic", name("words"),
            "--reader-property", "parse.key=true", "--reader-property", "key.separator=:"));
        Observe.step("console-producer: headers, null", () -> toolReading("h:1\tk5\tfive\nh:2\tk6\tNULL\n", "console-producer", "--topic", name("words"), "--reader-property", "parse.headers=true",
            "--reader-property", "parse.key=true", "--reader-property", "null.marker=NULL", "--compression-codec", "zstd"));
        Observe.step("console-producer: acks 0, gzip, one by one", () -> toolReading("six\nseven\n", "console-producer", "--topic", name("settings") + "-plain", "--request-required-acks", "0",
            "--compression-codec", "gzip", "--sync"));
        String[] everything = {"print.key=true", "print.partition=true", "print.offset=true", "print.headers=true"};
        List<String> asked = new ArrayList<>(List.of("--topic", name("words"), "--from-beginning", "--max-messages", "6", "--group", name("console"), "--timeout-ms", "20000"));
        for (String property : everything) asked.addAll(List.of("--formatter-property", property));
        Observe.step("console-consumer: all from the beginning", () -> tool("console-consumer", asked.toArray(String[]::new)));
        Observe.step("console-consumer: nothing more for the group", () -> tool("console-consumer", "--topic", name("words"), "--group", name("console"), "--timeout-ms", "2000"));
        Observe.step("console-consumer: one partition from an offset", () -> tool("console-consumer", "--topic", name("settings") + "-plain", "--partition", "0", "--offset", "1", "--max-messages", "1", "--timeout-ms", "20000"));
        Observe.step("console-consumer: committed only", () -> tool("console-consumer", "--topic", name("words"), "--from-beginning", "--isolation-level", "read_committed", "--max-messages", "6", "--timeout-ms", "20000"));
        Observe.step("get-offsets: latest", () -> tool("get-offsets", "--topic", name("words")));
        Observe.step("get-offsets: of the greatest time", () -> tool("get-offsets", "--topic", name("words"), "--time", "max-timestamp"));
        Observe.step("get-offsets: of a time", () -> tool("get-offsets", "--topic", name("words"), "--time", "1"));
        Observe.step("get-offsets: of two partitions", () -> tool("get-offsets", "--topic-partitions", name("words") + ":0-2"));
        Observe.step("get-offsets: of an unknown topic", () -> tool("get-offsets", "--topic", name("unknown")));
        Observe.step("get-offsets: earliest", () -> tool("get-offsets", "--topic", name("words"), "--time", "earliest"));
    }

    private static void groups() {
        Observe.step("consumer-groups: list", () -> mine(tool("consumer-groups", "--list")));
        Observe.step("consumer-groups: list with state", () -> mine(tool("consumer-groups", "--list", "--state")));
        Observe.step("groups: list", () -> mine(tool("groups", "--list")));
        Observe.step("consumer-groups: describe", () -> tool("consumer-groups", "--describe", "--group", name("console")));
        Observe.step("consumer-groups: describe its state", () -> tool("consumer-groups", "--describe", "--state", "--group", name("console")));
        Observe.step("consumer-groups: describe an unknown one", () -> tool("consumer-groups", "--describe", "--group", name("unknown")));
        Observe.step("consumer-groups: reset to the earliest, tried", () -> tool("consumer-groups", "--reset-offsets", "--to-earliest", "--dry-run", "--group", name("console"), "--topic", name("words")));
        Observe.step("consumer-groups: reset by one, done", () -> tool("consumer-groups", "--reset-offsets", "--shift-by", "-1", "--execute", "--group", name("console"), "--topic", name("words")));
        Observe.step("consumer-groups: reset to a time, done", () -> tool("consumer-groups", "--reset-offsets", "--to-datetime", "2020-01-01T00:00:00.000", "--execute", "--group", name("console"), "--topic", name("words")));
        Observe.step("consumer-groups: describe the members of a busy one", () -> {
            Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "group.id", name("console"), "client.id", "member", "enable.auto.commit", false);
            try (var member = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
                member.subscribe(List.of(name("words")));
                Observe.until("three partitions", () -> {
                    member.poll(Duration.ofMillis(50));
                    return member.assignment().size() == 3;
                });
                return List.of(tool("consumer-groups", "--describe", "--members", "--verbose", "--group", name("console")),
                    tool("consumer-groups", "--describe", "--offsets", "--group", name("console")),
                    tool("consumer-groups", "--reset-offsets", "--to-latest", "--execute", "--group", name("console"), "--topic", name("words")),
                    tool("consumer-groups", "--delete-offsets", "--group", name("console"), "--topic", name("words")),
                    tool("consumer-groups", "--delete", "--group", name("console")));
            }
        });
        Observe.step("consumer-groups: reset to offsets, to latest, by duration, tried", () -> List.of(
            tool("consumer-groups", "--reset-offsets", "--to-offset", "1", "--dry-run", "--group", name("console"), "--topic", name("words") + ":0"),
            tool("consumer-groups", "--reset-offsets", "--to-latest", "--dry-run", "--group", name("console"), "--all-topics"),
            tool("consumer-groups", "--reset-offsets", "--to-current", "--dry-run", "--group", name("console"), "--all-topics"),
            tool("consumer-groups", "--reset-offsets", "--by-duration", "PT1S", "--dry-run", "--group", name("console"), "--topic", name("words"))));
        Observe.step("consumer-groups: reset, export", () -> tool("consumer-groups", "--reset-offsets", "--to-earliest", "--export", "--dry-run", "--group", name("console"), "--topic", name("words")));
        Observe.step("consumer-groups: delete offsets of a topic", () -> tool("consumer-groups", "--delete-offsets", "--group", name("console"), "--topic", name("words")));
        Observe.step("consumer-groups: delete offsets of an unknown topic", () -> tool("consumer-groups", "--delete-offsets", "--group", name("console"), "--topic", name("unknown")));
        Observe.step("consumer-groups: delete", () -> tool("consumer-groups", "--delete", "--group", name("console")));
        Observe.step("consumer-groups: delete again", () -> tool("consumer-groups", "--delete", "--group", name("console")));
    }

    private static void verifiable() {
        Observe.step("verifiable-producer: a thousand records", () -> {
            Map<String, Object> said = Tool.runAlone("verifiable-producer", List.of("--bootstrap-server", bootstrap, "--topic", name("verified"), "--max-messages", "1000"));
            @SuppressWarnings("unchecked")
            List<String> lines = (List<String>) said.getOrDefault("output", List.of());
            long acknowledged = lines.stream().filter(line -> line.contains("\"producer_send_success\"")).map(line -> line.replaceAll(".*\"value\":\"(\\d+)\".*", "$1")).distinct().count();
            long failed = lines.stream().filter(line -> line.contains("\"producer_send_error\"")).count();
            return Observe.fields("exit", said.get("exit"), "acknowledged", acknowledged, "failed", failed, "exceptions", said.get("exceptions"));
        });
        Observe.step("verifiable-consumer: all of them", () -> {
            Map<String, Object> said = Tool.runAlone("verifiable-consumer", List.of(
                "--bootstrap-server", bootstrap, "--topic", name("verified"), "--group-id", name("verifier"), "--max-messages", "1000", "--reset-policy", "earliest"));
            @SuppressWarnings("unchecked")
            List<String> lines = (List<String>) said.getOrDefault("output", List.of());
            TreeSet<String> events = new TreeSet<>();
            Matcher names = Pattern.compile("\"name\":\"(\\w+)\"").matcher(String.join("\n", lines));
            while (names.find()) events.add(names.group(1));
            int records = lines.stream().filter(line -> line.contains("\"records_consumed\"")).mapToInt(line -> Integer.parseInt(line.replaceAll(".*\"count\":(\\d+).*", "$1"))).sum();
            long uncommitted = lines.stream().filter(line -> line.contains("\"offsets_committed\"") && !line.contains("\"success\":true")).count();
            return Observe.fields("exit", said.get("exit"), "events", events, "records", records, "not committed", uncommitted, "exceptions", said.get("exceptions"));
        });
        Observe.step("consumer-groups: what the verifier committed", () -> tool("consumer-groups", "--describe", "--group", name("verifier")));
    }

    private static void performance() {
        // What they measure differs with every run; that they come to their end does not.
        Observe.step("producer-perf-test: a thousand records", () -> Tool.run("", "producer-perf-test", List.of("--topic", name("perf"), "--num-records", "1000", "--record-size", "100", "--throughput", "-1",
            "--bootstrap-server", bootstrap, "--command-property", "acks=all")).get("exit"));
        Observe.step("consumer-perf-test: all of them", () -> Tool.run("", "consumer-perf-test", List.of("--topic", name("perf"), "--num-records", "1000", "--bootstrap-server", bootstrap, "--group", name("perf"), "--timeout", "20000")).get("exit"));
        Observe.step("e2e-latency: ten records", () -> Tool.run("", "e2e-latency", List.of("--bootstrap-server", bootstrap, "--topic", name("perf"), "--num-records", "10", "--producer-acks", "1", "--record-size", "20")).get("exit"));
    }

    private Tools() {}
}
