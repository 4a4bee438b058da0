// The script's part on all that is neither topics, records nor groups: settings that change, quotas, credentials, places.
//
// Other scripts use the same node at the same time: whatever is made carries the run's name, what all see is put back.

import static org.apache.kafka.clients.admin.AlterConfigOp.OpType.APPEND;
import static org.apache.kafka.clients.admin.AlterConfigOp.OpType.DELETE;
import static org.apache.kafka.clients.admin.AlterConfigOp.OpType.SET;
import static org.apache.kafka.clients.admin.AlterConfigOp.OpType.SUBTRACT;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DeleteRecordsOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeLogDirsOptions;
import org.apache.kafka.clients.admin.DescribeProducersOptions;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringSerializer;

final class Administration {
    private static final String TOPIC = Script.name("administered");
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final TopicPartition MISSING = new TopicPartition(TOPIC, 77);
    /** For questions that a client asks again and again, because the answer might change. */
    private static final int PATIENCE_MS = 2000;
    private static final TopicPartition UNKNOWN = new TopicPartition(Script.name("unknown"), 0);

    static void administering() {
        Observe.step("topics: one to administer", () -> Script.create(Script.topic(TOPIC, 2)));
        topicConfigs();
        otherConfigs();
        records();
        offsets();
        logDirs();
        placement();
        cluster();
        quotas();
        credentials();
        acls();
        telemetry();
    }

    private static void refused(String step, Callable<?> run) {
        Observe.step(step, () -> Observe.refusal(run));
    }

    private static ConfigResource resource(ConfigResource.Type type, String name) {
        return new ConfigResource(type, name);
    }

