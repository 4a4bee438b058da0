// Kafka's own Java client against one node: java Script HOST:PORT RUN
//
// Topics and groups carry the run's name, so that a node may be used twice. What has no order is sorted, what a clock
// decides is not printed. Administration is here, records are in Records, groups in Groups.

import static java.util.stream.Collectors.toMap;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;

public final class Script {
    static String bootstrap;
    static String run;
    static Admin admin;
    /** Of the records' own timestamps: old enough to lie behind, too young to expire. */
    static final long START = System.currentTimeMillis() - 3_600_000;

    public static void main(String[] arguments) throws Exception {
        bootstrap = arguments[0];
        run = arguments[1];
        Observe.client("kafka-clients " + Observe.kafkaVersion());
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap, "client.id", "compat", "default.api.timeout.ms", 20000, "request.timeout.ms", 15000));
        topics();
        configs();
        Records.producing();
        Records.codecs();
        Records.reading();
        Records.offsets();
        Groups.committing();
        for (String assignor : List.of("Range", "RoundRobin", "Sticky", "CooperativeSticky")) Groups.rebalancing(assignor);
        Groups.staticMembers();
        Administration.administering();
        autoCreation();
        deleting();
        admin.close();
    }

    static String name(String what) {
        return what + "-" + run;
    }

    /** One line per key of an answer that has a future per key. */
    static <K> Object each(Map<K, ? extends KafkaFuture<?>> answers) {
        Map<String, Object> said = new TreeMap<>();
        answers.forEach((key, future) -> {
            Object outcome = ((Map<?, ?>) Observe.refusal(future::get)).get("refused");
            said.put(String.valueOf(key), Boolean.FALSE.equals(outcome) ? "done" : outcome);
        });
        return said;
    }

    static Object create(NewTopic... topics) {
        Map<String, KafkaFuture<Void>> answers = admin.createTopics(List.of(topics)).values();
        Object said = each(answers);
        answers.forEach((topic, answer) -> {
            if (!answer.isCompletedExceptionally()) untilKnown(topic);
        });
        return said;
    }

    /** Until the node tells clients of a new topic. */
    private static void untilKnown(String topic) {
        try {
            Observe.settled(true, () -> {
                var found = (Map<?, ?>) Observe.refusal(() -> admin.describeTopics(List.of(topic)).allTopicNames().get());
                return Boolean.FALSE.equals(found.get("refused"));
            });
        } catch (Exception error) {
            throw new IllegalStateException("describe " + topic, error);
        }
    }

    static NewTopic topic(String name, int partitions, String... configs) {
        Map<String, String> pairs = new TreeMap<>();
        for (int i = 0; i < configs.length; i += 2) pairs.put(configs[i], configs[i + 1]);
        return new NewTopic(name, partitions, (short) 1).configs(pairs);
    }

    static boolean exists(String topic) throws Exception {
        return admin.listTopics().names().get().contains(name(topic));
    }

    static void topics() {
        Observe.step("cluster", () -> {
            var found = admin.describeCluster();
            return Observe.fields("cluster", found.clusterId().get(), "controller", found.controller().get().id(), "operations", found.authorizedOperations().get(),
                "nodes", found.nodes().get().stream().map(node -> node.id() + " " + node.host() + ":" + node.port() + " " + node.rack() + " " + node.isFenced()).toList());
        });
        Observe.step("topics: create with 3 partitions", () -> {
            var answer = admin.createTopics(List.of(topic(name("three"), 3)));
            answer.all().get();
            untilKnown(name("three"));
            return List.of(answer.numPartitions(name("three")).get(), answer.replicationFactor(name("three")).get(), described(answer.config(name("three")).get()));
        });
        Observe.step("topics: create again", () -> create(topic(name("three"), 3)));
        Observe.step("topics: create with settings", () -> create(topic(name("settings"), 1, "cleanup.policy", "compact,delete", "retention.ms", "86400000", "max.message.bytes", "5000")));
        Observe.step("topics: create with the node's defaults", () -> create(new NewTopic(name("defaults"), java.util.Optional.empty(), java.util.Optional.empty())));
        Observe.step("topics: create with an assignment", () -> create(new NewTopic(name("assigned"), Map.of(0, List.of(1), 1, List.of(1)))));
        Map<String, NewTopic> refused = new TreeMap<>(Map.of(
            "an illegal name", topic("not/a/name", 1), "an empty name", topic("", 1), "a name of 250 characters", topic("x".repeat(250), 1),
            "an internal topic's name", topic("__consumer_offsets", 1), "no partitions", topic(name("none"), 0), "10001 partitions", topic(name("many"), 10001),
            "two replicas of one broker", new NewTopic(name("two"), 1, (short) 2), "an unknown setting", topic(name("odd"), 1, "no.such.setting", "1"),
            "an impossible setting", topic(name("odd"), 1, "retention.bytes", "lots"), "a replica on no broker", new NewTopic(name("odd"), Map.of(0, List.of(77)))));
        refused.putAll(Map.of(
            "minimum over maximum lag", topic(name("odd"), 1, "min.compaction.lag.ms", "10", "max.compaction.lag.ms", "5"),
            "local retention over retention", topic(name("odd"), 1, "remote.storage.enable", "true", "local.retention.ms", "10", "retention.ms", "5"),
            "a null setting", topic(name("odd"), 1).configs(Collections.singletonMap("retention.ms", null)),
            "a setting of brokers", topic(name("odd"), 1, "log.retention.ms", "1000")));
        // A topic of the groups' own comes only with the first group: make it come now, so that its name is taken.
        Observe.step("topics: the groups' own", () -> {
            admin.listConsumerGroupOffsets(name("first")).partitionsToOffsetAndMetadata().get();
            return admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get().contains("__consumer_offsets");
        });
        refused.forEach((what, topic) -> Observe.step("topics: refuse " + what, () -> create(topic)));
        Observe.step("topics: only validate", () -> List.of(
            each(admin.createTopics(List.of(topic(name("never"), 1), topic(name("three"), 1)), new CreateTopicsOptions().validateOnly(true)).values()), exists("never")));
        Observe.step("topics: list", () -> admin.listTopics().listings().get().stream().filter(one -> one.name().endsWith(run))
            .map(one -> one.name() + " internal=" + one.isInternal()).sorted().toList());
        Observe.step("topics: list internal ones", () -> admin.listTopics(new ListTopicsOptions().listInternal(true)).listings().get().stream()
            .filter(one -> one.isInternal()).map(one -> one.name()).filter("__consumer_offsets"::equals).toList());
        Observe.step("topics: describe", () -> describe(admin.describeTopics(List.of(name("three"), name("assigned"))).allTopicNames().get().values()));
        Observe.step("topics: describe by id", () -> {
            Uuid id = admin.describeTopics(List.of(name("three"))).allTopicNames().get().get(name("three")).topicId();
            return describe(admin.describeTopics(TopicCollection.ofTopicIds(List.of(id))).allTopicIds().get().values());
        });
        Observe.step("topics: describe an unknown one", () -> Observe.refusal(() -> admin.describeTopics(List.of(name("unknown"))).allTopicNames().get()));
        Observe.step("topics: describe an unknown id", () -> Observe.refusal(() -> admin.describeTopics(TopicCollection.ofTopicIds(List.of(new Uuid(1, 77)))).allTopicIds().get()));
        Observe.step("topics: describe an illegal one", () -> Observe.refusal(() -> admin.describeTopics(List.of("not/a/name")).allTopicNames().get()));
        Observe.step("topics: the groups' own, described", () -> {
            var found = admin.describeTopics(List.of("__consumer_offsets")).allTopicNames().get().get("__consumer_offsets");
            return List.of(found.isInternal(), found.partitions().size());
        });
        Observe.step("partitions: from 2 to 4", () -> List.of(grow("assigned", NewPartitions.increaseTo(4)),
            Observe.settled(4, () -> admin.describeTopics(List.of(name("assigned"))).allTopicNames().get().get(name("assigned")).partitions().size())));
        Observe.step("partitions: refuse fewer", () -> grow("assigned", NewPartitions.increaseTo(3)));
        Observe.step("partitions: refuse as many", () -> grow("assigned", NewPartitions.increaseTo(4)));
        Observe.step("partitions: refuse none", () -> grow("assigned", NewPartitions.increaseTo(0)));
        Observe.step("partitions: refuse an unknown topic", () -> grow("unknown", NewPartitions.increaseTo(4)));
        Observe.step("partitions: refuse a replica on no broker", () -> grow("assigned", NewPartitions.increaseTo(5, List.of(List.of(77)))));
        Observe.step("partitions: refuse too many assignments", () -> grow("assigned", NewPartitions.increaseTo(5, List.of(List.of(1), List.of(1)))));
        Observe.step("partitions: one more, assigned", () -> grow("defaults", NewPartitions.increaseTo(2, List.of(List.of(1)))));
    }

    private static Object grow(String topic, NewPartitions to) {
        return each(admin.createPartitions(Map.of(name(topic), to)).values());
    }

    private static Object describe(Collection<TopicDescription> topics) {
        return topics.stream().sorted((a, b) -> a.name().compareTo(b.name())).map(topic -> Observe.fields(
            "name", topic.name(), "internal", topic.isInternal(), "identified", !topic.topicId().equals(Uuid.ZERO_UUID), "operations", topic.authorizedOperations(),
            "partitions", topic.partitions().stream().map(p -> p.partition() + " leader " + p.leader().id() + " replicas " + ids(p.replicas()) + " isr " + ids(p.isr())
                + " elr " + (p.elr() == null ? "?" : ids(p.elr())) + " last " + (p.lastKnownElr() == null ? "?" : ids(p.lastKnownElr()))).toList())).toList();
    }

    private static List<Integer> ids(List<Node> nodes) {
        return nodes.stream().map(Node::id).toList();
    }

    private static Object described(Config config) {
        Map<String, Object> said = new TreeMap<>();
        config.entries().forEach(entry -> said.put(entry.name(), List.of(String.valueOf(entry.value()), entry.source().name(), entry.isReadOnly(), entry.isSensitive(), String.valueOf(entry.type()),
            entry.documentation() != null && !entry.documentation().isEmpty(), entry.synonyms().stream().map(one -> one.name() + "=" + one.value() + " " + one.source()).toList())));
        return said;
    }

    static void configs() {
        Callable<Object> none = () -> null;
        for (Object[] asked : new Object[][] {
            {"of a topic", ConfigResource.Type.TOPIC, name("settings"), none}, {"of a topic with defaults", ConfigResource.Type.TOPIC, name("defaults"), none},
            {"of an unknown topic", ConfigResource.Type.TOPIC, name("unknown"), none}, {"of an illegal topic", ConfigResource.Type.TOPIC, "not/a/name", none},
            {"of the brokers' defaults", ConfigResource.Type.BROKER, "", none}, {"of a broker that is no number", ConfigResource.Type.BROKER, "one", none},
            {"of an unknown kind", ConfigResource.Type.UNKNOWN, "x", none},
        }) {
            ConfigResource resource = new ConfigResource((ConfigResource.Type) asked[1], (String) asked[2]);
            Observe.step("configs: " + asked[0], () -> Observe.refusal(() -> described(
                admin.describeConfigs(List.of(resource), new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true)).all().get().get(resource))));
        }
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        Observe.step("configs: of the broker, every name", () -> admin.describeConfigs(List.of(broker)).all().get().get(broker).entries().stream()
            .map(entry -> entry.name()).sorted().toList());
        Observe.step("configs: of the broker, what was set", () -> {
            Config all = admin.describeConfigs(List.of(broker), new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true)).all().get().get(broker);
            return described(new Config(all.entries().stream().filter(entry -> entry.source() != org.apache.kafka.clients.admin.ConfigEntry.ConfigSource.DEFAULT_CONFIG).toList()));
        });
        Observe.step("configs: of the broker, some defaults", () -> {
            Config all = admin.describeConfigs(List.of(broker), new DescribeConfigsOptions().includeSynonyms(true)).all().get().get(broker);
            return described(new Config(Stream.of("log.retention.ms", "log.retention.hours", "message.max.bytes", "num.partitions", "compression.type", "log.segment.bytes", "min.insync.replicas")
                .map(all::get).toList()));
        });
    }

    static void autoCreation() {
        Observe.step("auto-creation: a producer", () -> List.of(Records.send("auto-producer", Map.of(), List.of(Records.record("auto-producer", 0, null, "x"))), exists("auto-producer")));
        for (boolean asks : new boolean[] {true, false}) {
            String topic = asks ? "auto-consumer" : "no-auto-consumer";
            Observe.step("auto-creation: a consumer that " + (asks ? "asks for it" : "does not"), () -> {
                try (var consumer = Records.consumer(Map.of("group.id", name("auto"), "allow.auto.create.topics", asks, "metadata.max.age.ms", 200))) {
                    consumer.subscribe(List.of(name(topic)));
                    for (long end = System.nanoTime() + (asks ? 10_000_000_000L : 1_500_000_000L); System.nanoTime() < end && !exists(topic); ) {
                        consumer.poll(java.time.Duration.ofMillis(50));
                    }
                    return exists(topic);
                }
            });
        }
        Observe.step("auto-creation: never with an illegal name", () -> Observe.refusal(() -> {
            try (var consumer = Records.consumer(Map.of("group.id", name("auto")))) {
                consumer.subscribe(List.of("not a name"));
                for (int i = 0; i < 40; i++) consumer.poll(java.time.Duration.ofMillis(50));
                return "nothing";
            }
        }));
    }

    static void deleting() {
        Observe.step("delete: a topic, and one that is not there", () -> List.of(
            each(admin.deleteTopics(List.of(name("three"), name("unknown"))).topicNameValues()), Observe.settled(false, () -> exists("three"))));
        Observe.step("delete: by id", () -> {
            Uuid id = admin.describeTopics(List.of(name("defaults"))).allTopicNames().get().get(name("defaults")).topicId();
            var answer = admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id, new Uuid(1, 77)))).topicIdValues();
            return each(answer.entrySet().stream().collect(toMap(entry -> entry.getKey().equals(id) ? "known" : "unknown", Map.Entry::getValue)));
        });
        Observe.step("delete: its committed offsets are gone with it", () -> Observe.settled(Map.of(), () -> Groups.committed("reads")));
        Observe.step("delete: made again, it is empty", () -> List.of(create(topic(name("three"), 2)), Observe.settled(List.of("0: 0..0", "1: 0..0"), () -> Records.ends("three", 2))));
        Observe.step("delete: made again, it takes records and gives them back", () -> List.of(
            Records.send("three", Map.of(), List.of(Records.record("three", 1, "k", "new"))), Records.read("three", 2, 1, Map.of()).size()));
    }
}
