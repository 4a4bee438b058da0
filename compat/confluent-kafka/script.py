"""librdkafka, by its Python package, against one node: python script.py HOST:PORT RUN

Topics and groups carry the run's name, so that a node may be used twice. What has no order is sorted, what a clock
decides is not printed.
"""

import logging
import sys
import time

from confluent_kafka import (
    OFFSET_BEGINNING, OFFSET_END, OFFSET_INVALID, Consumer, ConsumerGroupState, ConsumerGroupTopicPartitions, ElectionType, KafkaError,
    KafkaException, Producer, TopicCollection, TopicPartition, libversion, version,
)
from confluent_kafka.admin import (
    AclBinding, AclBindingFilter, AclOperation, AclPermissionType, AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions,
    NewTopic, OffsetSpec, ResourcePatternType, ResourceType, ScramCredentialInfo, ScramMechanism, UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from observe import client, settled, step, until

BOOTSTRAP, RUN = sys.argv[1:3]
# Of the records' own timestamps: old enough to lie behind, too young to expire.
START = int(time.time() * 1000) - 3600_000
QUIET = logging.getLogger("quiet")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


def name(what):
    return f"{what}-{RUN}"


def settings(**more):
    return {"bootstrap.servers": BOOTSTRAP, "client.id": "compat"} | {key.replace("_", "."): value for key, value in more.items()}


def error_name(error):
    error = error.args[0] if isinstance(error, KafkaException) else error
    return f"{error.name()} ({error.code()})" if isinstance(error, KafkaError) else str(error)


def refusal(run):
    try:
        return {"refused": False, "result": run()}
    except KafkaException as error:
        return {"refused": error_name(error)}


admin = AdminClient(settings(), logger=QUIET)


def main():
    client(f"confluent-kafka {version()}, of librdkafka {libversion()[0]}")
    topics()
    configs()
    producing()
    codecs()
    assigning()
    offsets()
    grouping()
    for assignor in ("range", "roundrobin", "cooperative-sticky"):
        rebalancing(assignor)
    static_members()
    auto_creation()
    administering()
    deleting()


def create(*topics, **options):
    """Creates topics and waits until the node tells clients of them."""
    made = [topic for topic, future in admin.create_topics(list(topics), **options).items() if future.result() is None]
    if not options.get("validate_only"):
        for topic in made:
            settled(lambda: led(topic), True)
    return made


def led(topic):
    found = admin.list_topics(topic, timeout=10).topics[topic]
    return found.error is None and all(p.leader >= 0 for p in found.partitions.values())


def topics():
    def cluster():
        answer = admin.describe_cluster(include_authorized_operations=False).result()
        return {"cluster": answer.cluster_id, "controller": answer.controller.id, "nodes": [f"{n.id} {n.host}:{n.port} {n.rack}" for n in answer.nodes]}

    step("cluster", cluster)
    step("topics: create with 3 partitions", lambda: len(create(NewTopic(name("three"), 3, 1))))
    step("topics: create again", lambda: refusal(lambda: create(NewTopic(name("three"), 3, 1))))
    step("topics: create with settings", lambda: len(create(
        NewTopic(name("settings"), 1, 1, config={"cleanup.policy": "compact", "retention.ms": "86400000", "max.message.bytes": "5000"}))))
    step("topics: create with the node's defaults", lambda: len(create(NewTopic(name("defaults")))))
    step("topics: create with an assignment", lambda: len(create(NewTopic(name("assigned"), 2, replica_assignment=[[1], [1]]))))
    create(NewTopic(f"dot.{RUN}", 1, 1))
    for what, topic in {
        "an illegal name": NewTopic("not/a/name", 1, 1),
        "the name .": NewTopic(".", 1, 1),
        "an empty name": NewTopic("", 1, 1),
        "a name of 250 characters": NewTopic("x" * 250, 1, 1),
        "a name that differs from another by . and _ only": NewTopic(f"dot_{RUN}", 1, 1),
        "10001 partitions": NewTopic(name("many"), 10001, 1),
        "two replicas of one broker": NewTopic(name("two"), 1, 2),
        "an unknown setting": NewTopic(name("odd"), 1, 1, config={"no.such.setting": "1"}),
        "an impossible setting": NewTopic(name("odd"), 1, 1, config={"cleanup.policy": "burn"}),
        "an impossible number": NewTopic(name("odd"), 1, 1, config={"min.insync.replicas": "0"}),
        "a replica on no broker": NewTopic(name("odd"), 1, replica_assignment=[[77]]),
        "the same replica twice": NewTopic(name("odd"), 1, replica_assignment=[[1, 1]]),
    }.items():
        step(f"topics: refuse {what}", lambda: refusal(lambda: create(topic)))

    def mixed():
        answers = admin.create_topics([NewTopic(name("three"), 1, 1), NewTopic(name("fresh"), 1, 1), NewTopic("a b", 1, 1)])
        said = {topic: refusal(future.result)["refused"] for topic, future in answers.items()}
        settled(lambda: led(name("fresh")), True)
        return said

    step("topics: good and bad in one request", mixed)
    step("topics: only validate", lambda: [len(create(NewTopic(name("never"), 1, 1), validate_only=True)), name("never") in admin.list_topics().topics])
    step("topics: list", lambda: sorted(topic for topic in admin.list_topics(timeout=10).topics if topic.endswith(RUN)))

    def metadata(topic):
        found = admin.list_topics(topic, timeout=10).topics[topic]
        return {
            "error": found.error and error_name(found.error),
            "partitions": [[p.id, p.leader, p.replicas, p.isrs, p.error and error_name(p.error)] for p in sorted(found.partitions.values(), key=lambda p: p.id)],
        }

    step("topics: metadata", lambda: metadata(name("three")))

    def describe(*topics):
        answers = {}
        for topic, future in admin.describe_topics(TopicCollection(list(topics))).items():
            answer = refusal(future.result)
            found = answer.get("result")
            answers[topic] = {
                "internal": found.is_internal, "identified": len(str(found.topic_id)) >= 22,
                "partitions": [[p.id, p.leader.id, [n.id for n in p.replicas], [n.id for n in p.isr]] for p in found.partitions],
            } if found else answer
        return answers

    step("topics: describe", lambda: describe(name("three"), name("assigned"), name("unknown")))

    def grow(topic, count):
        return refusal(lambda: [future.result() for future in admin.create_partitions([NewPartitions(name(topic), count)]).values()])["refused"]

    step("partitions: from 2 to 4", lambda: [grow("assigned", 4), settled(lambda: len(metadata(name("assigned"))["partitions"]), 4)])
    step("partitions: refuse fewer", lambda: grow("assigned", 3))
    step("partitions: refuse as many", lambda: grow("assigned", 4))
    step("partitions: refuse too many", lambda: grow("assigned", 20000))
    step("partitions: refuse an unknown topic", lambda: grow("unknown", 4))


def configs():
    def describe(kind, resource):
        (future,) = admin.describe_configs([ConfigResource(kind, resource)]).values()
        answer = refusal(future.result)
        if "result" not in answer:
            return answer
        return {
            key: [e.value, e.source, e.is_read_only, e.is_default, e.is_sensitive, [[s.name, s.value, s.source] for s in e.synonyms.values()]]
            for key, e in sorted(answer["result"].items())
        }

    step("configs: of a topic", lambda: describe(ConfigResource.Type.TOPIC, name("settings")))
    step("configs: of a topic with defaults", lambda: describe(ConfigResource.Type.TOPIC, name("defaults")))
    step("configs: of an unknown topic", lambda: describe(ConfigResource.Type.TOPIC, name("unknown")))
    step("configs: of an illegal topic", lambda: describe(ConfigResource.Type.TOPIC, "not/a/name"))
    step("configs: of the broker, a few", lambda: {
        key: entry for key, entry in describe(ConfigResource.Type.BROKER, "1").items()
        if key in ("advertised.listeners", "num.partitions", "log.retention.hours", "message.max.bytes", "group.max.session.timeout.ms", "auto.create.topics.enable")
    })


class Sender:
    """A producer that keeps what was answered for each record."""

    def __init__(self, **more):
        self.producer = Producer(settings(**more), logger=QUIET)
        self.answers = []

    def send(self, topic, records, seconds=20):
        self.answers = []
        for record in records:
            self.producer.produce(name(topic), on_delivery=self.delivered, **{"timestamp": START} | record)
            self.producer.poll(0)
        left = self.producer.flush(seconds)
        answers = sorted(self.answers, key=lambda answer: (isinstance(answer, str), answer))
        return answers if not left else {"unanswered": left, "answers": answers}

    def delivered(self, error, message):
        self.answers.append(error_name(error) if error else [message.partition(), message.offset()])


def ends(topic, partitions):
    reader = Consumer(settings(group_id=name("ends")), logger=QUIET)
    found = [list(reader.get_watermark_offsets(TopicPartition(name(topic), p), timeout=10)) for p in range(partitions)]
    reader.close()
    return found


def producing():
    for acks in ("0", "1", "all"):
        step(f"produce: acks {acks}", lambda: [
            answer if acks != "0" else "sent"
            for answer in Sender(acks=acks).send("three", [{"partition": p, "key": f"k{p}", "value": f"acks {acks}"} for p in range(3)])])
        if acks == "0":
            settled(lambda: ends("three", 3), [[0, 1]] * 3)  # acks 0 says nothing of when it is written
    step("produce: where the ends are", lambda: ends("three", 3))
    sender = Sender(message_max_bytes=2_000_000)
    step("produce: by key", lambda: len(sender.send("three", [{"key": f"key {i}", "value": f"value {i}", "timestamp": START + i} for i in range(30)])))
    step("produce: where the keys went", lambda: ends("three", 3))
    step("produce: null key, null value, empty value, headers", lambda: sender.send("three", [
        {"partition": 0, "value": "no key"}, {"partition": 0, "key": "no value"}, {"partition": 0, "key": "", "value": ""},
        {"partition": 0, "key": "headers", "value": "x", "headers": [("one", b"1"), ("two", b"2"), ("two", b"again"), ("null", None), ("empty", b"")]},
    ]))
    step("produce: just under the limit", lambda: sender.send("three", [{"partition": 1, "value": "x" * (1048588 - 80)}]))
    step("produce: refuse one above the limit", lambda: sender.send("three", [{"partition": 1, "value": "x" * 1048588}]))
    step("produce: refuse one above the topic's own limit", lambda: sender.send("settings", [{"key": "k", "value": "x" * 5001}]))
    step("produce: refuse a record without key on a compacted topic", lambda: sender.send("settings", [{"value": "no key"}]))
    step("produce: to a partition that is not there", lambda: refusal(lambda: sender.send("three", [{"partition": 9, "value": "x"}])))
    create(
        NewTopic(name("stamped"), 1, 1, config={"message.timestamp.type": "LogAppendTime"}),
        NewTopic(name("insync"), 1, 1, config={"min.insync.replicas": "2"}),
        NewTopic(name("strict"), 1, 1, config={"message.timestamp.before.max.ms": "60000", "message.timestamp.after.max.ms": "60000"}),
    )
    step("produce: the broker stamps the time", lambda: sender.send("stamped", [{"value": "when?"}]))
    step("produce: more replicas in sync wanted than there are", lambda: sender.send("insync", [{"value": "x"}]))
    step("produce: refuse a time too far back", lambda: sender.send("strict", [{"value": "x"}]))
    step("produce: refuse a time too far ahead", lambda: sender.send("strict", [{"value": "x", "timestamp": START + 7200_000}]))
    step("produce: one record of a batch has a bad time", lambda: Sender(linger_ms=200).send("strict", [{"value": "x", "timestamp": int(time.time() * 1000)}, {"value": "y"}]))
    idempotent = Sender(enable_idempotence=True, linger_ms=0)
    step("produce: idempotent", lambda: idempotent.send("assigned", [{"partition": 0, "value": f"i{i}"} for i in range(1000)])[::250])
    step("produce: idempotent, again", lambda: idempotent.send("assigned", [{"partition": 1, "value": f"i{i}"} for i in range(10)]))
    step("produce: where the idempotent ends are", lambda: ends("assigned", 4))


def codecs():
    create(NewTopic(name("codecs"), 1, 1))
    for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
        step(f"codecs: produce with {codec}", lambda: len(Sender(compression_type=codec, linger_ms=50).send(
            "codecs", [{"key": codec, "value": f"{codec} {i} " * 20, "timestamp": START + i} for i in range(100)])))
    for codec in ("uncompressed", "gzip", "snappy", "lz4", "zstd", "producer"):
        create(NewTopic(name(f"to-{codec}"), 1, 1, config={"compression.type": codec}))
        step(f"codecs: the broker keeps {codec}", lambda: [
            len(Sender(compression_type="lz4", linger_ms=50).send(f"to-{codec}", [{"value": f"v{i} " * 30} for i in range(50)])),
            summary(read(f"to-{codec}", 50))])
    step("codecs: read them all back", lambda: summary(read("codecs", 500)))


def read(topic, count, partitions=1, at=OFFSET_BEGINNING, seconds=15, **more):
    """Reads `count` records by assignment, without a group's help."""
    reader = Consumer(settings(group_id=name("reader"), enable_auto_commit=False, check_crcs=True, fetch_wait_max_ms=100, **more), logger=QUIET)
    reader.assign([TopicPartition(name(topic), p, at) for p in range(partitions)])
    found = []

    def poll():
        for message in reader.consume(500, 0.1):
            if message.error():
                raise KafkaException(message.error())
            found.append(message)
        return len(found) >= count

    try:
        until(f"{count} records of {topic}", poll, seconds)
    finally:
        reader.close()
    return sorted(found, key=lambda m: (m.partition(), m.offset()))


def summary(messages):
    keys = {}
    for message in messages:
        key = str(message.key())
        keys[key] = keys.get(key, 0) + 1
    return {"count": len(messages), "keys": keys, "bytes": sum(len(m.value()) for m in messages), "last": messages[-1].value()[:12], "offset": messages[-1].offset()}


def assigning():
    def whole():
        return [
            [m.partition(), m.offset(), m.timestamp()[0], m.timestamp()[1] - START, m.key(), m.value() if len(m.value() or b"") < 100 else len(m.value()),
             m.headers(), m.leader_epoch()]
            for m in read("three", 44, 3)
        ]

    step("read: every record of three partitions", whole)
    step("read: in small fetches", lambda: summary(read("codecs", 500, fetch_message_max_bytes=600, fetch_max_bytes=1_100_000)))
    step("read: from an offset", lambda: [m.offset() for m in read("codecs", 10, at=490)])
    step("read: an offset out of range starts over", lambda: summary(read("codecs", 500, at=99999, auto_offset_reset="earliest")))
    step("read: an offset out of range is an error", lambda: refusal(lambda: read("codecs", 1, at=99999, auto_offset_reset="error")))
    step("read: the time the broker stamped", lambda: [
        [m.timestamp()[0], m.timestamp()[1] - START > 3000_000] for m in read("stamped", 1)])

    def at_the_end():
        reader = Consumer(settings(group_id=name("end"), enable_partition_eof=True, fetch_wait_max_ms=100), logger=QUIET)
        reader.assign([TopicPartition(name("codecs"), 0, OFFSET_END)])
        seen = []
        until("the end", lambda: seen.append(reader.poll(0.1)) or seen[-1])
        position = reader.position([TopicPartition(name("codecs"), 0)])[0].offset
        reader.seek(TopicPartition(name("codecs"), 0, 498))
        after = []
        until("two records and the end", lambda: after.append(reader.poll(0.1)) or len([m for m in after if m]) == 3)
        reader.close()
        return {"first": error_name(seen[-1].error()), "position": position, "after": [error_name(m.error()) if m.error() else m.offset() for m in after if m]}

    step("read: the end, then seek", at_the_end)
    step("read: committed records only", lambda: summary(read("codecs", 500, isolation_level="read_committed")))


def offsets():
    reader = Consumer(settings(group_id=name("times")), logger=QUIET)
    for at in (-1000, 0, 50, 99, 100, 7200_000):
        step(f"offsets: at the start's time and {at} ms", lambda: [
            p.offset for p in reader.offsets_for_times([TopicPartition(name("codecs"), 0, START + at)], timeout=10)])
    reader.close()

    def listed(spec, partitions=1, topic="codecs"):
        asked = {TopicPartition(name(topic), p): spec for p in range(partitions)}
        answers = {}
        for partition, future in admin.list_offsets(asked).items():
            answer = refusal(future.result)
            found = answer.get("result")
            answers[str(partition.partition)] = [found.offset, found.timestamp if found.timestamp < 0 else found.timestamp - START, found.leader_epoch] if found else answer
        return answers

    step("offsets: earliest", lambda: listed(OffsetSpec.earliest(), 3, "three"))
    step("offsets: latest", lambda: listed(OffsetSpec.latest(), 3, "three"))
    step("offsets: of the greatest time", lambda: listed(OffsetSpec.max_timestamp()))
    step("offsets: of the greatest time, nothing there", lambda: listed(OffsetSpec.max_timestamp(), topic="defaults"))
    step("offsets: of a time", lambda: listed(OffsetSpec.for_timestamp(START + 12), 3, "three"))
    step("offsets: of an unknown topic", lambda: listed(OffsetSpec.latest(), topic="unknown"))


class Member:
    """A consumer in a group that keeps its assignment and what it read."""

    def __init__(self, group, topic, **more):
        defaults = {"group_id": name(group), "auto_offset_reset": "earliest", "session_timeout_ms": 10000, "heartbeat_interval_ms": 300, "fetch_wait_max_ms": 100}
        self.consumer = Consumer(settings(**defaults | more), logger=QUIET)
        self.seen, self.errors = [], []
        self.consumer.subscribe([name(topic)])

    def poll(self):
        message = self.consumer.poll(0.05)
        if message is not None:
            (self.errors if message.error() else self.seen).append(message)

    def partitions(self):
        return sorted(p.partition for p in self.consumer.assignment())


def wait_for(what, members, condition, seconds=30):
    def poll():
        for member in members:
            member.poll()
        return condition()

    until(what, poll, seconds)


def committed(group, topic=None, partitions=1):
    asked = [TopicPartition(name(topic), p) for p in range(partitions)] if topic else None
    (future,) = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(name(group), asked)]).values()
    answer = refusal(future.result)
    if "result" not in answer:
        return answer
    return [[p.topic, p.partition, p.offset if p.offset != OFFSET_INVALID else None, p.metadata, p.error and error_name(p.error)]
            for p in sorted(answer["result"].topic_partitions, key=lambda p: (p.topic, p.partition))]


