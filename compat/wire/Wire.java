// What Apache Kafka's own message classes say, one fact a line, for `cargo xtask wire` to hold Kampa's against:
//
//   message  MESSAGE VERSIONS FLEXIBLE-FROM
//   fact     MESSAGE PATH TYPE VERSIONS NULLABLE TAG DEFAULT FLAGS    every field, from the definitions in the jars
//   api      KEY NAME VERSIONS UNSTABLE LISTENERS HEADERS             HEADERS: version:request/response
//   error    CODE NAME RETRIABLE
//   text     HEX HEX                                                  bytes that may not be UTF-8, and what a text makes of them
//   frame    MESSAGE VERSION HEX                                      a metadata record's value with what stands before it
//   record   MESSAGE VERSION HEX                                      a coordinator record's key or value with what stands before it
//   example  MESSAGE VERSION CASE HEX                                 default, full, nulls: the rule is in crates/schema/src/examples.rs
//   convert  MESSAGE FROM TO HEX                                      the full example of one version, written in another
//   mutant   MESSAGE VERSION SEED CONSUMED HEX                        the full example, damaged, read and written again
//
// HEX is `refused` where Kafka's code throws. Columns are separated by tabs. Arguments: how many mutants per version, and
// the seed of the first.

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.apache.kafka.metadata.MetadataRecordSerde;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.apache.kafka.server.common.serialization.BytesApiMessageSerde;

public class Wire {
    static final long MIX = 0x9E3779B97F4A7C15L;
    static final PrintStream OUT = new PrintStream(new BufferedOutputStream(System.out, 1 << 16), false, StandardCharsets.UTF_8);

    public static void main(String[] arguments) throws Exception {
        int mutants = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 16;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        Map<String, Class<?>> classes = new HashMap<>();
        Map<String, Definition> definitions = new TreeMap<>();
        for (String jar : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (new File(jar).getName().startsWith("kafka-")) scan(jar, classes, definitions);
        }
        apis();
        errors();
        texts();
        for (Definition definition : definitions.values()) {
            if (definition.versions == null) continue;
            definition.facts();
            Class<?> type = classes.getOrDefault(definition.name + "Data", classes.get(definition.name));
            if (type == null) throw new IllegalStateException("no class for " + definition.name);
            new Examples(definition, type).print(mutants, seed);
        }
        OUT.flush();
    }

    static void line(Object... columns) {
        for (int i = 0; i < columns.length; i++) {
            if (i > 0) OUT.print('\t');
            OUT.print(columns[i]);
        }
        OUT.print('\n');
    }

    static void scan(String path, Map<String, Class<?>> classes, Map<String, Definition> definitions) throws Exception {
        ObjectMapper json = new ObjectMapper().configure(JsonParser.Feature.ALLOW_COMMENTS, true);
        try (JarFile jar = new JarFile(path)) {
            for (var entry : (Iterable<java.util.jar.JarEntry>) jar.stream()::iterator) {
                String name = entry.getName();
                if (name.endsWith(".json") && (name.contains("message/") || name.contains("metadata/"))) {
                    Definition definition = new Definition(json.readTree(jar.getInputStream(entry)));
                    definitions.put(definition.name, definition);
                }
                boolean generated = name.contains("/message/") || name.contains("/generated/") || name.startsWith("org/apache/kafka/common/metadata/");
                if (generated && name.endsWith(".class") && !name.contains("$") && !name.endsWith("JsonConverter.class")) {
                    Class<?> type = Class.forName(name.substring(0, name.length() - 6).replace('/', '.'), false, Wire.class.getClassLoader());
                    if (Message.class.isAssignableFrom(type)) classes.put(type.getSimpleName(), type);
                }
            }
        }
    }

    static void apis() {
        for (ApiMessageType api : ApiMessageType.values()) {
            short from = api.lowestSupportedVersion(), to = api.highestSupportedVersion(true);
            List<String> headers = new ArrayList<>(), listeners = new ArrayList<>();
            for (short v = from; v <= to; v++) headers.add(v + ":" + api.requestHeaderVersion(v) + "/" + api.responseHeaderVersion(v));
            if (from <= to) api.listeners().forEach(listener -> listeners.add(listener.name().toLowerCase()));
            listeners.sort(Comparator.naturalOrder());
            line("api", api.apiKey(), api.name, from <= to ? from + "-" + to : "none", api.latestVersionUnstable() && from <= to, String.join(" ", listeners), String.join(" ", headers));
        }
    }

