// The script's part on groups: committing, rebalancing, static members.

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;

final class Groups {
    /** A consumer in a group that keeps what it was given and what it read. */
    private static final class Member implements ConsumerRebalanceListener {
        final KafkaConsumer<String, String> consumer;
        final List<String> seen = new ArrayList<>();
        int lost;

        Member(String group, String topic, Map<String, Object> more) {
            Map<String, Object> settings = new HashMap<>(Map.of("group.id", Script.name(group)));
            settings.putAll(more);
            consumer = Records.consumer(settings);
            consumer.subscribe(List.of(Script.name(topic)), this);
        }

        void poll() {
            consumer.poll(Duration.ofMillis(20)).forEach(record -> seen.add(record.value()));
        }

        List<Integer> partitions() {
            return consumer.assignment().stream().map(TopicPartition::partition).sorted().toList();
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            lost += partitions.size();
        }
    }

    private static void waitFor(String what, Collection<Member> members, Callable<Boolean> condition) throws Exception {
        Observe.until(what, () -> {
            members.forEach(Member::poll);
            return condition.call();
        });
    }

    static Map<String, Object> committed(String group) throws Exception {
        Map<String, Object> said = new TreeMap<>();
        Script.admin.listConsumerGroupOffsets(Script.name(group)).partitionsToOffsetAndMetadata().get().forEach((partition, offset) ->
            said.put(partition.toString(), offset == null ? null : List.of(offset.offset(), offset.metadata(), offset.leaderEpoch())));
        return said;
    }

    private static Object describe(String group) {
        return Observe.refusal(() -> {
            var found = Script.admin.describeConsumerGroups(List.of(Script.name(group))).all().get().get(Script.name(group));
            return Observe.fields("simple", found.isSimpleConsumerGroup(), "state", found.groupState(), "type", found.type(), "assignor", found.partitionAssignor(),
                "coordinator", found.coordinator().id(), "operations", found.authorizedOperations(), "epoch", found.groupEpoch(),
                "members", found.members().stream().map(m -> m.clientId() + " " + m.host() + " " + m.groupInstanceId().orElse("-") + " "
                    + m.assignment().topicPartitions().stream().map(TopicPartition::partition).sorted().toList()).sorted().toList());
        });
    }

    private static Object listed(ListGroupsOptions options) throws Exception {
        return Script.admin.listGroups(options).all().get().stream().filter(group -> group.groupId().endsWith(Script.run))
            .map(group -> group.groupId() + " " + group.type() + " " + group.protocol() + " " + group.groupState() + " " + group.isSimpleConsumerGroup()).sorted().toList();
    }

