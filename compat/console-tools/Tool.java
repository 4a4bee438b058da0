// One of Kafka's console tools, run to its end in this JVM: starting another for each would take a second.
//
// What a tool prints is told word by word: runs of spaces are one, lines without order are sorted, and of an error stays
// its exception's name. A tool that calls exit is stopped there: its thread never goes on.

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Exit;

final class Tool {
    /** What Kafka's scripts start, without their `kafka-` and `.sh`. */
    private static final Map<String, String> CLASSES = Map.ofEntries(
        Map.entry("acls", "org.apache.kafka.tools.AclCommand"), Map.entry("broker-api-versions", "org.apache.kafka.tools.BrokerApiVersionsCommand"),
        Map.entry("client-metrics", "org.apache.kafka.tools.ClientMetricsCommand"), Map.entry("cluster", "org.apache.kafka.tools.ClusterTool"),
        Map.entry("configs", "kafka.admin.ConfigCommand"), Map.entry("console-consumer", "org.apache.kafka.tools.consumer.ConsoleConsumer"),
        Map.entry("console-producer", "org.apache.kafka.tools.ConsoleProducer"), Map.entry("consumer-groups", "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"),
        Map.entry("consumer-perf-test", "org.apache.kafka.tools.ConsumerPerformance"), Map.entry("delete-records", "org.apache.kafka.tools.DeleteRecordsCommand"),
        Map.entry("e2e-latency", "org.apache.kafka.tools.EndToEndLatency"), Map.entry("features", "org.apache.kafka.tools.FeatureCommand"),
        Map.entry("get-offsets", "org.apache.kafka.tools.GetOffsetShell"), Map.entry("groups", "org.apache.kafka.tools.GroupsCommand"),
        Map.entry("leader-election", "org.apache.kafka.tools.LeaderElectionCommand"), Map.entry("log-dirs", "org.apache.kafka.tools.LogDirsCommand"),
        Map.entry("metadata-quorum", "org.apache.kafka.tools.MetadataQuorumCommand"), Map.entry("producer-perf-test", "org.apache.kafka.tools.ProducerPerformance"),
        Map.entry("reassign-partitions", "org.apache.kafka.tools.reassign.ReassignPartitionsCommand"), Map.entry("topics", "org.apache.kafka.tools.TopicCommand"),
        Map.entry("verifiable-consumer", "org.apache.kafka.tools.VerifiableConsumer"), Map.entry("verifiable-producer", "org.apache.kafka.tools.VerifiableProducer"));
    private static final long TIMEOUT_S = 60;

    private static final PrintStream OUT = System.out;
    /** What the tool that runs wants done at its end: a producer sends what it still holds. */
    private static final List<Runnable> hooks = new CopyOnWriteArrayList<>();
    private static volatile CompletableFuture<Integer> exit = new CompletableFuture<>();

    static {
        Exit.setExitProcedure((code, message) -> ended(code));
        Exit.setHaltProcedure((code, message) -> ended(code));
        Exit.setShutdownHookAdder((name, hook) -> hooks.add(hook));
    }

    private static void ended(int code) {
        exit.complete(code);
        while (true) LockSupport.park();
    }

    /** Runs a tool, with `input` to read; tells its exit code, and its output or the exceptions that it named. */
    static Map<String, Object> run(String input, String tool, List<String> arguments) throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream(), errors = new ByteArrayOutputStream();
        CompletableFuture<Integer> mine = new CompletableFuture<>();
        exit = mine;
        hooks.clear();
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        int code;
        try {
            Thread thread = new Thread(() -> main(tool, arguments, mine), tool);
            thread.setDaemon(true);
            thread.start();
            code = mine.get(TIMEOUT_S, TimeUnit.SECONDS);
            for (Runnable hook : hooks) CompletableFuture.runAsync(hook).get(TIMEOUT_S, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException(tool + " did not end: " + output + errors);
        } finally {
            System.out.flush();
            System.setOut(OUT);
        }
        return told(code, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    }

    private static void main(String tool, List<String> arguments, CompletableFuture<Integer> ended) {
        try {
            Class.forName(CLASSES.get(tool)).getMethod("main", String[].class).invoke(null, (Object) arguments.toArray(String[]::new));
            ended.complete(0);
        } catch (InvocationTargetException thrown) {
            System.err.println(thrown.getCause());
            ended.complete(1);
        } catch (ReflectiveOperationException unknown) {
            ended.completeExceptionally(unknown);
        }
    }

    /** Runs a tool as a process: some do a part of their work when their JVM ends. */
    static Map<String, Object> runAlone(String tool, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-cp", System.getProperty("java.class.path"), CLASSES.get(tool)));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> {
            try {
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException closed) {
                return "";
            }
        });
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(tool + " did not end: " + output.get());
        }
        return told(process.exitValue(), output.get(), "");
    }

    private static Map<String, Object> told(int code, String output, String errors) {
        Map<String, Object> said = Observe.fields("exit", code);
        TreeSet<String> exceptions = new TreeSet<>();
        Matcher thrown = Pattern.compile("\\w+Exception").matcher(output + errors);
        while (thrown.find()) if (!thrown.group().matches("(Execution|Completion)Exception")) exceptions.add(thrown.group());
        if (exceptions.isEmpty()) said.put("output", lines(output));
        else said.put("exceptions", exceptions);
        return said;
    }

    private static List<String> lines(String text) {
        return Arrays.stream(text.split("\n")).map(line -> line.strip().replaceAll("[ \t]+", " ")).filter(line -> !line.isEmpty()).sorted().toList();
    }

    private Tool() {}
}
