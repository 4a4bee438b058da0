// Prints rounds of groups as Kafka's own assignors decide them, for the test that holds ours against them.
//
//   java -cp "$(apache-kafka classpath)" Assignors.java > rounds.txt      (made with kafka-clients 4.4.0, Java 17)
//
//   group <assignor>                                          a leader that remembers nothing yet
//   topic <name> <rack of a replica>,...;<next partition>...  every topic there is
//   member <id> <instance or -> <subscription>                as the coordinator tells the leader, in its order
//   give <id> <assignment> <user data of its next join>       what the leader answers; "=" where user data is null
//
// Bytes are in hexadecimal. A group goes on over several rounds: members come and go, forget, lie and change their minds.

import java.nio.ByteBuffer;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.*;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.*;

public class Assignors {
    static Random chance;

    static class Reader {
        String id, instance, rack;
        List<String> topics = new ArrayList<>();
        List<TopicPartition> owned = new ArrayList<>();
        int generation = -1;
        short version = 3;
        ConsumerPartitionAssignor assignor;
    }

    public static void main(String[] arguments) throws Exception {
        chance = new Random(arguments.length > 0 ? Long.parseLong(arguments[0]) : 881);
        int groups = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 60;
        for (int group = 0; group < groups; group++) {
            switch (group % 4) {
                case 0: rounds(RangeAssignor.class, group); break;
                case 1: rounds(RoundRobinAssignor.class, group); break;
                case 2: rounds(StickyAssignor.class, group); break;
                default: rounds(CooperativeStickyAssignor.class, group);
            }
        }
    }

    static void rounds(Class<? extends ConsumerPartitionAssignor> kind, int group) throws Exception {
        ConsumerPartitionAssignor leader = kind.getDeclaredConstructor().newInstance();
        System.out.println("group " + leader.name());
        boolean racks = chance.nextInt(3) == 0, alike = chance.nextInt(2) == 0, statics = chance.nextInt(4) == 0;
        List<String> names = new ArrayList<>();
        for (int i = 1 + chance.nextInt(5); i > 0; i--) names.add(word());
        int sameSize = alike && chance.nextBoolean() ? 1 + chance.nextInt(12) : 0;
        Map<String, List<Node[]>> topics = new TreeMap<>();
        for (String name : names) topics.put(name, partitions(sameSize > 0 ? sameSize : chance.nextInt(14), racks));
        names.add("missing");
        List<Reader> readers = new ArrayList<>();
        for (int i = 1 + chance.nextInt(group % 40 < 36 ? 8 : 24); i > 0; i--) readers.add(reader(kind, names, racks, alike, statics));
        for (int round = 1; round <= 6; round++) {
            round(leader, topics, readers, round);
            if (chance.nextInt(3) == 0 && readers.size() > 1) readers.remove(chance.nextInt(readers.size()));
            if (chance.nextInt(2) == 0) readers.add(reader(kind, names, racks, alike, statics));
            if (chance.nextInt(4) == 0) {
                String name = names.get(chance.nextInt(names.size() - 1));
                int more = topics.get(name).size() + chance.nextInt(4);
                topics.put(name, partitions(more, racks));
            }
            for (Reader one : readers) change(one, readers, names, alike);
        }
    }

    static void change(Reader one, List<Reader> all, List<String> names, boolean alike) {
        if (!alike && chance.nextInt(5) == 0) one.topics = some(names, false);
        if (chance.nextInt(12) == 0 && one.generation > 0) one.generation -= 1 + chance.nextInt(2);
        if (chance.nextInt(15) == 0) one.owned = new ArrayList<>();
        if (chance.nextInt(15) == 0) {
            Reader other = all.get(chance.nextInt(all.size()));
            one.owned = new ArrayList<>(one.owned);
            for (TopicPartition taken : other.owned)
                if (!one.owned.contains(taken)) one.owned.add(taken);
        }
        if (chance.nextInt(12) == 0) one.version = (short) chance.nextInt(4);
    }