    static void errors() {
        for (Errors error : Errors.values()) {
            line("error", error.code(), error.name(), error.exception() instanceof RetriableException);
        }
    }

    // Every text of up to three of these bytes, and of four after a lead byte that wants more than one.
    static void texts() {
        int[] bytes = {0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff};
        List<byte[]> shorter = List.of(new byte[0]);
        for (int length = 1; length <= 4; length++) {
            List<byte[]> longer = new ArrayList<>();
            for (byte[] start : shorter) {
                if (length == 4 && !List.of(0xe2, 0xed, 0xf0, 0xf4).contains(start[0] & 0xff)) continue;
                for (int last : bytes) {
                    byte[] text = Arrays.copyOf(start, length);
                    text[length - 1] = (byte) last;
                    longer.add(text);
                    line("text", hex(text), hex(new String(text, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8)));
                }
            }
            shorter = longer;
        }
    }

    // A closed range of versions; null is none.
    record Range(int from, int to) {
        static Range parse(JsonNode node) {
            return node == null || node.asText().equals("none") ? null : parse(node.asText());
        }

        static Range parse(String text) {
            if (text.endsWith("+")) return new Range(Integer.parseInt(text.substring(0, text.length() - 1)), Short.MAX_VALUE);
            String[] ends = text.split("-");
            return new Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
        }

        static Range meet(Range a, Range b) {
            if (a == null || b == null) return null;
            Range both = new Range(Math.max(a.from, b.from), Math.min(a.to, b.to));
            return both.from <= both.to ? both : null;
        }

        boolean contains(int version) {
            return from <= version && version <= to;
        }

        public String toString() {
            return from + "-" + to;
        }
    }

    static boolean in(Range range, int version) {
        return range != null && range.contains(version);
    }

    static class Part {
        String name, type, element, fallback;
        boolean array, isStruct, key, ignorable, neverFlexible;
        Range versions, nullable;
        Integer tag;
        List<Part> fields;
    }

    static class Definition {
        final String name, kind;
        final Range versions, flexible;
        final List<Part> fields;
        final Map<String, JsonNode> common = new HashMap<>();

        Definition(JsonNode json) {
            name = json.get("name").asText();
            kind = json.get("type").asText();
            versions = Range.parse(json.get("validVersions"));
            flexible = Range.parse(json.get("flexibleVersions"));
            if (json.has("commonStructs")) json.get("commonStructs").forEach(one -> common.put(one.get("name").asText(), one));
            fields = versions == null ? List.of() : parts(json.get("fields"), versions);
        }

        List<Part> parts(JsonNode list, Range around) {
            List<Part> parts = new ArrayList<>();
            for (JsonNode node : list) {
                Part part = new Part();
                part.name = node.get("name").asText();
                part.type = node.get("type").asText();
                part.array = part.type.startsWith("[]");
                part.element = part.array ? part.type.substring(2) : part.type;
                part.isStruct = Character.isUpperCase(part.element.charAt(0));
                part.versions = Range.meet(Range.parse(node.get(node.has("versions") ? "versions" : "taggedVersions")), around);
                if (part.versions == null) continue;
                part.nullable = Range.meet(Range.parse(node.get("nullableVersions")), part.versions);
                part.tag = node.has("tag") ? node.get("tag").asInt() : null;
                // Only the text "null" makes a field start out null: to Kafka's generator a bare null is no default at all.
                part.fallback = node.hasNonNull("default") ? node.get("default").asText() : "";
                part.key = node.path("mapKey").asBoolean();
                part.ignorable = node.path("ignorable").asBoolean();
                part.neverFlexible = node.path("flexibleVersions").asText("").equals("none");
                JsonNode inner = node.has("fields") ? node.get("fields") : common.containsKey(part.element) ? common.get(part.element).get("fields") : null;
                if (part.isStruct) part.fields = parts(inner, part.versions);
                parts.add(part);
            }
            return parts;
        }