    static void committing() {
        List<TopicPartition> three = IntStream.range(0, 3).mapToObj(p -> new TopicPartition(Script.name("three"), p)).toList();
        Observe.step("groups: read from the beginning, commit by hand", () -> {
            Member member = new Member("reads", "three", Map.of("enable.auto.commit", false));
            waitFor("44 records", List.of(member), () -> member.seen.size() >= 44);
            var before = member.consumer.committed(Set.copyOf(three));
            member.consumer.commitSync(Map.of(three.get(0), new OffsetAndMetadata(5, "five"), three.get(2), new OffsetAndMetadata(6)));
            var metadata = member.consumer.groupMetadata();
            Object said = List.of(member.seen.size(), before.values().stream().allMatch(one -> one == null), metadata.generationId(), metadata.memberId().startsWith("compat-"), committed("reads"));
            member.consumer.close();
            return said;
        });
        Observe.step("groups: what an unknown group committed", () -> committed("unknown"));
        Observe.step("groups: go on where it was committed", () -> {
            Member member = new Member("reads", "three", Map.of());
            waitFor("all the rest", List.of(member), () -> member.seen.size() >= 33);
            member.consumer.close();
            return List.of(member.seen.size(), committed("reads"));
        });
        Observe.step("groups: set offsets", () -> List.of(
            Observe.refusal(() -> Script.admin.alterConsumerGroupOffsets(Script.name("reads"), Map.of(three.get(0), new OffsetAndMetadata(1, "set"))).all().get()), committed("reads")));
        Observe.step("groups: set offsets of a new group", () -> List.of(
            Observe.refusal(() -> Script.admin.alterConsumerGroupOffsets(Script.name("fresh"), Map.of(three.get(0), new OffsetAndMetadata(1))).all().get()), committed("fresh"), describe("fresh")));
        Observe.step("groups: set offsets of an unknown topic", () -> Observe.refusal(() ->
            Script.admin.alterConsumerGroupOffsets(Script.name("reads"), Map.of(new TopicPartition(Script.name("unknown"), 0), new OffsetAndMetadata(1))).all().get()));
        Observe.step("groups: metadata too long", () -> Observe.refusal(() ->
            Script.admin.alterConsumerGroupOffsets(Script.name("reads"), Map.of(three.get(0), new OffsetAndMetadata(1, "x".repeat(4097)))).all().get()));
        Observe.step("groups: describe an empty one", () -> describe("reads"));
        Observe.step("groups: describe an unknown one", () -> describe("unknown"));
        Observe.step("groups: list", () -> listed(new ListGroupsOptions()));
        Observe.step("groups: list the empty ones", () -> listed(new ListGroupsOptions().inGroupStates(Set.of(GroupState.EMPTY))));
        Observe.step("groups: list the stable ones", () -> listed(new ListGroupsOptions().inGroupStates(Set.of(GroupState.STABLE))));
        Observe.step("groups: commit without being a member", () -> {
            try (var consumer = Records.consumer(Map.of("group.id", Script.name("alone")))) {
                consumer.assign(List.of(three.get(0)));
                consumer.commitSync(Map.of(three.get(0), new OffsetAndMetadata(3)));
                return consumer.committed(Set.of(three.get(0))).get(three.get(0)).offset();
            }
        });
        Observe.step("groups: a session too short", () -> Observe.refusal(() -> {
            Member member = new Member("short", "three", Map.of("session.timeout.ms", 500, "heartbeat.interval.ms", 100));
            try {
                waitFor("an error", List.of(member), () -> false);
                return null;
            } finally {
                member.consumer.close();
            }
        }));
        Observe.step("groups: no common assignor", () -> {
            Member one = new Member("mixed", "three", Map.of("partition.assignment.strategy", assignor("Range")));
            waitFor("a share", List.of(one), () -> one.partitions().size() == 3);
            Member other = new Member("mixed", "three", Map.of("partition.assignment.strategy", assignor("RoundRobin")));
            Object answer = Observe.refusal(() -> {
                waitFor("an error", List.of(one, other), () -> false);
                return null;
            });
            one.consumer.close();
            other.consumer.close();
            return answer;
        });
        Observe.step("groups: a pattern", () -> {
            try (var consumer = Records.consumer(Map.of("group.id", Script.name("pattern")))) {
                consumer.subscribe(java.util.regex.Pattern.compile("to-(gzip|lz4)-" + Script.run));
                Observe.until("two topics", () -> {
                    consumer.poll(Duration.ofMillis(20));
                    return consumer.assignment().size() == 2;
                });
                return consumer.assignment().stream().map(TopicPartition::toString).sorted().toList();
            }
        });
    }

    private static String assignor(String name) {
        return "org.apache.kafka.clients.consumer." + name + "Assignor";
    }

