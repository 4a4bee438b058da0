// Prints what a script saw: one JSON line per step, compared later between Kampa and Apache Kafka.
//
// A step that nobody expected to fail says "unexpected", and the runner then blames the script if Apache Kafka failed it too.

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;

final class Observe {
    static void step(String name, Callable<?> run) {
        try {
            System.out.println(json(fields("step", name, "result", run.call())));
        } catch (Throwable error) {
            StringWriter trace = new StringWriter();
            error.printStackTrace(new PrintWriter(trace));
            System.out.println(json(fields("step", name, "unexpected", errorName(error), "detail", trace.toString())));
        }
        System.out.flush();
    }

    /** Which client this is, and its version. */
    static void client(String nameAndVersion) {
        System.out.println(json(fields("client", nameAndVersion)));
    }

    /** Of the client in this JVM, as its jar says. */
    static String kafkaVersion() throws IOException {
        Properties properties = new Properties();
        try (var stream = Observe.class.getResourceAsStream("/kafka/kafka-version.properties")) {
            properties.load(stream);
        }
        return properties.getProperty("version");
    }

    /** The error's name, or what came instead of an error. */
    static Object refusal(Callable<?> run) {
        try {
            return fields("refused", false, "result", run.call());
        } catch (Exception error) {
            return fields("refused", errorName(error));
        }
    }

    static String errorName(Throwable error) {
        if ((error instanceof ExecutionException || error instanceof CompletionException) && error.getCause() != null) return errorName(error.getCause());
        if (!(error instanceof ApiException)) {
            return error.getCause() instanceof ApiException cause ? errorName(cause) : error.getClass().getSimpleName();
        }
        Errors code = Errors.forException(error);
        return code == Errors.UNKNOWN_SERVER_ERROR ? error.getClass().getSimpleName() : code.name() + " (" + code.code() + ")";
    }

    /** Asks until the answer is the wanted one, for some of them come late; returns the last answer. */
    static Object settled(Object wanted, Callable<?> ask) throws Exception {
        for (long end = System.nanoTime() + 10_000_000_000L; ; Thread.sleep(50)) {
            Object answer = ask.call();
            if (Objects.equals(json(answer), json(wanted)) || System.nanoTime() > end) return answer;
        }
    }

    /** Waits for something that the script itself sees; the condition does the polling. */
    static void until(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!condition.call()) {
            if (System.nanoTime() > end) throw new IllegalStateException("waited in vain for " + what);
        }
    }

    /** A JSON object, its keys sorted. */
    static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> map = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        return map;
    }

    static String json(Object value) {
        if (value == null) return "null";
        if (value instanceof Number || value instanceof Boolean) return value.toString();
        if (value instanceof Optional<?> maybe) return json(maybe.orElse(null));
        if (value instanceof byte[] bytes) return json(new String(bytes, StandardCharsets.UTF_8));
        StringBuilder text = new StringBuilder();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> text.append(text.isEmpty() ? "" : ",").append(json(String.valueOf(key))).append(':').append(json(inner)));
            return "{" + text + "}";
        }
        if (value instanceof Iterable<?> list) {
            list.forEach(inner -> text.append(text.isEmpty() ? "" : ",").append(json(inner)));
            return "[" + text + "]";
        }
        for (char one : value.toString().toCharArray()) {
            if (one == '"' || one == '\\') text.append('\\').append(one);
            else if (one < 32) text.append(String.format("\\u%04x", (int) one));
            else text.append(one);
        }
        return '"' + text.toString() + '"';
    }

    private Observe() {}
}