def describe(group):
    (future,) = admin.describe_consumer_groups([name(group)]).values()
    answer = refusal(future.result)
    found = answer.get("result")
    return {
        "simple": found.is_simple_consumer_group, "state": str(found.state), "type": str(found.type), "assignor": found.partition_assignor,
        "coordinator": f"{found.coordinator.id} {found.coordinator.host}:{found.coordinator.port}",
        "members": sorted([m.client_id, m.host, m.group_instance_id, sorted(p.partition for p in m.assignment.topic_partitions)] for m in found.members),
    } if found else answer


def grouping():
    def from_the_beginning():
        member = Member("reads", "three", enable_auto_commit=False)
        wait_for("44 records", [member], lambda: len(member.seen) >= 44)
        before = [p.offset for p in member.consumer.committed([TopicPartition(name("three"), p) for p in range(3)], timeout=10)]
        member.consumer.commit(offsets=[TopicPartition(name("three"), 0, 5, "five"), TopicPartition(name("three"), 2, 6)], asynchronous=False)
        after = [[p.offset, p.metadata] for p in member.consumer.committed([TopicPartition(name("three"), p) for p in range(3)], timeout=10)]
        member.consumer.close()
        return {"records": len(member.seen), "before": before, "after": after}

    step("groups: read from the beginning, commit by hand", from_the_beginning)
    step("groups: what is committed", lambda: committed("reads", "three", 3))
    step("groups: what is committed, of all topics", lambda: committed("reads"))
    step("groups: what an unknown group committed", lambda: committed("unknown"))

    def go_on():
        member = Member("reads", "three")
        wait_for("all the rest", [member], lambda: len(member.seen) >= 33)
        first = {}
        for message in member.seen:
            first.setdefault(message.partition(), message.offset())
        member.consumer.close()
        return {"first": sorted(first.items()), "records": len(member.seen)}

    step("groups: go on where it was committed", go_on)
    step("groups: closing committed the rest", lambda: committed("reads", "three", 3))

    def alter(group, topic, offset):
        asked = ConsumerGroupTopicPartitions(name(group), [TopicPartition(name(topic), 0, offset)])
        (future,) = admin.alter_consumer_group_offsets([asked]).values()
        answer = refusal(future.result)
        return [[p.partition, p.offset, p.error and error_name(p.error)] for p in answer["result"].topic_partitions] if "result" in answer else answer

    step("groups: set an offset", lambda: [alter("reads", "three", 1), committed("reads", "three", 3)])
    step("groups: set an offset of a new group", lambda: [alter("fresh", "three", 1), committed("fresh"), describe("fresh")])
    step("groups: set an offset of an unknown topic", lambda: alter("reads", "unknown", 1))
    step("groups: describe an empty one", lambda: describe("reads"))
    step("groups: describe an unknown one", lambda: describe("unknown"))

    def listed(**filters):
        answer = admin.list_consumer_groups(**filters).result()
        return [sorted([g.group_id, g.is_simple_consumer_group, str(g.state)] for g in answer.valid if g.group_id.endswith(RUN)), len(answer.errors)]

    step("groups: list", listed)
    step("groups: list the empty ones", lambda: listed(states={ConsumerGroupState.EMPTY}))
    step("groups: list the stable ones", lambda: listed(states={ConsumerGroupState.STABLE}))

    def short():
        consumer = Consumer(settings(group_id=name("short"), session_timeout_ms=100, heartbeat_interval_ms=10), logger=QUIET)
        consumer.subscribe([name("three")])
        seen = []
        until("an error", lambda: seen.append(consumer.poll(0.1)) or seen[-1])
        consumer.close()
        return error_name(seen[-1].error())

    step("groups: a session too short", short)