    static void rebalancing(String kind) {
        String topic = "shared-" + kind, group = "rebalance-" + kind, title = "rebalance, " + kind + ": ";
        Script.create(Script.topic(Script.name(topic), 4));
        List<Member> members = new ArrayList<>();
        Runnable join = () -> members.add(new Member(group, topic, Map.of("partition.assignment.strategy", assignor(kind), "enable.auto.commit", false)));
        Callable<Object> delete = () -> Script.each(Script.admin.deleteConsumerGroups(List.of(Script.name(group))).deletedGroups());

        Observe.step(title + "one member has all partitions", () -> {
            join.run();
            waitFor("four partitions", members, () -> members.get(0).partitions().size() == 4);
            return List.of(members.get(0).partitions(), describe(group));
        });
        Observe.step(title + "a second joins, both have two", () -> {
            join.run();
            waitFor("two and two", members, () -> members.stream().allMatch(member -> member.partitions().size() == 2));
            List<Integer> both = new ArrayList<>(members.get(0).partitions());
            both.addAll(members.get(1).partitions());
            return List.of(both.stream().sorted().toList(), Script.admin.describeConsumerGroups(List.of(Script.name(group))).all().get().get(Script.name(group)).partitionAssignor());
        });
        Observe.step(title + "every record goes to one of them", () -> {
            Records.send(topic, Map.of(), IntStream.range(0, 100).mapToObj(i -> Records.record(topic, i % 4, null, i % 4 + "/" + i)).toList());
            waitFor("all records", members, () -> members.stream().mapToInt(member -> member.seen.size()).sum() >= 100);
            List<String> values = members.stream().flatMap(member -> member.seen.stream()).toList();
            members.forEach(member -> member.consumer.commitSync());
            return List.of(values.size(), new HashSet<>(values).size(), committed(group));
        });
        Observe.step(title + "deleting the busy group is refused", delete);
        Observe.step(title + "setting the busy group's offsets is refused", () -> Observe.refusal(() ->
            Script.admin.alterConsumerGroupOffsets(Script.name(group), Map.of(new TopicPartition(Script.name(topic), 0), new OffsetAndMetadata(0))).all().get()));
        Observe.step(title + "one leaves, the other has all again", () -> {
            members.remove(0).consumer.close();
            waitFor("four partitions", members, () -> members.get(0).partitions().size() == 4);
            return List.of(members.get(0).partitions(), members.get(0).seen.size(), members.get(0).lost);
        });
        Observe.step(title + "both gone", () -> {
            members.remove(0).consumer.close();
            return describe(group);
        });
        Observe.step(title + "delete the group", () -> List.of(delete.call(), describe(group)));
        Observe.step(title + "delete it again", delete);
    }

    static void staticMembers() {
        Script.create(Script.topic(Script.name("static"), 2));
        Map<String, Member> members = new TreeMap<>();
        for (String who : List.of("one", "two")) members.put(who, new Member("static", "static", Map.of("group.instance.id", who)));
        Observe.step("static: two members, one partition each", () -> {
            waitFor("one each", members.values(), () -> members.values().stream().allMatch(member -> member.partitions().size() == 1));
            return describe("static");
        });
        Observe.step("static: one goes and comes back to its partition", () -> {
            List<Integer> before = members.get("one").partitions();
            members.get("one").consumer.close();
            Object kept = describe("static");
            members.put("one", new Member("static", "static", Map.of("group.instance.id", "one")));
            waitFor("the same partition", members.values(), () -> members.get("one").partitions().size() == 1);
            return List.of(kept, before.equals(members.get("one").partitions()));
        });
        Observe.step("static: a second of the same name fences the first", () -> {
            Member thief = new Member("static", "static", Map.of("group.instance.id", "two"));
            Object answer = Observe.refusal(() -> {
                waitFor("the fence", List.of(thief, members.get("two")), () -> false);
                return null;
            });
            members.get("two").consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
            members.put("two", thief);
            return answer;
        });
        Observe.step("static: removed by the administrator", () -> {
            members.values().forEach(member -> member.consumer.close());
            Object before = describe("static");
            var removed = Script.admin.removeMembersFromConsumerGroup(Script.name("static"), new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("one"), new MemberToRemove("two"))));
            Object unknown = Observe.refusal(() -> Script.admin.removeMembersFromConsumerGroup(Script.name("static"),
                new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("three")))).all().get());
            return List.of(before, Observe.refusal(() -> removed.all().get()), unknown, describe("static"));
        });
    }

    private Groups() {}
}