        void facts() {
            line("message", name, versions, flexible == null || flexible.from > versions.to ? "none" : Math.max(flexible.from, 0));
            facts("", fields);
        }

        void facts(String path, List<Part> parts) {
            for (Part part : parts) {
                String flags = (part.key ? "k" : "") + (part.ignorable ? "i" : "") + (part.neverFlexible ? "f" : "");
                String kind = part.isStruct ? "struct" : part.element;
                String fallback = part.fallback.startsWith("0x") ? Long.decode(part.fallback).toString() : part.fallback;
                if (List.of("0", "false", "").contains(fallback)) fallback = "-";
                String at = path + part.name.toLowerCase();
                line("fact", name, at, part.array ? "[" + kind + "]" : kind, part.versions, part.nullable == null ? "-" : part.nullable, part.tag == null ? "-" : part.tag, fallback, flags.isEmpty() ? "-" : flags);
                if (part.isStruct) facts(at + ".", part.fields);
            }
        }
    }

    static final BytesApiMessageSerde METADATA = new BytesApiMessageSerde() {
        public ApiMessage apiMessageFor(short key) {
            return MetadataRecordSerde.INSTANCE.apiMessageFor(key);
        }
    };
    static final BytesApiMessageSerde REMOTE = new BytesApiMessageSerde() {
        public ApiMessage apiMessageFor(short key) {
            throw new UnsupportedOperationException();
        }
    };

    // Instances of one message by the rule of the examples.
    static class Examples {
        final Definition definition;
        final Class<?> type;
        int version;
        boolean nulls;
        long leaves;

        Examples(Definition definition, Class<?> type) {
            this.definition = definition;
            this.type = type;
        }

        void print(int mutants, long firstSeed) throws Exception {
            Map<Integer, byte[]> full = new TreeMap<>();
            for (version = definition.versions.from; version <= definition.versions.to; version++) {
                line("example", definition.name, version, "default", hex(write(newInstance(type), version)));
                nulls = false;
                full.put(version, write(filled(), version));
                line("example", definition.name, version, "full", hex(full.get(version)));
                if (filled() instanceof ApiMessage record) records(record);
                nulls = true;
                line("example", definition.name, version, "nulls", hex(write(filled(), version)));
            }
            for (int from : full.keySet()) {
                for (int to : full.keySet()) {
                    if (from == to) continue;
                    Message message = newInstance(type);
                    message.read(new ByteBufferAccessor(ByteBuffer.wrap(full.get(from))), (short) from);
                    line("convert", definition.name, from, to, hex(write(message, to)));
                }
            }
            for (int v : full.keySet()) {
                for (long seed = firstSeed; seed < firstSeed + mutants; seed++) mutant(v, seed, full.get(v));
            }
        }

        void records(ApiMessage record) {
            short v = (short) version;
            boolean remote = type.getName().contains(".remote.");
            switch (definition.kind) {
                case "metadata" -> line("frame", definition.name, v, hex((remote ? REMOTE : METADATA).serialize(new ApiMessageAndVersion(record, v))));
                case "coordinator-key" -> line("record", definition.name, v, hex(MessageUtil.toCoordinatorTypePrefixedBytes(record)));
                case "coordinator-value" -> line("record", definition.name, v, hex(MessageUtil.toVersionPrefixedBytes(v, record)));
                default -> { }
            }
        }

        void mutant(int v, long seed, byte[] whole) throws Exception {
            ByteBuffer buffer = ByteBuffer.wrap(damaged(whole, seed));
            Message message = newInstance(type);
            try {
                message.read(new ByteBufferAccessor(buffer), (short) v);
            } catch (RuntimeException e) {
                line("mutant", definition.name, v, seed, "-", "refused");
                return;
            }
            line("mutant", definition.name, v, seed, buffer.position(), hex(write(message, v)));
        }

        Message filled() throws Exception {
            leaves = 0;
            Message message = newInstance(type);
            fill(message, definition.fields);
            return message;
        }