def rebalancing(assignor):
    topic, group = f"shared-{assignor}", f"rebalance-{assignor}"
    create(NewTopic(name(topic), 4, 1))
    members = []

    def join():
        members.append(Member(group, topic, partition_assignment_strategy=assignor))

    def one():
        join()
        wait_for("four partitions", members, lambda: len(members[0].partitions()) == 4)
        return {"partitions": members[0].partitions(), "group": describe(group)}

    def two():
        join()
        wait_for("two and two", members, lambda: [len(m.partitions()) for m in members] == [2, 2])
        settled(lambda: [m.poll() for m in members] and describe(group)["state"], str(ConsumerGroupState.STABLE))
        found = describe(group)
        shares = sorted(member[3] for member in found.pop("members"))
        fixed = shares if assignor == "range" else [len(share) for share in shares]
        return {"both": sorted(members[0].partitions() + members[1].partitions()), "group": found, "shares": fixed}

    def records():
        Sender().send(topic, [{"partition": p, "value": f"{p}/{i}"} for p in range(4) for i in range(25)])
        wait_for("all records", members, lambda: sum(len(m.seen) for m in members) >= 100)
        values = [m.value() for member in members for m in member.seen]
        for member in members:
            member.consumer.commit(asynchronous=False)
        return {"count": len(values), "distinct": len(set(values)), "each": sorted(len(m.seen) for m in members), "committed": committed(group)}

    def leave():
        members.pop(0).consumer.close()
        wait_for("four partitions", members, lambda: len(members[0].partitions()) == 4)
        return {"partitions": members[0].partitions(), "again": len(members[0].seen) - 50}

    def delete():
        return [refusal(f.result)["refused"] for f in admin.delete_consumer_groups([name(group)]).values()]

    step(f"rebalance, {assignor}: one member has all partitions", one)
    step(f"rebalance, {assignor}: a second joins, both have two", two)
    step(f"rebalance, {assignor}: every record goes to one of them", records)
    step(f"rebalance, {assignor}: deleting the busy group is refused", delete)
    step(f"rebalance, {assignor}: one leaves, the other has all again", leave)
    step(f"rebalance, {assignor}: both gone", lambda: [members.pop().consumer.close(), settled(lambda: describe(group)["members"], []), describe(group)])
    step(f"rebalance, {assignor}: delete the group", lambda: [delete(), describe(group)])
    step(f"rebalance, {assignor}: delete it again", delete)