    static void round(ConsumerPartitionAssignor leader, Map<String, List<Node[]>> topics, List<Reader> readers, int generation) {
        List<PartitionInfo> infos = new ArrayList<>();
        Set<Node> nodes = new HashSet<>();
        topics.forEach((name, partitions) -> {
            StringBuilder line = new StringBuilder("topic " + name + " ");
            for (int i = 0; i < partitions.size(); i++) {
                Node[] replicas = partitions.get(i);
                List<String> racks = new ArrayList<>();
                for (Node node : replicas) if (node.hasRack()) racks.add(node.rack());
                line.append(i == 0 ? "" : ";").append(String.join(",", racks));
                infos.add(new PartitionInfo(name, i, replicas[0], replicas, replicas));
                nodes.addAll(Arrays.asList(replicas));
            }
            System.out.println(partitions.isEmpty() ? "topic " + name + " none" : line);
        });
        Cluster cluster = new Cluster("cluster", nodes, infos, Set.of(), Set.of());
        Map<String, Subscription> subscriptions = new HashMap<>();
        for (Reader one : readers) {
            one.assignor.onAssignment(new Assignment(one.owned), metadata(one));
            ByteBuffer data = one.generation < 0 && one.owned.isEmpty() && one.assignor instanceof StickyAssignor
                ? null : one.assignor.subscriptionUserData(new HashSet<>(one.topics));
            if (data != null && chance.nextInt(40) == 0) data.limit(data.limit() - 4);
            boolean eager = !(one.assignor instanceof CooperativeStickyAssignor);
            Subscription said = new Subscription(one.topics, data, eager ? List.of() : one.owned, one.generation, Optional.ofNullable(one.rack));
            ByteBuffer bytes = ConsumerProtocol.serializeSubscription(said, one.version);
            System.out.println("member " + one.id + " " + (one.instance == null ? "-" : one.instance) + " " + hex(bytes));
            Subscription read = ConsumerProtocol.deserializeSubscription(bytes.duplicate());
            read.setGroupInstanceId(Optional.ofNullable(one.instance));
            subscriptions.put(one.id, read);
        }
        Map<String, Assignment> given = leader.assign(cluster, new GroupSubscription(subscriptions)).groupAssignment();
        for (Reader one : readers) {
            Assignment assignment = given.get(one.id);
            one.owned = assignment.partitions();
            one.generation = generation;
            one.assignor.onAssignment(assignment, metadata(one));
            ByteBuffer next = one.assignor.subscriptionUserData(new HashSet<>(one.topics));
            System.out.println("give " + one.id + " " + hex(ConsumerProtocol.serializeAssignment(assignment)) + " " + (next == null ? "=" : hex(next)));
        }
    }

    static ConsumerGroupMetadata metadata(Reader one) {
        return new ConsumerGroupMetadata("group", one.generation, one.id, Optional.ofNullable(one.instance));
    }

    static Reader reader(Class<? extends ConsumerPartitionAssignor> kind, List<String> names, boolean racks, boolean alike, boolean statics) throws Exception {
        Reader one = new Reader();
        one.id = "consumer-" + Integer.toString(chance.nextInt(1 << 28), 36);
        one.instance = statics && chance.nextBoolean() ? "i" + chance.nextInt(1000) : null;
        one.rack = racks && chance.nextInt(5) > 0 ? "rack" + chance.nextInt(4) : null;
        one.topics = some(names, alike);
        one.assignor = kind.getDeclaredConstructor().newInstance();
        return one;
    }

    static List<String> some(List<String> names, boolean all) {
        List<String> some = new ArrayList<>();
        for (String name : names) if (all || chance.nextInt(3) > 0) some.add(name);
        return some;
    }

    static List<Node[]> partitions(int count, boolean racks) {
        List<Node[]> partitions = new ArrayList<>();
        boolean everywhere = chance.nextInt(3) == 0;
        for (int i = 0; i < count; i++) {
            Node[] replicas = new Node[everywhere ? 3 : 1 + chance.nextInt(2)];
            for (int j = 0; j < replicas.length; j++) {
                int node = everywhere ? j : (i + j * 2 + chance.nextInt(2)) % 4;
                replicas[j] = new Node(node, "host", 9092 + node, racks && (everywhere || node < 3) ? "rack" + node % 3 : null);
            }
            partitions.add(replicas);
        }
        return partitions;
    }

    static String word() {
        StringBuilder word = new StringBuilder();
        for (int i = 1 + chance.nextInt(8); i > 0; i--) word.append((char) ('a' + chance.nextInt(26)));
        return word.toString();
    }

    static String hex(ByteBuffer buffer) {
        StringBuilder hex = new StringBuilder();
        for (ByteBuffer copy = buffer.duplicate(); copy.hasRemaining(); ) hex.append(String.format("%02x", copy.get()));
        return hex.length() == 0 ? "-" : hex.toString();
    }
}