        void fill(Message target, List<Part> parts) throws Exception {
            for (Part part : parts) {
                if (!part.versions.contains(version)) continue;
                Field field = Arrays.stream(target.getClass().getDeclaredFields()).filter(f -> f.getName().equalsIgnoreCase(part.name)).findFirst().orElseThrow();
                field.setAccessible(true);
                if (nulls && in(part.nullable, version)) {
                    field.set(target, null);
                } else if (part.array) {
                    Object collection = field.getType() == List.class ? new ArrayList<Object>() : field.getType().getDeclaredConstructor().newInstance();
                    for (int i = 0; i < 2; i++) add(collection, value(part, Object.class));
                    field.set(target, collection);
                } else {
                    field.set(target, value(part, field.getType()));
                }
            }
            if (in(definition.flexible, version)) {
                for (int tag : new int[] {90, 300}) {
                    target.unknownTaggedFields().add(new RawTaggedField(tag, new byte[] {(byte) tag, (byte) leaves}));
                }
            }
        }

        @SuppressWarnings("unchecked")
        static void add(Object collection, Object element) {
            ((Collection<Object>) collection).add(element);
        }

        Object value(Part part, Class<?> wanted) throws Exception {
            if (part.isStruct) {
                Message inner = newInstance(Class.forName(type.getName() + "$" + part.element));
                fill(inner, part.fields);
                return inner;
            }
            long n = ++leaves, mixed = n * MIX;
            String fallback = part.array ? "" : part.fallback;
            switch (part.element) {
                case "bool": return !fallback.equals("true");
                case "string": return "s" + n + "-\u017e" + (n % 5 == 0 ? "x".repeat(150) : "");
                case "uuid": return new Uuid(mixed, ~mixed);
                case "float64": return (double) (mixed >>> 33) / 8.0;
                case "bytes":
                case "records":
                    byte[] bytes = new byte[n % 5 == 0 ? 700 : (int) (n % 7) + 1];
                    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (n + i);
                    if (part.element.equals("records")) return org.apache.kafka.common.record.internal.MemoryRecords.readableRecords(ByteBuffer.wrap(bytes));
                    return wanted == ByteBuffer.class ? ByteBuffer.wrap(bytes) : bytes;
                case "int8": return (byte) other(mixed >> 56, fallback);
                case "int16": return (short) other(mixed >> 48, fallback);
                case "uint16": return (int) (other(mixed >>> 48, fallback) & 0xffff);
                case "int32": return (int) other(mixed >> 32, fallback);
                case "uint32": return other(mixed >>> 32, fallback) & 0xffffffffL;
                case "int64": return other(mixed, fallback);
                default: throw new IllegalStateException(part.element);
            }
        }

        static long other(long value, String fallback) {
            return value == (fallback.isEmpty() ? 0 : Long.decode(fallback)) ? value + 1 : value;
        }

        static Message newInstance(Class<?> type) throws Exception {
            return (Message) type.getDeclaredConstructor().newInstance();
        }
    }

    static byte[] write(Message message, int version) {
        try {
            ByteBuffer buffer = MessageUtil.toByteBufferAccessor(message, (short) version).buffer();
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (RuntimeException e) {
            return null;
        }
    }

    static String hex(byte[] bytes) {
        return bytes == null ? "refused" : HexFormat.of().formatHex(bytes);
    }

    // One to three wounds: a bit turned, a byte made special, the end cut off. The same stands in crates/schema/src/examples.rs.
    static byte[] damaged(byte[] whole, long seed) {
        byte[] bytes = whole.clone();
        long[] state = {seed};
        long wounds = 1 + Long.remainderUnsigned(next(state), 3);
        for (long i = 0; i < wounds && bytes.length > 0; i++) {
            int kind = (int) Long.remainderUnsigned(next(state), 8);
            int at = (int) Long.remainderUnsigned(next(state), bytes.length);
            if (kind == 0) {
                bytes = Arrays.copyOf(bytes, at);
            } else if (kind <= 4) {
                bytes[at] ^= (byte) (1 << Long.remainderUnsigned(next(state), 8));
            } else {
                bytes[at] = new byte[] {0, 1, 2, 0x7f, (byte) 0x80, (byte) 0xff}[(int) Long.remainderUnsigned(next(state), 6)];
            }
        }
        return bytes;
    }

    static long next(long[] state) {
        state[0] += MIX;
        long z = state[0];
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