def static_members():
    create(NewTopic(name("static"), 2, 1))
    one = Member("static", "static", group_instance_id="one")
    two = Member("static", "static", group_instance_id="two")

    def both():
        wait_for("one each", [one, two], lambda: len(one.partitions()) == len(two.partitions()) == 1)
        return {"group": describe("static"), "both": one.partitions() + two.partitions()}

    def back():
        before = one.partitions()
        one.consumer.close()
        kept = describe("static")
        again = Member("static", "static", group_instance_id="one")
        wait_for("the same partition", [again, two], lambda: len(again.partitions()) == 1)
        answer = {"kept": kept, "same": again.partitions() == before, "group": describe("static")}
        return answer, again

    def fenced():
        thief = Member("static", "static", group_instance_id="two")
        wait_for("the fence", [thief, two], lambda: two.errors)
        answer = sorted({error_name(m.error()) for m in two.errors})
        two.consumer.close()
        wait_for("its partition", [thief], lambda: len(thief.partitions()) == 1)
        thief.consumer.close()
        return answer

    kept = []

    def returning():
        answer, again = back()
        kept.append(again)
        return answer

    step("static: two members, one partition each", both)
    step("static: one goes and comes back to its partition", returning)
    step("static: a second of the same name fences the first", fenced)
    for member in kept:
        member.consumer.close()


