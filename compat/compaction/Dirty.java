// What is there to be compacted: java Dirty SERVER WHAT
//
//   fill ROUND    topics with every codec, tombstones, records without keys, transactions committed and aborted, producers that wrote
//                 last long ago, append times, more keys than a small memory holds; a second round writes over the first
//   bulk BYTES    three topics of so many bytes each, of which about half is to go
//   go TOPIC      the topic may be compacted from now on

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

public final class Dirty {
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    private static final long START = System.currentTimeMillis() - 3_600_000;
    private static String server;
    private static Admin admin;

    public static void main(String[] arguments) throws Exception {
        server = arguments[0];
        admin = Admin.create(Map.of("bootstrap.servers", server, "default.api.timeout.ms", 60000, "request.timeout.ms", 20000));
        switch (arguments[1]) {
            case "fill" -> fill(Integer.parseInt(arguments[2]));
            case "bulk" -> bulk(Long.parseLong(arguments[2]));
            case "go" -> set(arguments[2], "min.cleanable.dirty.ratio", "0.01");
            default -> throw new IllegalArgumentException("nothing is called " + arguments[1]);
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static void fill(int round) throws Exception {
        var chance = new Random(round);
        for (String codec : CODECS) {
            String topic = "codec-" + codec;
            if (round == 1) create(topic, "10000", Map.of());
            try (var producer = producer(Map.of("compression.type", codec, "linger.ms", 5, "batch.size", 1500))) {
                for (int i = 0; i < 3000; i++) send(producer, topic, i, "key-" + chance.nextInt(300), value(chance, i));
            }
        }
        if (round == 1) create("append-time", "5000", Map.of("message.timestamp.type", "LogAppendTime"));
        if (round == 1) create("idle-producers", "4000", Map.of());
        if (round == 1) create("was-deleted", "5000", Map.of("cleanup.policy", "delete"));
        if (round == 1) create("transactions", "6000", Map.of());
        if (round == 1) create("many-keys", "400000", Map.of());
        try (var producer = producer(Map.of("linger.ms", 2, "batch.size", 1000))) {
            for (int i = 0; i < 1000; i++) {
                send(producer, "append-time", i, "key-" + chance.nextInt(60), value(chance, i));
                send(producer, "was-deleted", i, round == 1 && chance.nextInt(3) == 0 ? null : "key-" + chance.nextInt(60), value(chance, i));
            }
            for (int i = 0; i < 90_000; i++) send(producer, "many-keys", i, "key-" + (round == 1 ? i : chance.nextInt(90_000)), "v" + round);
        }
        if (round == 1) set("was-deleted", "cleanup.policy", "compact");
        for (int n = 0; n < 12; n++) {
            try (var producer = producer(Map.of())) {
                for (int i = 0; i < 20; i++) send(producer, "idle-producers", i, "key-" + i % 5, "of " + n + "/" + i);
            }
        }
        transactions(round, chance);
        // What was written last of all lies in the active segment, and is left alone.
        try (var producer = producer(Map.of())) {
            for (String topic : List.of("append-time", "idle-producers", "was-deleted", "transactions", "many-keys")) {
                for (int i = 0; i < 3; i++) send(producer, topic, 0, "last", "x".repeat(300));
            }
        }
    }

    private static void transactions(int round, Random chance) throws Exception {
        var producers = new ArrayList<KafkaProducer<String, String>>();
        for (int n = 0; n < 3; n++) producers.add(producer(Map.of("transactional.id", "writes-" + round + "-" + n)));
        producers.forEach(KafkaProducer::initTransactions);
        try (var plain = producer(Map.of())) {
            for (int step = 0; step < 60; step++) {
                producers.forEach(KafkaProducer::beginTransaction);
                for (int i = 0; i < 12; i++) {
                    var producer = producers.get(chance.nextInt(3));
                    producer.send(record("transactions", step, "key-" + chance.nextInt(25), value(chance, step))).get();
                    if (chance.nextInt(4) == 0) plain.send(record("transactions", step, "plain-" + chance.nextInt(9), value(chance, i))).get();
                }
                for (var producer : producers) {
                    if (chance.nextInt(3) == 0) producer.abortTransaction();
                    else producer.commitTransaction();
                }
            }
        }
        producers.forEach(KafkaProducer::close);
    }

    private static void bulk(long bytes) throws Exception {
        bulk("values-100", bytes, 100, "none");
        bulk("values-1000", bytes, 1000, "none");
        bulk("values-1000-zstd", bytes, 1000, "zstd");
    }

    private static void bulk(String topic, long bytes, int size, String codec) throws Exception {
        create(topic, String.valueOf(64 << 20), Map.of("min.cleanable.dirty.ratio", "1"));
        var chance = new Random(7);
        int count = (int) (bytes / (size + 20));
        var settings = new HashMap<String, Object>(Map.of("bootstrap.servers", server, "acks", "all", "linger.ms", 20, "batch.size", 65536, "buffer.memory", 67108864L));
        settings.put("compression.type", codec);
        // Half of the bytes can be compressed away.
        byte[] noise = new byte[1 << 20];
        chance.nextBytes(noise);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                byte[] value = new byte[size];
                System.arraycopy(noise, chance.nextInt(noise.length - size), value, 0, size / 2);
                producer.send(new ProducerRecord<>(topic, 0, START + i / 100, String.format("key-%012d", chance.nextInt(count / 2)), value));
            }
        }
        try (var producer = producer(Map.of())) {
            // The last segment is left alone: it holds little.
            set(topic, "internal.segment.bytes", "2000");
            for (int i = 0; i < 4; i++) producer.send(record(topic, 0, "last", "x".repeat(900))).get();
        }
    }

    private static String value(Random chance, int i) {
        return chance.nextInt(8) == 0 ? null : "value " + i + " " + "abcdefgh".repeat(chance.nextInt(9));
    }

    private static void create(String topic, String segmentBytes, Map<String, String> settings) throws Exception {
        var all = new HashMap<>(Map.of("cleanup.policy", "compact", "retention.ms", "-1", "min.cleanable.dirty.ratio", "0.01", "delete.retention.ms", "1000"));
        all.put("internal.segment.bytes", segmentBytes);
        all.putAll(settings);
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(all))).all().get();
        while (!admin.listTopics().names().get().contains(topic)) Thread.sleep(20);
    }

    private static void set(String topic, String key, String value) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        admin.incrementalAlterConfigs(Map.of(resource, List.of(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)))).all().get();
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> more) {
        var settings = new HashMap<String, Object>(Map.of("bootstrap.servers", server, "acks", "all", "max.block.ms", 60000));
        settings.putAll(more);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static void send(KafkaProducer<String, String> producer, String topic, long millis, String key, String value) {
        producer.send(record(topic, millis, key, value));
    }

    private static ProducerRecord<String, String> record(String topic, long millis, String key, String value) {
        var record = new ProducerRecord<>(topic, 0, START + millis, key, value);
        if (millis % 10 == 0) record.headers().add("tens", String.valueOf(millis / 10).getBytes());
        return record;
    }
}
