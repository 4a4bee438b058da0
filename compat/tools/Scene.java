// What command lines are run against: java Scene SERVER SCENE [GROUP...]
//
//   records       topic kinds: every codec, keys and values missing or odd, headers; topic numbers: integers and longs
//   segments      topic rolled: a segment for every hour of its records, the last with several batches
//   transactions  topic txn: committed, aborted and overlapping transactions, offsets committed in one
//   commits       groups: offsets of topics three and one, one of them with metadata; topic three gets records
//   members       a group: two members that stay, one of them static, with clients of their own names
//   member        a group with the first of them alone
//   consumer      group g-new of the newer protocol, with one member that stays
//   share         share group g-share, which takes records of topic shared
//   leave         every member that stays goes
//
// Its records have times of their own, so that the same scene is the same bytes.

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public final class Scene {
    private static final long START = 1_767_225_600_000L;
    private static final long HOUR_MS = 3_600_000L;
    private static final List<Member> members = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        String server = arguments[0];
        List<String> more = List.of(arguments).subList(2, arguments.length);
        switch (arguments[1]) {
            case "records" -> records(server);
            case "segments" -> segments(server);
            case "transactions" -> transactions(server);
            case "commits" -> commits(server, more);
            case "members" -> {
                stay(server, Map.of("group.id", more.get(0), "client.id", "first", "group.instance.id", "static-1"));
                stay(server, Map.of("group.id", more.get(0), "client.id", "second"));
                settle(2);
            }
            case "member" -> {
                stay(server, Map.of("group.id", more.get(0), "client.id", "first", "group.instance.id", "static-1"));
                settle(1);
            }
            case "consumer" -> {
                stay(server, Map.of("group.id", "g-new", "client.id", "third", "group.protocol", "consumer"));
                settle(1);
            }
            case "share" -> share(server);
            case "leave" -> {
                for (Member member : members) member.leave();
                members.clear();
            }
            default -> throw new IllegalArgumentException("no scene is called " + arguments[1]);
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(String server, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", server, "linger.ms", 5000, "batch.size", 100_000));
        settings.putAll(more);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, long timestamp, String key, String value) {
        return new ProducerRecord<>(topic, 0, timestamp, bytes(key), bytes(value));
    }

    private static void records(String server) {
        long timestamp = START;
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            try (var producer = producer(server, Map.of("compression.type", codec))) {
                for (int i = 0; i < 3; i++) {
                    producer.send(record("kinds", timestamp++, "key " + i, (codec + " " + i + " ").repeat(10)));
                }
                var headers = record("kinds", timestamp++, null, "with headers");
                headers.headers().add("one", bytes("1")).add("two", null).add("größe", new byte[0]);
                producer.send(headers);
                producer.send(record("kinds", timestamp++, "tombstone", null));
                producer.flush();
                producer.send(record("kinds", timestamp++, "", ""));
            }
        }
        try (var producer = producer(server, Map.of("enable.idempotence", false))) {
            producer.send(record("kinds", timestamp++, "\"quoted\"\ttab", "line one\nline two \\ 日本 🦀"));
            producer.send(new ProducerRecord<>("kinds", 0, timestamp++, new byte[] {(byte) 0xff, 0, 'a'}, new byte[] {(byte) 0xc3, 0x28}));
            producer.flush();
            for (int i = 0; i < 3; i++) {
                byte[] key = ByteBuffer.allocate(4).putInt(i - 1).array();
                byte[] value = ByteBuffer.allocate(8).putLong(Long.MAX_VALUE - i).array();
                producer.send(new ProducerRecord<>("numbers", 0, timestamp++, key, value));
            }
        }
    }

    private static void segments(String server) {
        try (var producer = producer(server, Map.of())) {
            for (int hour = 0; hour < 4; hour++) {
                for (int batch = 0; batch < 3; batch++) {
                    for (int i = 0; i < 3; i++) {
                        producer.send(record("rolled", START + hour * HOUR_MS + batch * 3 + i, "k" + i, "x".repeat(100)));
                    }
                    producer.flush();
                }
            }
        }
    }

    private static void transactions(String server) {
        try (var one = producer(server, Map.of("transactional.id", "t-one")); var two = producer(server, Map.of("transactional.id", "t-two"));
            var consumer = new KafkaConsumer<>(consuming(server, Map.of("group.id", "g-txn")), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            one.initTransactions();
            two.initTransactions();
            one.beginTransaction();
            one.send(record("txn", START, "a", "committed"));
            one.flush();
            two.beginTransaction();
            two.send(record("txn", START + 1, "b", "aborted"));
            two.flush();
            one.send(record("txn", START + 2, "c", "committed"));
            one.sendOffsetsToTransaction(Map.of(new TopicPartition("txn", 0), new OffsetAndMetadata(1, "in a transaction")), consumer.groupMetadata());
            one.commitTransaction();
            two.abortTransaction();
            two.beginTransaction();
            two.send(record("txn", START + 3, "d", "aborted, too"));
            two.flush();
            two.abortTransaction();
            two.beginTransaction();
            two.send(record("txn", START + 4, "e", "committed at last"));
            two.commitTransaction();
        }
    }

    private static Map<String, Object> consuming(String server, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", server, "enable.auto.commit", false));
        settings.putAll(more);
        return settings;
    }

    private static void commits(String server, List<String> groups) {
        try (var producer = producer(server, Map.of())) {
            for (int i = 0; i < 36; i++) {
                producer.send(new ProducerRecord<>("three", i % 12, START + i * HOUR_MS, bytes("k" + i), bytes("v" + i)));
            }
        }
        for (String group : groups) {
            try (var consumer = new KafkaConsumer<>(consuming(server, Map.of("group.id", group)), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.commitSync(Map.of(new TopicPartition("three", 0), new OffsetAndMetadata(1), new TopicPartition("three", 1), new OffsetAndMetadata(3, "at the end"),
                    new TopicPartition("three", 7), new OffsetAndMetadata(0), new TopicPartition("one", 0), new OffsetAndMetadata(0)));
            }
        }
    }

    private static void share(String server) throws Exception {
        try (var consumer = new KafkaShareConsumer<>(Map.of("bootstrap.servers", server, "group.id", "g-share"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("shared"));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            // Nothing is to be had of a group that begins at the end, until something comes.
            while (System.nanoTime() < deadline) {
                try (var producer = producer(server, Map.of())) {
                    producer.send(record("shared", START, "key", "value"));
                }
                if (!consumer.poll(Duration.ofSeconds(1)).isEmpty()) {
                    consumer.commitSync();
                    return;
                }
            }
            throw new IllegalStateException("the share group got no record");
        }
    }

    private static void stay(String server, Map<String, Object> settings) throws Exception {
        Member member = new Member(consuming(server, settings));
        members.add(member);
        member.start();
        member.assigned.await(30, TimeUnit.SECONDS);
    }

    /** Waits until the last so many members share the partitions. */
    private static void settle(int count) throws Exception {
        List<Member> last = members.subList(members.size() - count, members.size());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (last.stream().mapToInt(member -> member.partitions).sum() != 12) {
            if (System.nanoTime() > deadline) throw new IllegalStateException("the members share nothing");
            Thread.sleep(20);
        }
    }

    private static final class Member extends Thread {
        private final Map<String, Object> settings;
        private final AtomicBoolean ended = new AtomicBoolean();
        final CountDownLatch assigned = new CountDownLatch(1);
        volatile int partitions;

        Member(Map<String, Object> settings) {
            this.settings = settings;
            setDaemon(true);
        }

        @Override
        public void run() {
            try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.subscribe(List.of("three"));
                while (!ended.get()) {
                    consumer.poll(Duration.ofMillis(100));
                    partitions = consumer.assignment().size();
                    if (partitions > 0) assigned.countDown();
                }
            }
        }

        void leave() throws InterruptedException {
            ended.set(true);
            join();
        }
    }
}