def auto_creation():
    def exists(topic):
        return name(topic) in admin.list_topics(timeout=10).topics

    step("auto-creation: a producer", lambda: [Sender().send("auto-producer", [{"value": "x"}]), exists("auto-producer")])

    def assigned(topic):
        reader = Consumer(settings(group_id=name("auto"), topic_metadata_refresh_interval_ms=200, enable_partition_eof=True, allow_auto_create_topics=True), logger=QUIET)
        reader.assign([TopicPartition(name(topic), 0, OFFSET_BEGINNING)])
        seen = []
        until("the end of the new topic", lambda: seen.append(reader.poll(0.1)) or seen[-1])
        reader.close()
        return [error_name(seen[-1].error()), exists(topic)]

    def subscribed(topic):
        member = Member("auto", topic, topic_metadata_refresh_interval_ms=200)
        wait_for("an error", [member], lambda: member.errors)
        member.consumer.close()
        return [error_name(member.errors[0].error()), exists(topic)]

    def illegal():
        sender = Producer(settings(message_timeout_ms=3000, topic_metadata_propagation_max_ms=500), logger=QUIET)
        answers = []
        sender.produce("not a name", "x", on_delivery=lambda error, message: answers.append(error_name(error) if error else message.offset()))
        sender.flush(10)
        return answers

    step("auto-creation: a consumer by default", lambda: subscribed("no-auto-consumer"))
    step("auto-creation: a consumer that asks for it", lambda: assigned("auto-consumer"))
    step("auto-creation: never with an illegal name", lambda: refusal(illegal))


