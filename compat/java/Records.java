// The script's part on records: producing, codecs, reading, offsets.

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

final class Records {
    static KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", Script.bootstrap, "client.id", "compat", "max.request.size", 4_000_000, "max.block.ms", 20000));
        settings.putAll(more);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    static KafkaConsumer<String, String> consumer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", Script.bootstrap, "client.id", "compat", "auto.offset.reset", "earliest", "fetch.max.wait.ms", 100,
            "session.timeout.ms", 10000, "heartbeat.interval.ms", 300, "default.api.timeout.ms", 15000));
        settings.putAll(more);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    static ProducerRecord<String, String> record(String topic, Integer partition, String key, String value) {
        return new ProducerRecord<>(Script.name(topic), partition, Script.START, key, value);
    }

    /** Sends with a producer of its own and says what was answered for each record. */
    static List<Object> send(String topic, Map<String, Object> settings, List<ProducerRecord<String, String>> records) {
        try (var producer = producer(settings)) {
            return send(producer, records);
        }
    }

    static List<Object> send(KafkaProducer<String, String> producer, List<ProducerRecord<String, String>> records) {
        List<Future<RecordMetadata>> futures = records.stream().map(producer::send).toList();
        producer.flush();
        List<Object> said = new ArrayList<>();
        for (Future<RecordMetadata> future : futures) {
            try {
                RecordMetadata sent = future.get();
                said.add(sent.partition() + "/" + (sent.hasOffset() ? sent.offset() : "?") + (Math.abs(sent.timestamp() - Script.START) < 3_000_000 ? " at " + (sent.timestamp() - Script.START) : " now"));
            } catch (Exception error) {
                said.add(Observe.errorName(error));
            }
        }
        return said;
    }

    static List<String> ends(String topic, int partitions) {
        List<TopicPartition> asked = IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(Script.name(topic), p)).toList();
        try (var consumer = consumer(Map.of())) {
            Map<TopicPartition, Long> low = consumer.beginningOffsets(asked), high = consumer.endOffsets(asked);
            return asked.stream().map(p -> p.partition() + ": " + low.get(p) + ".." + high.get(p)).toList();
        }
    }

    static void producing() {
        for (String acks : List.of("0", "1", "all")) {
            Observe.step("produce: acks " + acks, () -> {
                Object said = send("three", Map.of("acks", acks, "enable.idempotence", false), IntStream.range(0, 3).mapToObj(p -> record("three", p, "k" + p, "acks " + acks)).toList());
                // acks 0 says nothing of when it is written.
                if (acks.equals("0")) Observe.settled(List.of("0: 0..1", "1: 0..1", "2: 0..1"), () -> ends("three", 3));
                return said;
            });
        }
        Observe.step("produce: where the ends are", () -> ends("three", 3));
        Observe.step("produce: by key", () -> {
            send("three", Map.of(), IntStream.range(0, 30).mapToObj(i -> new ProducerRecord<>(Script.name("three"), null, Script.START + i, "key " + i, "value " + i)).toList());
            return ends("three", 3);
        });
        Observe.step("produce: null key, null value, empty value, headers", () -> {
            var headers = record("three", 0, "headers", "x");
            headers.headers().add(new RecordHeader("one", new byte[] {'1'})).add("two", new byte[] {'2'}).add("two", "again".getBytes()).add("null", null).add("empty", new byte[0]);
            return send("three", Map.of(), List.of(record("three", 0, null, "no key"), record("three", 0, "no value", null), record("three", 0, "", ""), headers));
        });
        Observe.step("produce: just under the limit", () -> send("three", Map.of(), List.of(record("three", 1, null, "x".repeat(1048588 - 80)))));
        Observe.step("produce: refuse one above the limit", () -> send("three", Map.of(), List.of(record("three", 1, null, "x".repeat(1048588)))));
        Observe.step("produce: a batch above the topic's limit is split", () -> send("settings", Map.of("linger.ms", 200),
            IntStream.range(0, 8).mapToObj(i -> record("settings", 0, "k" + i, "x".repeat(1000))).toList()).size());
        Observe.step("produce: refuse a record without key on a compacted topic", () -> send("settings", Map.of("enable.idempotence", false), List.of(record("settings", 0, null, "no key"))));
        Observe.step("produce: one of three has no key on a compacted topic", () -> send("settings", Map.of("linger.ms", 200, "enable.idempotence", false),
            List.of(record("settings", 0, "k", "v"), record("settings", 0, null, "v"), record("settings", 0, "k", "w"))));
        Observe.step("produce: to a partition that is not there", () -> Observe.refusal(() -> send("three", Map.of("max.block.ms", 1000), List.of(record("three", 9, "k", "v")))));
        Script.create(Script.topic(Script.name("stamped"), 1, "message.timestamp.type", "LogAppendTime"), Script.topic(Script.name("strict"), 1, "message.timestamp.before.max.ms", "60000"),
            Script.topic(Script.name("insync"), 1, "min.insync.replicas", "2"));
        Observe.step("produce: the broker stamps the time", () -> send("stamped", Map.of(), List.of(record("stamped", 0, "k", "v"))));
        Observe.step("produce: refuse a time too far back", () -> send("strict", Map.of("enable.idempotence", false), List.of(record("strict", 0, "k", "v"))));
        Observe.step("produce: more replicas in sync wanted than there are", () -> send("insync", Map.of(), List.of(record("insync", 0, "k", "v"))));
        Observe.step("produce: idempotent", () -> {
            List<Object> answers = send("assigned", Map.of("enable.idempotence", true, "batch.size", 100), IntStream.range(0, 500).mapToObj(i -> record("assigned", 0, "k", "i" + i)).toList());
            return List.of(answers.get(0), answers.get(250), answers.get(499), ends("assigned", 4));
        });
        Observe.step("produce: who knows the partitions", () -> {
            try (var producer = producer(Map.of())) {
                return producer.partitionsFor(Script.name("three")).stream().map(p -> p.partition() + " " + p.leader().id() + " " + p.replicas().length + " " + p.inSyncReplicas().length + " " + p.offlineReplicas().length).sorted().toList();
            }
        });
    }

    static void codecs() {
        Script.create(Script.topic(Script.name("codecs"), 1));
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            Observe.step("codecs: produce with " + codec, () -> send("codecs", Map.of("compression.type", codec, "linger.ms", 200, "batch.size", 100_000),
                IntStream.range(0, 100).mapToObj(i -> new ProducerRecord<>(Script.name("codecs"), 0, Script.START + i, codec, (codec + " " + i + " ").repeat(20))).toList()).size());
        }
        for (String codec : List.of("uncompressed", "gzip", "snappy", "lz4", "zstd", "producer")) {
            Script.create(Script.topic(Script.name("to-" + codec), 1, "compression.type", codec));
            Observe.step("codecs: the broker keeps " + codec, () -> List.of(
                send("to-" + codec, Map.of("compression.type", "zstd", "linger.ms", 200), IntStream.range(0, 50).mapToObj(i -> record("to-" + codec, 0, "k", ("v" + i + " ").repeat(30))).toList()).size(),
                summary(read("to-" + codec, 1, 50, Map.of()))));
        }
        Observe.step("codecs: read them all back", () -> summary(read("codecs", 1, 500, Map.of())));
    }

    /** Reads `count` records of the first `partitions`, by assignment. */
    static List<ConsumerRecord<String, String>> read(String topic, int partitions, int count, Map<String, Object> settings) throws Exception {
        try (var consumer = consumer(settings)) {
            List<TopicPartition> asked = IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(Script.name(topic), p)).toList();
            consumer.assign(asked);
            consumer.seekToBeginning(asked);
            return take(consumer, count);
        }
    }

    static List<ConsumerRecord<String, String>> take(KafkaConsumer<String, String> consumer, int count) throws Exception {
        List<ConsumerRecord<String, String>> found = new ArrayList<>();
        Observe.until(count + " records", () -> {
            consumer.poll(Duration.ofMillis(50)).forEach(found::add);
            return found.size() >= count;
        });
        found.sort(Comparator.<ConsumerRecord<String, String>>comparingInt(ConsumerRecord::partition).thenComparingLong(ConsumerRecord::offset));
        return found;
    }

    static Object summary(List<ConsumerRecord<String, String>> found) {
        Map<String, Integer> keys = new TreeMap<>();
        found.forEach(record -> keys.merge(String.valueOf(record.key()), 1, Integer::sum));
        var last = found.get(found.size() - 1);
        return Observe.fields("count", found.size(), "keys", keys, "bytes", found.stream().mapToInt(record -> record.value().length()).sum(), "last", last.value().substring(0, 12), "offset", last.offset());
    }

    static void reading() {
        Observe.step("read: every record of three partitions", () -> read("three", 3, 44, Map.of()).stream().map(record -> {
            List<String> headers = new ArrayList<>();
            record.headers().forEach(header -> headers.add(header.key() + "=" + (header.value() == null ? null : new String(header.value()))));
            String value = record.value() != null && record.value().length() > 100 ? record.value().length() + " characters" : record.value();
            return record.partition() + "/" + record.offset() + " " + record.timestampType() + " " + (record.timestamp() - Script.START) + " epoch " + record.leaderEpoch().orElse(null) + " "
                + record.key() + "=" + value + " " + headers + " " + record.serializedKeySize() + " " + record.serializedValueSize();
        }).toList());
        Observe.step("read: in small fetches", () -> summary(read("codecs", 1, 500, Map.of("max.partition.fetch.bytes", 600, "fetch.max.bytes", 1000))));
        Observe.step("read: committed records only", () -> summary(read("codecs", 1, 500, Map.of("isolation.level", "read_committed"))));
        Observe.step("read: the time the broker stamped", () -> read("stamped", 1, 1, Map.of()).stream().map(record -> record.timestampType() + " " + (record.timestamp() - Script.START > 3_000_000)).toList());
        TopicPartition codecs = new TopicPartition(Script.name("codecs"), 0);
        Observe.step("read: seek, position, lag, pause", () -> {
            try (var consumer = consumer(Map.of("max.poll.records", 5))) {
                consumer.assign(List.of(codecs));
                consumer.seek(codecs, 490);
                var found = take(consumer, 5);
                long position = consumer.position(codecs), lag = consumer.currentLag(codecs).orElse(-1);
                consumer.pause(List.of(codecs));
                int paused = consumer.poll(Duration.ofMillis(300)).count();
                consumer.resume(List.of(codecs));
                int more = take(consumer, 5).size();
                consumer.seekToEnd(List.of(codecs));
                return List.of(found.get(0).offset(), position, lag, paused, more, consumer.position(codecs));
            }
        });
        for (String reset : List.of("earliest", "latest", "none", "by_duration:PT2H")) {
            Observe.step("read: an offset out of range, reset " + reset, () -> Observe.refusal(() -> {
                try (var consumer = consumer(Map.of("auto.offset.reset", reset))) {
                    consumer.assign(List.of(codecs));
                    consumer.seek(codecs, 99999);
                    List<Long> seen = new ArrayList<>();
                    Observe.until("the reset", () -> {
                        consumer.poll(Duration.ofMillis(50)).forEach(record -> seen.add(record.offset()));
                        return !seen.isEmpty() || reset.equals("latest") && consumer.position(codecs) != 99999;
                    });
                    return seen.isEmpty() ? consumer.position(codecs) : seen.get(0);
                }
            }));
        }
    }

    static void offsets() {
        TopicPartition codecs = new TopicPartition(Script.name("codecs"), 0);
        for (long ms : new long[] {-1000, 0, 50, 99, 100, 7_200_000}) {
            Observe.step("offsets: at the start's time and " + ms + " ms", () -> {
                try (var consumer = consumer(Map.of())) {
                    var found = consumer.offsetsForTimes(Map.of(codecs, Script.START + ms)).get(codecs);
                    return found == null ? null : List.of(found.offset(), found.timestamp() - Script.START, found.leaderEpoch());
                }
            });
        }
        Map<String, OffsetSpec> specs = new TreeMap<>(Map.of("earliest", OffsetSpec.earliest(), "latest", OffsetSpec.latest(), "of the greatest time", OffsetSpec.maxTimestamp(),
            "of a time", OffsetSpec.forTimestamp(Script.START + 12), "earliest local", OffsetSpec.earliestLocal(), "latest tiered", OffsetSpec.latestTiered()));
        specs.forEach((what, spec) -> {
            Observe.step("offsets: " + what, () -> listed("three", spec, 3));
            Observe.step("offsets: " + what + ", nothing there", () -> listed("defaults", spec, 1));
        });
        Observe.step("offsets: of an unknown topic", () -> {
            try (var consumer = consumer(Map.of("default.api.timeout.ms", 1000, "allow.auto.create.topics", false))) {
                return Observe.refusal(() -> consumer.endOffsets(Collections.singleton(new TopicPartition(Script.name("unknown"), 0))));
            }
        });
    }

    private static Object listed(String topic, OffsetSpec spec, int partitions) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int p = 0; p < partitions; p++) asked.put(new TopicPartition(Script.name(topic), p), spec);
        var answer = Script.admin.listOffsets(asked);
        Map<String, Object> said = new TreeMap<>();
        asked.keySet().forEach(p -> said.put("" + p.partition(), Observe.refusal(() -> {
            ListOffsetsResultInfo found = answer.partitionResult(p).get();
            return List.of(found.offset(), found.timestamp() < 0 ? found.timestamp() : found.timestamp() - Script.START, found.leaderEpoch());
        })));
        return said;
    }

    private Records() {}
}