    private static AlterConfigOp op(AlterConfigOp.OpType type, String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), type);
    }

    /** Changes settings and tells those named, as the node has them then. */
    private static Callable<Object> change(ConfigResource resource, Collection<String> shown, AlterConfigOp... operations) {
        return () -> {
            Object before = shown(resource, shown);
            Script.admin.incrementalAlterConfigs(Map.of(resource, List.of(operations))).all().get();
            return changed(before, () -> shown(resource, shown));
        };
    }

    /** Asks until the answer is another than before: a node may tell of a change a moment after it has answered. */
    private static Object changed(Object before, Callable<Object> ask) throws Exception {
        for (long end = System.nanoTime() + 2_000_000_000L; ; Thread.sleep(20)) {
            Object after = ask.call();
            if (System.nanoTime() > end) return after;
            if (!after.equals(before)) {
                // Apache Kafka may tell a half of the change first.
                Thread.sleep(200);
                return ask.call();
            }
        }
    }

    private static Object shown(ConfigResource resource, Collection<String> shown) throws Exception {
        var all = Script.admin.describeConfigs(List.of(resource), new DescribeConfigsOptions().includeSynonyms(true)).all().get().get(resource);
        Map<String, Object> said = new TreeMap<>();
        for (ConfigEntry entry : all.entries()) {
            if (shown.isEmpty() || shown.contains(entry.name())) {
                said.put(entry.name(), List.of(String.valueOf(entry.value()), entry.source(), entry.isReadOnly(), entry.isSensitive(), entry.type(),
                    entry.synonyms().stream().map(one -> one.name() + "=" + one.value() + " " + one.source()).toList()));
            }
        }
        return said;
    }

    private static void topicConfigs() {
        ConfigResource topic = resource(ConfigResource.Type.TOPIC, TOPIC);
        List<String> shown = List.of("retention.ms", "cleanup.policy", "leader.replication.throttled.replicas");
        refused("configs: change a topic's: set two", change(topic, shown, op(SET, "retention.ms", "7200000"), op(SET, "cleanup.policy", "delete")));
        refused("configs: change a topic's: append", change(topic, shown, op(APPEND, "cleanup.policy", "compact"), op(APPEND, "leader.replication.throttled.replicas", "0:1,1:1")));
        refused("configs: change a topic's: append what is there", change(topic, shown, op(APPEND, "cleanup.policy", "compact")));
        refused("configs: change a topic's: subtract", change(topic, shown, op(SUBTRACT, "cleanup.policy", "delete"), op(SUBTRACT, "leader.replication.throttled.replicas", "1:1")));
        refused("configs: change a topic's: delete", change(topic, shown, op(DELETE, "retention.ms", ""), op(DELETE, "cleanup.policy", ""), op(DELETE, "leader.replication.throttled.replicas", "")));
        refused("configs: change a topic's: delete what is not set", change(topic, shown, op(DELETE, "retention.ms", "")));
        refused("configs: only validate", () -> {
            Script.admin.incrementalAlterConfigs(Map.of(topic, List.of(op(SET, "retention.ms", "1"))), new AlterConfigsOptions().validateOnly(true)).all().get();
            return shown(topic, shown);
        });
        Map<String, List<AlterConfigOp>> bad = new TreeMap<>(Map.of(
            "an unknown setting", List.of(op(SET, "no.such.setting", "1")), "an impossible value", List.of(op(SET, "retention.ms", "soon")),
            "one setting twice", List.of(op(SET, "retention.ms", "1"), op(SET, "retention.ms", "2")), "appending to a number", List.of(op(APPEND, "retention.ms", "1")),
            "no value", List.of(op(SET, "retention.ms", null)), "a broker's setting", List.of(op(SET, "log.retention.ms", "1")),
            "an illegal list", List.of(op(APPEND, "cleanup.policy", "burn")), "an empty list", List.of(op(SET, "cleanup.policy", "")),
            "lags that do not fit", List.of(op(SET, "min.compaction.lag.ms", "10"), op(SET, "max.compaction.lag.ms", "5"))));
        bad.forEach((what, operations) -> refused("configs: refuse " + what, () -> Script.each(Script.admin.incrementalAlterConfigs(Map.of(topic, operations)).values())));
        refused("configs: refuse an unknown topic", () -> Script.each(Script.admin.incrementalAlterConfigs(Map.of(resource(ConfigResource.Type.TOPIC, Script.name("unknown")), List.of(op(SET, "retention.ms", "1")))).values()));
        refused("configs: refuse an illegal topic", () -> Script.each(Script.admin.incrementalAlterConfigs(Map.of(resource(ConfigResource.Type.TOPIC, "not/a/name"), List.of(op(SET, "retention.ms", "1")))).values()));
        refused("configs: good and bad in one request", () -> Script.each(Script.admin.incrementalAlterConfigs(Map.of(
            topic, List.of(op(SET, "retention.ms", "7200001")), resource(ConfigResource.Type.TOPIC, Script.name("unknown")), List.of(op(SET, "retention.ms", "1")))).values()));
    }

    private static void otherConfigs() {
        ConfigResource broker = resource(ConfigResource.Type.BROKER, "1");
        ConfigResource brokers = resource(ConfigResource.Type.BROKER, "");
        List<String> backoff = List.of("log.cleaner.backoff.ms");
        refused("configs: a broker's: set", change(broker, backoff, op(SET, "log.cleaner.backoff.ms", "14000")));
        refused("configs: all brokers': set", change(brokers, backoff, op(SET, "log.cleaner.backoff.ms", "13000")));
        refused("configs: a broker's: its own goes before all brokers'", () -> shown(broker, backoff));
        refused("configs: a broker's: delete", change(broker, backoff, op(DELETE, "log.cleaner.backoff.ms", "")));
        refused("configs: all brokers': delete", change(brokers, backoff, op(DELETE, "log.cleaner.backoff.ms", "")));
        refused("configs: a broker's: back to the default", () -> shown(broker, backoff));
        new TreeMap<>(Map.of("a setting that needs a restart", op(SET, "node.id", "7"), "an impossible number", op(SET, "log.cleaner.threads", "many"),
            "too many threads at once", op(SET, "num.io.threads", "1000"))).forEach((what, operation) ->
                refused("configs: refuse " + what, () -> Script.each(Script.admin.incrementalAlterConfigs(Map.of(broker, List.of(operation))).values())));
        refused("configs: refuse a broker that is no number", () -> Script.each(Script.admin.incrementalAlterConfigs(Map.of(resource(ConfigResource.Type.BROKER, "one"), List.of(op(SET, "log.cleaner.backoff.ms", "1")))).values()));
        ConfigResource group = resource(ConfigResource.Type.GROUP, Script.name("configured"));
        List<String> sessions = List.of("consumer.session.timeout.ms", "consumer.heartbeat.interval.ms");
        refused("configs: a group's: set", change(group, List.of(), op(SET, "consumer.session.timeout.ms", "50000")));
        refused("configs: a group's: delete", change(group, sessions, op(DELETE, "consumer.session.timeout.ms", "")));
        refused("configs: refuse a group's time too short", () -> Script.each(Script.admin.incrementalAlterConfigs(Map.of(group, List.of(op(SET, "consumer.session.timeout.ms", "1")))).values()));
        refused("configs: refuse a group's unknown setting", () -> Script.each(Script.admin.incrementalAlterConfigs(Map.of(group, List.of(op(SET, "no.such.setting", "1")))).values()));
        ConfigResource metrics = resource(ConfigResource.Type.CLIENT_METRICS, Script.name("watched"));
        refused("configs: of client metrics: set", change(metrics, List.of(), op(SET, "interval.ms", "60000"), op(SET, "metrics", "org.apache.kafka.producer.,org.apache.kafka.consumer."), op(SET, "match", "client_id=" + Script.name("watched"))));
        refused("configs: refuse an interval too short", () -> Script.each(Script.admin.incrementalAlterConfigs(Map.of(metrics, List.of(op(SET, "interval.ms", "1")))).values()));
        refused("configs: refuse an impossible match", () -> Script.each(Script.admin.incrementalAlterConfigs(Map.of(metrics, List.of(op(SET, "match", "planet=mars")))).values()));
        refused("configs: list resources that have settings", () -> Script.admin.listConfigResources().all().get().stream()
            .filter(one -> one.name().endsWith(Script.run) || one.type() == ConfigResource.Type.BROKER).map(ConfigResource::toString).sorted().toList());
        refused("configs: list resources of client metrics", () -> Script.admin.listConfigResources(Set.of(ConfigResource.Type.CLIENT_METRICS), new ListConfigResourcesOptions()).all().get().stream()
            .map(ConfigResource::toString).filter(one -> one.contains(Script.run)).toList());
        refused("configs: of client metrics: delete", change(metrics, List.of(), op(DELETE, "interval.ms", ""), op(DELETE, "metrics", ""), op(DELETE, "match", "")));
        ConfigResource loggers = resource(ConfigResource.Type.BROKER_LOGGER, "1");
        refused("configs: loggers of a broker: one of them", () -> {
            var all = Script.admin.describeConfigs(List.of(loggers)).all().get().get(loggers);
            return List.of(all.get("root") != null, all.entries().stream().allMatch(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG));
        });
        refused("configs: refuse a logger's impossible level", () -> Script.each(Script.admin.incrementalAlterConfigs(Map.of(loggers, List.of(op(SET, "root", "LOUD")))).values()));
        refused("configs: refuse an unknown logger", () -> Script.each(Script.admin.incrementalAlterConfigs(Map.of(loggers, List.of(op(SET, "no.such.logger", "INFO")))).values()));
        refused("configs: refuse appending to a logger", () -> Script.each(Script.admin.incrementalAlterConfigs(Map.of(loggers, List.of(op(APPEND, "root", "INFO")))).values()));
        refused("configs: refuse loggers of a broker that is no number", () -> Script.each(Script.admin.describeConfigs(List.of(resource(ConfigResource.Type.BROKER_LOGGER, "one"))).values()));
    }

    private static void records() {
        Records.send("administered", Map.of(), Stream.iterate(0, i -> i < 10, i -> i + 1).map(i -> Records.record("administered", 0, "k" + i, "v" + i)).toList());
        record Asked(String what, TopicPartition partition, long before) {}
        for (Asked asked : List.of(new Asked("delete three", FIRST, 3), new Asked("delete fewer", FIRST, 1), new Asked("refuse beyond the end", FIRST, 11), new Asked("refuse less than nothing", FIRST, -2),
            new Asked("refuse a partition that is not there", MISSING, 1), new Asked("refuse an unknown topic", UNKNOWN, 1), new Asked("delete all", FIRST, -1))) {
            refused("records: " + asked.what, () -> List.of(
                Script.admin.deleteRecords(Map.of(asked.partition, RecordsToDelete.beforeOffset(asked.before)), new DeleteRecordsOptions().timeoutMs(PATIENCE_MS)).lowWatermarks().get(asked.partition).get().lowWatermark(), Records.ends("administered", 1)));
        }
        refused("producers: of a topic", () -> Script.admin.describeProducers(List.of(FIRST)).partitionResult(FIRST).get().activeProducers().stream()
            .map(one -> one.producerEpoch() + " " + one.lastSequence() + " " + one.coordinatorEpoch() + " " + one.currentTransactionStartOffset() + " " + (one.lastTimestamp() > 0)).toList());
        refused("producers: of a partition that is not there", () -> Script.admin.describeProducers(List.of(MISSING), new DescribeProducersOptions().timeoutMs(PATIENCE_MS)).partitionResult(MISSING).get());
    }

    private static void offsets() {
        TopicPartition second = new TopicPartition(TOPIC, 1);
        refused("groups: offsets to delete", () -> {
            Script.admin.alterConsumerGroupOffsets(Script.name("forgetful"), Map.of(FIRST, new org.apache.kafka.clients.consumer.OffsetAndMetadata(1), second, new org.apache.kafka.clients.consumer.OffsetAndMetadata(2))).all().get();
            return Groups.committed("forgetful");
        });
        refused("groups: delete an offset", () -> {
            Script.admin.deleteConsumerGroupOffsets(Script.name("forgetful"), Set.of(FIRST)).all().get();
            return Groups.committed("forgetful");
        });
        refused("groups: delete an offset that is not there", () -> Script.admin.deleteConsumerGroupOffsets(Script.name("forgetful"), Set.of(FIRST)).partitionResult(FIRST).get());
        refused("groups: delete an offset of an unknown topic", () -> Script.admin.deleteConsumerGroupOffsets(Script.name("forgetful"), Set.of(UNKNOWN)).partitionResult(UNKNOWN).get());
        refused("groups: delete an offset of an unknown group", () -> Script.admin.deleteConsumerGroupOffsets(Script.name("unknown"), Set.of(FIRST)).partitionResult(FIRST).get());
    }

    private static void logDirs() {
        refused("log dirs: of a topic", () -> {
            var dir = Script.admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1).values().iterator().next();
            return Observe.fields("error", dir.error() == null ? "none" : Observe.errorName(dir.error()), "volume", dir.totalBytes().orElse(-1) > 0, "usable", dir.usableBytes().orElse(-1) > 0,
                "replicas", dir.replicaInfos().entrySet().stream().filter(entry -> entry.getKey().topic().equals(TOPIC)).map(entry -> entry.getKey() + " lag " + entry.getValue().offsetLag()
                    + " future " + entry.getValue().isFuture() + " empty " + (entry.getValue().size() == 0)).sorted().toList());
        });
        refused("log dirs: of a broker that is not there", () -> Script.admin.describeLogDirs(List.of(77), new DescribeLogDirsOptions().timeoutMs(PATIENCE_MS)).allDescriptions().get());
        TopicPartitionReplica replica = new TopicPartitionReplica(TOPIC, 0, 1);
        refused("log dirs: of a replica", () -> {
            var found = Script.admin.describeReplicaLogDirs(List.of(replica)).all().get().get(replica);
            return List.of(found.getCurrentReplicaLogDir(), found.getCurrentReplicaOffsetLag(), String.valueOf(found.getFutureReplicaLogDir()));
        });
        refused("log dirs: move a replica to where it is", () -> Script.each(Script.admin.alterReplicaLogDirs(Map.of(replica,
            Script.admin.describeReplicaLogDirs(List.of(replica)).all().get().get(replica).getCurrentReplicaLogDir())).values()));
        refused("log dirs: refuse a folder that is none of the broker's", () -> Script.each(Script.admin.alterReplicaLogDirs(Map.of(replica, "/no/such/folder")).values()));
        refused("log dirs: refuse a relative folder", () -> Script.each(Script.admin.alterReplicaLogDirs(Map.of(replica, "folder")).values()));
        TopicPartitionReplica unknown = new TopicPartitionReplica(Script.name("unknown"), 0, 1);
        refused("log dirs: refuse an unknown topic", () -> Script.each(Script.admin.alterReplicaLogDirs(Map.of(unknown, "/no/such/folder")).values()));
    }

    private static void placement() {
        for (ElectionType kind : ElectionType.values()) {
            refused("elections: " + kind + ", not needed", () -> elected(kind, FIRST));
            refused("elections: " + kind + ", a partition that is not there", () -> elected(kind, MISSING));
            refused("elections: " + kind + ", an unknown topic", () -> elected(kind, UNKNOWN));
        }
        record Asked(String what, TopicPartition partition, Optional<NewPartitionReassignment> to) {}
        for (Asked asked : List.of(new Asked("to where it is", FIRST, to(1)), new Asked("refuse a broker that is not there", FIRST, to(77)), new Asked("refuse a broker twice", FIRST, to(1, 1)),
            new Asked("refuse less than nobody", FIRST, to(-1)), new Asked("refuse a partition that is not there", MISSING, to(1)), new Asked("refuse an unknown topic", UNKNOWN, to(1)),
            new Asked("cancel what is not going on", FIRST, Optional.empty()))) {
            refused("reassignments: " + asked.what, () -> Script.each(Script.admin.alterPartitionReassignments(Map.of(asked.partition, asked.to)).values()));
        }
        refused("reassignments: none of all goes on", () -> Script.admin.listPartitionReassignments().reassignments().get().toString());
        refused("reassignments: none of one goes on", () -> Script.admin.listPartitionReassignments(Set.of(FIRST, UNKNOWN)).reassignments().get().toString());
    }

    private static Object elected(ElectionType kind, TopicPartition partition) throws Exception {
        Map<String, Object> said = new TreeMap<>();
        Script.admin.electLeaders(kind, Set.of(partition)).partitions().get().forEach((which, error) -> said.put(which.toString(), error.map(Observe::errorName).orElse("none")));
        return said;
    }

    private static Optional<NewPartitionReassignment> to(Integer... brokers) {
        return Optional.of(new NewPartitionReassignment(Arrays.asList(brokers)));
    }

    private static void cluster() {
        refused("quorum: described", () -> {
            var quorum = Script.admin.describeMetadataQuorum().quorumInfo().get();
            return Observe.fields("leader", quorum.leaderId(), "voters", quorum.voters().stream().map(voter -> voter.replicaId() + " at the end " + (voter.logEndOffset() > 0) + " directory " + (voter.replicaDirectoryId() != null)
                    + " caught up " + voter.lastCaughtUpTimestamp().isPresent() + " fetched " + voter.lastFetchTimestamp().isPresent()).toList(),
                "observers", quorum.observers().size(), "high watermark", quorum.highWatermark() > 0, "epoch", quorum.leaderEpoch() > 0,
                "nodes", quorum.nodes().values().stream().map(node -> node.nodeId() + " " + node.endpoints().stream().map(one -> one.listener() + " " + one.host() + ":" + one.port()).toList()).toList());
        });
        refused("features: described", () -> {
            var features = Script.admin.describeFeatures().featureMetadata().get();
            return Observe.fields("epoch", features.finalizedFeaturesEpoch().isPresent(), "finalized", new TreeMap<>(features.finalizedFeatures()).toString(), "supported", new TreeMap<>(features.supportedFeatures()).toString());
        });
        record Asked(String what, String feature, int level, FeatureUpdate.UpgradeType type) {}
        for (Asked asked : List.of(new Asked("an unknown one", "no.such.feature", 1, FeatureUpdate.UpgradeType.UPGRADE), new Asked("a level too high", "metadata.version", 9999, FeatureUpdate.UpgradeType.UPGRADE),
            new Asked("down, asked to go up", "metadata.version", 7, FeatureUpdate.UpgradeType.UPGRADE), new Asked("down without a word", "group.version", 0, FeatureUpdate.UpgradeType.UPGRADE),
            new Asked("to where it is", "group.version", 1, FeatureUpdate.UpgradeType.UPGRADE), new Asked("switched off", "metadata.version", 0, FeatureUpdate.UpgradeType.UNSAFE_DOWNGRADE))) {
            refused("features: " + asked.what, () -> Script.each(Script.admin.updateFeatures(Map.of(asked.feature, new FeatureUpdate((short) asked.level, asked.type)), new UpdateFeaturesOptions().validateOnly(true)).values()));
        }
        refused("brokers: unregister one that is not there", () -> Script.admin.unregisterBroker(77).all().get());
    }

    private static void quotas() {
        ClientQuotaEntity user = new ClientQuotaEntity(Map.of("user", Script.name("user")));
        ClientQuotaEntity both = new ClientQuotaEntity(Map.of("user", Script.name("user"), "client-id", Script.name("client")));
        refused("quotas: of a user", () -> altered(user, "producer_byte_rate", 1048576.0));
        refused("quotas: of a user, another", () -> altered(user, "request_percentage", 150.5));
        refused("quotas: of a user and a client", () -> altered(both, "consumer_byte_rate", 2097152.0));
        refused("quotas: of an address", () -> altered(new ClientQuotaEntity(Map.of("ip", "192.0.2.7")), "connection_creation_rate", 10.0));
        ClientQuotaFilterComponent mine = ClientQuotaFilterComponent.ofEntity("user", Script.name("user"));
        refused("quotas: whatever has the user", () -> described(ClientQuotaFilter.contains(List.of(mine))));
        refused("quotas: the user alone", () -> described(ClientQuotaFilter.containsOnly(List.of(mine))));
        refused("quotas: the user and any client", () -> described(ClientQuotaFilter.containsOnly(List.of(mine, ClientQuotaFilterComponent.ofEntityType("client-id")))));
        refused("quotas: of an address, described", () -> described(ClientQuotaFilter.contains(List.of(ClientQuotaFilterComponent.ofEntity("ip", "192.0.2.7")))));
        refused("quotas: refuse a user twice", () -> described(ClientQuotaFilter.contains(List.of(mine, ClientQuotaFilterComponent.ofDefaultEntity("user")))));
        refused("quotas: refuse an unknown kind", () -> described(ClientQuotaFilter.contains(List.of(ClientQuotaFilterComponent.ofEntityType("planet")))));
        refused("quotas: refuse an unknown key", () -> altered(user, "bytes_per_fortnight", 1.0));
        refused("quotas: refuse less than nothing", () -> altered(user, "producer_byte_rate", -1.0));
        refused("quotas: refuse half a byte", () -> altered(user, "producer_byte_rate", 0.5));
        refused("quotas: refuse an address that is none", () -> altered(new ClientQuotaEntity(Map.of("ip", "nowhere.invalid")), "connection_creation_rate", 1.0));
        refused("quotas: refuse a user and an address", () -> altered(new ClientQuotaEntity(Map.of("user", Script.name("user"), "ip", "192.0.2.7")), "connection_creation_rate", 1.0));
        refused("quotas: refuse a user's connections", () -> altered(user, "connection_creation_rate", 1.0));
        refused("quotas: removed", () -> {
            altered(new ClientQuotaEntity(Map.of("ip", "192.0.2.7")), "connection_creation_rate", null);
            altered(both, "consumer_byte_rate", null);
            altered(user, "producer_byte_rate", null);
            return altered(user, "request_percentage", null);
        });
    }

    /** Sets a quota, or removes it; tells what the entity has then. */
    private static Object altered(ClientQuotaEntity entity, String key, Double value) throws Exception {
        ClientQuotaFilter whole = ClientQuotaFilter.containsOnly(entity.entries().entrySet().stream().map(one -> ClientQuotaFilterComponent.ofEntity(one.getKey(), one.getValue())).toList());
        Object before = described(whole);
        Script.admin.alterClientQuotas(List.of(new ClientQuotaAlteration(entity, List.of(new ClientQuotaAlteration.Op(key, value))))).all().get();
        return changed(before, () -> described(whole));
    }

    private static Object described(ClientQuotaFilter filter) throws Exception {
        Map<String, Object> said = new TreeMap<>();
        Script.admin.describeClientQuotas(filter).entities().get().forEach((entity, values) -> said.put(new TreeMap<>(entity.entries()).toString(), new TreeMap<>(values)));
        return said;
    }

    private static void credentials() {
        String user = Script.name("scram");
        ScramCredentialInfo weak = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 8192), strong = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
        refused("scram: a user's credentials", () -> scram(new UserScramCredentialUpsertion(user, weak, "secret")));
        refused("scram: of another mechanism", () -> scram(new UserScramCredentialUpsertion(user, strong, "secret")));
        refused("scram: described", () -> {
            Thread.sleep(1000);
            return scrams(user);
        });
        refused("scram: an unknown user", () -> scrams(Script.name("nobody")));
        refused("scram: refuse too few rounds", () -> scram(new UserScramCredentialUpsertion(user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4095), "secret")));
        refused("scram: refuse too many rounds", () -> scram(new UserScramCredentialUpsertion(user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 16385), "secret")));
        refused("scram: refuse a nameless user", () -> scram(new UserScramCredentialUpsertion("", weak, "secret")));
        refused("scram: refuse a user twice", () -> scram(new UserScramCredentialUpsertion(user, weak, "secret"), new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_256)));
        refused("scram: refuse an unknown mechanism", () -> scram(new UserScramCredentialDeletion(user, ScramMechanism.UNKNOWN)));
        refused("scram: one removed", () -> scram(new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_256)));
        refused("scram: removed again", () -> scram(new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_256)));
        refused("scram: the other removed", () -> scram(new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512)));
        refused("scram: none left", () -> {
            Thread.sleep(1000);
            return scrams(user);
        });
    }

    private static Object scram(UserScramCredentialAlteration... alterations) {
        return Script.each(Script.admin.alterUserScramCredentials(List.of(alterations)).values());
    }

    private static Object scrams(String user) throws Exception {
        return Script.admin.describeUserScramCredentials(List.of(user)).description(user).get().credentialInfos().stream().map(ScramCredentialInfo::toString).sorted().toList();
    }

    private static void acls() {
        AclBinding binding = new AclBinding(new ResourcePattern(ResourceType.TOPIC, TOPIC, PatternType.LITERAL),
            new AccessControlEntry("User:" + Script.name("user"), "*", AclOperation.READ, AclPermissionType.ALLOW));
        refused("acls: create", () -> Script.admin.createAcls(List.of(binding)).all().get());
        refused("acls: describe", () -> Script.admin.describeAcls(AclBindingFilter.ANY).values().get().size());
        refused("acls: delete", () -> Script.admin.deleteAcls(List.of(binding.toFilter())).all().get().size());
    }

    private static void telemetry() {
        refused("telemetry: a client's instance id", () -> {
            try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", Script.bootstrap, "client.id", Script.name("telemetry"), "enable.metrics.push", true), new StringSerializer(), new StringSerializer())) {
                return producer.clientInstanceId(java.time.Duration.ofSeconds(2)) != null;
            }
        });
    }

    private Administration() {}
}