def administering():
    """What is neither topics nor groups. Other scripts use the same node: what is made carries the run's name."""
    create(NewTopic(name("administered"), 2, 1))
    first, missing, unknown = TopicPartition(name("administered"), 0), TopicPartition(name("administered"), 77), TopicPartition(name("unknown"), 0)
    Sender().send("administered", [{"partition": 0, "value": str(i)} for i in range(10)])

    def alter(topic, *changes):
        entries = [ConfigEntry(key, value, incremental_operation=AlterConfigOpType[operation]) for operation, key, value in changes]
        resource = ConfigResource(ConfigResource.Type.TOPIC, name(topic), incremental_configs=entries)
        (future,) = admin.incremental_alter_configs([resource]).values()
        future.result()
        time.sleep(1)  # the node may tell of a change a moment later
        return shown(topic)

    def shown(topic):
        (future,) = admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, name(topic))]).values()
        return {key: [entry.value, entry.source] for key, entry in future.result().items() if key in ("retention.ms", "cleanup.policy")}

    def replace(topic, **configs):
        resource = ConfigResource(ConfigResource.Type.TOPIC, name(topic), set_config={key.replace("_", "."): value for key, value in configs.items()})
        (future,) = admin.alter_configs([resource]).values()
        future.result()
        time.sleep(1)
        return shown(topic)

    for what, run in {
        "set and append": lambda: alter("administered", ("SET", "retention.ms", "7200000"), ("APPEND", "cleanup.policy", "compact")),
        "subtract and delete": lambda: alter("administered", ("SUBTRACT", "cleanup.policy", "delete"), ("DELETE", "retention.ms", None)),
        "replace": lambda: replace("administered", retention_ms="3600001"),
        "refuse an impossible value": lambda: alter("administered", ("SET", "retention.ms", "soon")),
        "refuse an unknown setting": lambda: alter("administered", ("SET", "no.such.setting", "1")),
        "refuse an unknown topic": lambda: alter("unknown", ("SET", "retention.ms", "1")),
    }.items():
        step(f"configs: change a topic's: {what}", lambda: refusal(run))

    def delete(part, before):
        (future,) = admin.delete_records([TopicPartition(part.topic, part.partition, before)], request_timeout=5).values()
        return future.result().low_watermark

    for what, part, before in (("delete three", first, 3), ("refuse beyond the end", first, 11), ("refuse an unknown topic", unknown, 1), ("delete all", first, OFFSET_END)):
        step(f"records: {what}", lambda: refusal(lambda: delete(part, before)))

    def elect(kind, part):
        return [[str(one.partition), error and error_name(error)] for one, error in admin.elect_leaders(kind, [part]).result().items()]

    for kind in ElectionType:
        for what, part in (("not needed", first), ("a partition that is not there", missing), ("an unknown topic", unknown)):
            step(f"elections: {kind.name.lower()}, {what}", lambda: refusal(lambda: elect(kind, part)))
    user = name("user")

    def scram(alteration):
        return [future.result() for future in admin.alter_user_scram_credentials([alteration]).values()]

    def described(who):
        (future,) = admin.describe_user_scram_credentials([who]).values()
        return [[str(info.mechanism), info.iterations] for info in future.result().scram_credential_infos]

    strong = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 8192)
    step("scram: a user's credentials", lambda: refusal(lambda: scram(UserScramCredentialUpsertion(user, strong, b"secret"))))
    time.sleep(1)
    step("scram: described", lambda: refusal(lambda: described(user)))
    step("scram: an unknown user", lambda: refusal(lambda: described(name("nobody"))))
    step("scram: refuse too few rounds", lambda: refusal(lambda: scram(UserScramCredentialUpsertion(user, ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 100), b"secret"))))
    step("scram: removed", lambda: refusal(lambda: scram(UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512))))
    step("scram: removed again", lambda: refusal(lambda: scram(UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512))))
    acl = [ResourceType.TOPIC, name("acl"), ResourcePatternType.LITERAL, f"User:{user}", "*", AclOperation.READ, AclPermissionType.ALLOW]
    step("acls: create", lambda: refusal(lambda: [future.result() for future in admin.create_acls([AclBinding(*acl)]).values()]))
    step("acls: describe", lambda: refusal(lambda: len(admin.describe_acls(AclBindingFilter(*acl)).result())))
    step("acls: delete", lambda: refusal(lambda: [len(future.result()) for future in admin.delete_acls([AclBindingFilter(*acl)]).values()]))


def deleting():
    def delete(*topics):
        return {topic: refusal(future.result)["refused"] for topic, future in admin.delete_topics([name(topic) for topic in topics]).items()}

    step("delete: a topic, and one that is not there", lambda: [
        delete("three", "unknown"), settled(lambda: name("three") in admin.list_topics(timeout=10).topics, False)])
    step("delete: its committed offsets are gone with it", lambda: settled(lambda: committed("reads"), []))
    step("delete: made again, it is empty", lambda: [len(create(NewTopic(name("three"), 2, 1))), settled(lambda: refusal(lambda: ends("three", 2)), {"refused": False, "result": [[0, 0], [0, 0]]})])
    step("delete: made again, it takes records", lambda: Sender().send("three", [{"partition": 1, "value": "new"}]))
    step("delete: and gives them back", lambda: [m.value() for m in read("three", 1, 2)])


if __name__ == "__main__":
    main()
