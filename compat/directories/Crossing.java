// What is put into a data directory, and what is seen of it again: java Crossing SERVER MILLIS WHAT [NAME]
//
//   fill        every codec, compaction with tombstones, transactions committed, aborted, overlapping and left open, deleted
//               records, times out of order, offsets of groups, settings, quotas: only Apache Kafka can do all of that yet
//   add NAME    what both can: records from an idempotent producer, offsets, a topic, a topic gone, a setting, records deleted
//   settle      the transaction that was left open is aborted by its producer's successor
//   show        all of it, a line for each thing, the same as long as nothing is lost or changed
//
// Records are of the time MILLIS and after: a producer whose records are a day old is forgotten by who opens its log.
// Of compacted topics the last record of every key is shown: that is what cleaning must not change, whenever it comes.

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public final class Crossing {
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    private static final String OPEN = "left-open";
    private static final int NODE = 1;
    private static String server;
    private static long start;
    private static Admin admin;

    public static void main(String[] arguments) throws Exception {
        server = arguments[0];
        start = Long.parseLong(arguments[1]);
        admin = Admin.create(Map.of("bootstrap.servers", server, "default.api.timeout.ms", 60000, "request.timeout.ms", 20000));
        switch (arguments[2]) {
            case "fill" -> fill();
            case "add" -> add(arguments[3]);
            case "settle" -> producer(Map.of("transactional.id", OPEN)).initTransactions();
            case "show" -> show();
            default -> throw new IllegalArgumentException("nothing is called " + arguments[2]);
        }
        System.out.flush();
        // Without a close, which would abort what is left open.
        Runtime.getRuntime().halt(0);
    }

    private static void fill() throws Exception {
        for (String codec : CODECS) {
            create("codec-" + codec, 2, Map.of("internal.segment.bytes", "30000", "index.interval.bytes", "1000"));
            try (var producer = producer(Map.of("compression.type", codec, "linger.ms", 20, "batch.size", 4000))) {
                for (int i = 0; i < 1200; i++) producer.send(record("codec-" + codec, i % 2, i, "key-" + i % 40, "value " + i + " " + "abcdefgh".repeat(i % 12)));
            }
        }
        create("compacted", 1, Map.of("cleanup.policy", "compact", "internal.segment.bytes", "20000", "min.cleanable.dirty.ratio", "0.01"));
        try (var producer = producer(Map.of("compression.type", "lz4", "linger.ms", 5, "batch.size", 2000))) {
            for (int i = 0; i < 4000; i++) producer.send(record("compacted", 0, i, "key-" + i % 50, i % 50 == 7 && i > 3000 ? null : "value " + i));
        }
        create("compacted-txn", 1, Map.of("cleanup.policy", "compact", "internal.segment.bytes", "8000", "min.cleanable.dirty.ratio", "0.01"));
        transactions("compacted-txn", 40, 10);
        create("transactions", 1, Map.of("internal.segment.bytes", "20000"));
        transactions("transactions", 30, 8);
        create("overlapping", 1, Map.of());
        overlap("overlapping");
        create("open", 1, Map.of());
        create("log-append", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        create("out-of-order", 1, Map.of("internal.segment.bytes", "5000", "index.interval.bytes", "200"));
        create("records-deleted", 1, Map.of("internal.segment.bytes", "5000"));
        create("synced", 2, Map.of("flush.messages", "1"));
        create("doomed-kampa", 2, Map.of());
        create("doomed-kafka", 2, Map.of());
        create("never-written", 3, Map.of("compression.type", "zstd"));
        try (var producer = producer(Map.of())) {
            producer.send(record("open", 0, 1, "before", "seen by all"));
            for (int i = 0; i < 100; i++) {
                producer.send(record("log-append", 0, i, null, "value " + i));
                producer.send(record("out-of-order", 0, i * 7919 % 1000, "key", "value " + i + "x".repeat(200)));
                producer.send(record("records-deleted", 0, i, "key", "value " + i + "x".repeat(200)));
                producer.flush();
            }
        }
        admin.deleteRecords(Map.of(new TopicPartition("records-deleted", 0), RecordsToDelete.beforeOffset(53))).all().get();
        commit("a group", "transactions", 17, "where it stood");
        commit("other", "codec-zstd", 600, "");
        var client = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, "greedy"));
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(client, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 123456.0))))).all().get();
        var open = producer(Map.of("transactional.id", OPEN, "transaction.timeout.ms", 900000));
        open.initTransactions();
        open.beginTransaction();
        for (int i = 0; i < 5; i++) open.send(record("open", 0, i, "open", "not yet " + i));
        open.flush();
        untilCleaned("compacted", 4000);
        untilCleaned("compacted-txn", 300);
    }

    private static void add(String name) throws Exception {
        for (String codec : CODECS) {
            try (var producer = producer(Map.of("compression.type", codec))) {
                for (int i = 0; i < 50; i++) producer.send(record("codec-" + codec, i % 2, 5000 + i, "key-" + i, "added by " + name + " " + i));
            }
        }
        try (var producer = producer(Map.of())) {
            for (int i = 0; i < 60; i++) {
                producer.send(record("compacted", 0, 6000 + i, "key-" + i, "added by " + name + " " + i));
                producer.send(record("log-append", 0, i, null, "added by " + name + " " + i));
                producer.send(record("open", 0, i, "after", "added by " + name + " " + i));
                producer.send(record("synced", i % 2, i, "key", "added by " + name + " " + i)).get();
            }
        }
        create("added-by-" + name, 2, Map.of("retention.ms", "-1", "internal.segment.bytes", "4000"));
        try (var producer = producer(Map.of("compression.type", "gzip"))) {
            for (int i = 0; i < 200; i++) producer.send(record("added-by-" + name, i % 2, i, "key", "added by " + name + " " + i));
        }
        move(new TopicPartition("codec-gzip", 0));
        move(new TopicPartition("transactions", 0));
        if (admin.listTopics().names().get().contains("doomed-" + name)) admin.deleteTopics(List.of("doomed-" + name)).all().get();
        commit("of " + name, "transactions", 5, name);
        commit("other", "codec-zstd", 601, name);
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, "never-written");
        admin.incrementalAlterConfigs(Map.of(resource, List.of(new AlterConfigOp(new ConfigEntry("max.message.bytes", String.valueOf(500000 + name.length())), AlterConfigOp.OpType.SET)))).all().get();
        var deleted = new TopicPartition("records-deleted", 0);
        long first = admin.listOffsets(Map.of(deleted, OffsetSpec.earliest())).partitionResult(deleted).get().offset();
        admin.deleteRecords(Map.of(deleted, RecordsToDelete.beforeOffset(first + 3))).all().get();
    }

    /** To the log directory that it does not lie in, and back the next time. */
    private static void move(TopicPartition partition) throws Exception {
        var dirs = logDirs();
        String to = dirs.keySet().stream().filter(dir -> !dirs.get(dir).replicaInfos().containsKey(partition)).findFirst().orElseThrow();
        admin.alterReplicaLogDirs(Map.of(new TopicPartitionReplica(partition.topic(), partition.partition(), NODE), to)).all().get();
        for (int attempt = 0; ; attempt++) {
            var moved = logDirs().get(to).replicaInfos().get(partition);
            if (moved != null && !moved.isFuture()) return;
            if (attempt == 300) throw new IllegalStateException(partition + " does not arrive in " + to);
            Thread.sleep(100);
        }
    }

    private static TreeMap<String, LogDirDescription> logDirs() throws Exception {
        return new TreeMap<>(admin.describeLogDirs(List.of(NODE)).allDescriptions().get().get(NODE));
    }

    /** Where replicas lie, and how many bytes they have where nothing is cleaned or deleted. */
    private static void showLogDirs() throws Exception {
        for (var dir : logDirs().entrySet()) {
            System.out.println("directory " + dir.getKey().replaceAll(".*/", "") + " " + dir.getValue().error());
            var replicas = dir.getValue().replicaInfos();
            replicas.keySet().stream().sorted(Comparator.comparing(TopicPartition::toString)).forEach(partition -> {
                boolean whole = partition.topic().startsWith("codec") || partition.topic().equals("synced");
                System.out.println("  " + partition + (replicas.get(partition).isFuture() ? " on its way" : "") + (whole ? " " + replicas.get(partition).size() + " bytes" : ""));
            });
        }
    }

    /** Rounds of a transaction each, every third aborted, with records of a plain producer in between. */
    private static void transactions(String topic, int rounds, int records) throws Exception {
        try (var plain = producer(Map.of()); var producer = producer(Map.of("transactional.id", "writes-" + topic))) {
            producer.initTransactions();
            for (int round = 0; round < rounds; round++) {
                producer.beginTransaction();
                for (int i = 0; i < records; i++) producer.send(record(topic, 0, round * 100 + i, "key-" + i, (round % 3 == 2 ? "aborted " : "committed ") + round + "/" + i));
                producer.flush();
                plain.send(record(topic, 0, round * 100 + 50, "plain-" + round % 4, "plain " + round)).get();
                if (round % 3 == 2) producer.abortTransaction();
                else producer.commitTransaction();
            }
        }
    }

    /** Two transactions, each begun before the other's end; the first to begin is aborted last. */
    private static void overlap(String topic) throws Exception {
        try (var first = producer(Map.of("transactional.id", "overlaps-1")); var second = producer(Map.of("transactional.id", "overlaps-2"))) {
            first.initTransactions();
            second.initTransactions();
            for (int round = 0; round < 6; round++) {
                first.beginTransaction();
                first.send(record(topic, 0, round, "first", "aborted " + round)).get();
                second.beginTransaction();
                second.send(record(topic, 0, round, "second", "committed " + round)).get();
                first.send(record(topic, 0, round, "first", "aborted too " + round)).get();
                second.commitTransaction();
                first.abortTransaction();
            }
        }
    }

    private static void show() throws Exception {
        var names = new TreeSet<>(admin.listTopics().names().get());
        var topics = admin.describeTopics(names).allTopicNames().get();
        for (String name : names) {
            var topic = topics.get(name);
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
            var settings = new TreeMap<String, String>();
            for (ConfigEntry entry : admin.describeConfigs(List.of(resource)).all().get().get(resource).entries()) {
                if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) settings.put(entry.name(), entry.value());
            }
            System.out.println("topic " + name + " " + topic.topicId() + " partitions " + topic.partitions().size() + " " + settings);
            for (var partition : topic.partitions()) show(new TopicPartition(name, partition.partition()), settings.getOrDefault("cleanup.policy", "").equals("compact"));
        }
        showLogDirs();
        for (String group : new TreeSet<>(List.of("a group", "other", "of kampa", "of kafka"))) {
            var offsets = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
            offsets.entrySet().stream().map(entry -> "group " + group + " " + entry.getKey() + " " + entry.getValue().offset() + " '" + entry.getValue().metadata() + "'").sorted().forEach(System.out::println);
        }
        admin.describeClientQuotas(ClientQuotaFilter.all()).entities().get().forEach((entity, quota) -> System.out.println("quota " + entity.entries() + " " + quota));
    }

    private static void show(TopicPartition partition, boolean compacted) throws Exception {
        if (partition.topic().startsWith("__")) {
            // What lies in it is shown as what it means.
            System.out.println("  " + partition);
            return;
        }
        var spans = new ArrayList<String>();
        for (var spec : List.of(OffsetSpec.earliest(), OffsetSpec.latest(), OffsetSpec.maxTimestamp(), OffsetSpec.forTimestamp(start + 300), OffsetSpec.forTimestamp(start + 999))) {
            var found = admin.listOffsets(Map.of(partition, spec)).partitionResult(partition).get();
            // Which batch cleaning leaves in front decides what a lookup by time begins with.
            if (!compacted || spans.size() == 1) spans.add(found.offset() + " at " + (found.timestamp() > start + 10_000 ? "a time" : String.valueOf(found.timestamp())));
            else spans.add("-");
        }
        System.out.println("  " + partition + " offsets " + spans);
        for (String isolation : List.of("read_uncommitted", "read_committed")) {
            if (compacted && isolation.equals("read_uncommitted")) continue;
            var records = read(partition, isolation);
            if (compacted) {
                var last = new TreeMap<String, ConsumerRecord<String, String>>();
                records.forEach(record -> last.put(record.key(), record));
                records = new ArrayList<>(last.values().stream().filter(record -> record.value() != null).toList());
            }
            System.out.println("    " + isolation + " " + records.size() + " records");
            boolean whole = partition.topic().startsWith("codec") && isolation.equals("read_committed");
            if (whole) System.out.println("      hash " + records.stream().map(Crossing::line).collect(Collectors.joining("\n")).hashCode());
            else records.forEach(record -> System.out.println("      " + line(record)));
        }
        var producers = new ArrayList<>(admin.describeProducers(List.of(partition)).partitionResult(partition).get().activeProducers());
        producers.sort(Comparator.comparingLong(ProducerState::producerId));
        for (ProducerState producer : producers) {
            System.out.println("    producer " + producer.producerId() + " epoch " + producer.producerEpoch() + " sequence " + producer.lastSequence() + " open " + producer.currentTransactionStartOffset());
        }
    }

    private static String line(ConsumerRecord<String, String> record) {
        String headers = Arrays.stream(record.headers().toArray()).map(header -> header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8)).collect(Collectors.joining(","));
        return record.offset() + " " + record.timestampType() + " " + record.timestamp() + " epoch " + record.leaderEpoch().orElse(-1) + " " + record.key() + " " + record.value() + " " + headers;
    }

    private static List<ConsumerRecord<String, String>> read(TopicPartition partition, String isolation) {
        var settings = Map.<String, Object>of("bootstrap.servers", server, "isolation.level", isolation, "auto.offset.reset", "none", "fetch.max.wait.ms", 100, "check.crcs", true);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            var records = new ArrayList<ConsumerRecord<String, String>>();
            long until = System.currentTimeMillis() + 60_000;
            while (consumer.position(partition) < end) {
                if (System.currentTimeMillis() > until) throw new IllegalStateException(partition + " stands at " + consumer.position(partition) + " and ends at " + end);
                consumer.poll(Duration.ofMillis(500)).forEach(records::add);
            }
            return records;
        }
    }

    private static void untilCleaned(String topic, int written) throws Exception {
        for (int attempt = 0; read(new TopicPartition(topic, 0), "read_committed").size() > written * 3 / 4; attempt++) {
            if (attempt == 300) throw new IllegalStateException(topic + " is not cleaned");
            Thread.sleep(200);
        }
    }

    private static void create(String topic, int partitions, Map<String, String> settings) throws Exception {
        var all = new HashMap<>(Map.of("retention.ms", "-1"));
        all.putAll(settings);
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(all))).all().get();
        while (!admin.listTopics().names().get().contains(topic)) Thread.sleep(20);
    }

    private static void commit(String group, String topic, long offset, String metadata) throws Exception {
        admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset, metadata))).all().get();
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> more) {
        var settings = new HashMap<String, Object>(Map.of("bootstrap.servers", server, "acks", "all", "max.block.ms", 60000));
        settings.putAll(more);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static ProducerRecord<String, String> record(String topic, int partition, long millis, String key, String value) {
        var record = new ProducerRecord<>(topic, partition, start + millis, key, value);
        if (millis % 10 == 0) record.headers().add("tens", String.valueOf(millis / 10).getBytes(StandardCharsets.UTF_8));
        return record;
    }
}
