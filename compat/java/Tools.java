// Kafka's console tools against one node, each as the process that people start: java Tools HOST:PORT RUN JARS
//
// What a tool prints is compared word by word: runs of spaces are one, lines without order are sorted, and of an error
// stays its exception's name.

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public final class Tools {
    private static final Map<String, String> CLASSES = Map.of(
        "topics", "org.apache.kafka.tools.TopicCommand", "console-producer", "org.apache.kafka.tools.ConsoleProducer",
        "console-consumer", "org.apache.kafka.tools.consumer.ConsoleConsumer", "consumer-groups", "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
        "groups", "org.apache.kafka.tools.GroupsCommand", "get-offsets", "org.apache.kafka.tools.GetOffsetShell", "cluster", "org.apache.kafka.tools.ClusterTool",
        "verifiable-producer", "org.apache.kafka.tools.VerifiableProducer", "verifiable-consumer", "org.apache.kafka.tools.VerifiableConsumer");
    private static final long TIMEOUT_S = 60;

    private static String bootstrap;
    private static String run;
    private static String jars;

    public static void main(String[] arguments) {
        bootstrap = arguments[0];
        run = arguments[1];
        jars = arguments[2];
        topics();
        records();
        groups();
        verifiable();
        Observe.step("topics: delete", () -> tool("topics", "--delete", "--topic", name("words")));
        Observe.step("topics: delete again", () -> tool("topics", "--delete", "--topic", name("words")));
        Observe.step("topics: list what is left", () -> mine(tool("topics", "--list")));
    }

    private static String name(String what) {
        return what + "-" + run;
    }

    /** Runs a tool to its end, with `input` to read. */
    private static Process start(String tool, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.tools=error", "-cp", jars + "/*", CLASSES.get(tool)));
        command.addAll(tool.equals("cluster") ? List.of(arguments.get(0), "--bootstrap-server", bootstrap) : List.of("--bootstrap-server", bootstrap));
        command.addAll(tool.equals("cluster") ? arguments.subList(1, arguments.size()) : arguments);
        return new ProcessBuilder(command).start();
    }

    private static Object tool(String tool, String... arguments) throws Exception {
        return toolReading("", tool, arguments);
    }

    private static Map<String, Object> toolReading(String input, String tool, String... arguments) throws Exception {
        Process process = start(tool, List.of(arguments));
        CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
        CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(tool + " did not end: " + output.get() + errors.get());
        }
        Map<String, Object> said = Observe.fields("exit", process.exitValue());
        TreeSet<String> exceptions = new TreeSet<>();
        Matcher thrown = Pattern.compile("\\w+Exception").matcher(output.get() + errors.get());
        while (thrown.find()) if (!thrown.group().equals("ExecutionException")) exceptions.add(thrown.group());
        if (exceptions.isEmpty()) said.put("output", lines(output.get()));
        else said.put("exceptions", exceptions);
        return said;
    }

    private static String text(java.io.InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException closed) {
            return "";
        }
    }

    private static List<String> lines(String text) {
        return Arrays.stream(text.split("\n")).map(line -> line.strip().replaceAll("[ \t]+", " ")).filter(line -> !line.isEmpty()).sorted().toList();
    }

    /** Of a list of names only this run's. */
    private static Object mine(Object said) {
        @SuppressWarnings("unchecked")
        Map<String, Object> answer = new TreeMap<>((Map<String, Object>) said);
        answer.computeIfPresent("output", (key, lines) -> ((List<?>) lines).stream().filter(line -> line.toString().contains(run)).toList());
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
        Observe.step("topics: refuse an illegal name", () -> tool("topics", "--create", "--topic", "not/a/name"));
        Observe.step("topics: refuse an impossible setting", () -> tool("topics", "--create", "--topic", name("odd"), "--config", "cleanup.policy=burn"));
        Observe.step("topics: refuse two replicas of one broker", () -> tool("topics", "--create", "--topic", name("two"), "--replication-factor", "2"));
        Observe.step("topics: list", () -> mine(tool("topics", "--list")));
        Observe.step("topics: describe", () -> tool("topics", "--describe", "--topic", name("words")));
        Observe.step("topics: describe one with settings", () -> tool("topics", "--describe", "--topic", name("settings")));
        Observe.step("topics: describe those with settings", () -> mine(tool("topics", "--describe", "--topics-with-overrides", "--exclude-internal")));
        Observe.step("topics: describe what is under-replicated", () -> tool("topics", "--describe", "--under-replicated-partitions"));
        Observe.step("topics: describe an unknown one", () -> tool("topics", "--describe", "--topic", name("unknown")));
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
            Process member = start("console-consumer", List.of("--topic", name("words"), "--group", name("console")));
            try {
                for (int tries = 0; ; tries++) {
                    Object said = tool("consumer-groups", "--describe", "--members", "--verbose", "--group", name("console"));
                    if (said.toString().contains("1-2") || said.toString().contains("0,1,2") || tries == 10) {
                        return List.of(said, tool("consumer-groups", "--delete", "--group", name("console")));
                    }
                }
            } finally {
                member.destroy();
                member.waitFor(10, TimeUnit.SECONDS);
            }
        });
        Observe.step("consumer-groups: delete", () -> tool("consumer-groups", "--delete", "--group", name("console")));
        Observe.step("consumer-groups: delete again", () -> tool("consumer-groups", "--delete", "--group", name("console")));
    }

    private static void verifiable() {
        Observe.step("verifiable-producer: a thousand records", () -> {
            Map<String, Object> said = toolReading("", "verifiable-producer", "--topic", name("verified"), "--max-messages", "1000");
            @SuppressWarnings("unchecked")
            List<String> lines = (List<String>) said.getOrDefault("output", List.of());
            long acknowledged = lines.stream().filter(line -> line.contains("\"producer_send_success\"")).map(line -> line.replaceAll(".*\"value\":\"(\\d+)\".*", "$1")).distinct().count();
            long failed = lines.stream().filter(line -> line.contains("\"producer_send_error\"")).count();
            return Observe.fields("exit", said.get("exit"), "acknowledged", acknowledged, "failed", failed, "exceptions", said.get("exceptions"));
        });
        Observe.step("verifiable-consumer: all of them", () -> {
            Map<String, Object> said = toolReading("", "verifiable-consumer", "--topic", name("verified"), "--group-id", name("verifier"), "--max-messages", "1000", "--reset-policy", "earliest");
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

    private Tools() {}
}
