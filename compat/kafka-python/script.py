"""kafka-python against one node: python script.py HOST:PORT RUN

Its admin client hands out the answers field by field, so they are compared that way. Topics and groups carry the
run's name, so that a node may be used twice. What has no order is sorted, what a clock decides is not printed.
"""

import logging
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import kafka
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import (
    ACL, ACLOperation, ACLPermissionType, ConfigResource, GroupState, MemberToRemove, OffsetSpec, ResourcePattern, ResourceType, ScramMechanism,
    UserScramCredentialDeletion, UserScramCredentialUpsertion,
)
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from kafka.errors import KafkaError, RebalanceInProgressError, for_code
from kafka.structs import OffsetAndMetadata

from observe import client, settled, step, until

BOOTSTRAP, RUN = sys.argv[1:3]
# Of the records' own timestamps: old enough to lie behind, too young to expire.
START = int(time.time() * 1000) - 3600_000
COMMON = {"bootstrap_servers": BOOTSTRAP, "client_id": "compat"}
logging.disable(logging.CRITICAL)


def name(what):
    return f"{what}-{RUN}"


def error_name(error):
    kind = error if isinstance(error, type) else type(error)
    code = getattr(kind, "errno", None)
    return f"{kind.__name__} ({code})" if code is not None else kind.__name__


def refusal(run):
    try:
        return {"refused": False, "result": run()}
    except KafkaError as error:
        return {"refused": error_name(error)}


def without(keys, value):
    """A raw answer without what differs by nature: identifiers, messages, times."""
    if isinstance(value, dict):
        return {str(key): without(keys, inner) for key, inner in value.items() if key not in keys}
    return [without(keys, inner) for inner in value] if isinstance(value, list) else value


admin = KafkaAdminClient(**COMMON)


def main():
    client(f"kafka-python {kafka.__version__}")
    cluster()
    topics()
    configs()
    producing()
    codecs()
    assigning()
    offsets()
    grouping()
    for assignor in (RangePartitionAssignor, RoundRobinPartitionAssignor, StickyPartitionAssignor):
        rebalancing(assignor)
    static_members()
    auto_creation()
    administering()
    deleting()
    admin.close()


def cluster():
    step("cluster", lambda: without({"cluster_id"}, admin.describe_cluster()))


def create(topics, **options):
    answer = admin.create_topics(topics, raise_errors=False, **options)
    answer["topics"].sort(key=lambda topic: topic["name"])
    if not options.get("validate_only"):
        # Until the node tells clients of them.
        for topic in answer["topics"]:
            if topic["error_code"] == 0:
                settled(lambda: led(topic["name"]), True)
    return without({"error_message", "topic_id"}, answer)["topics"]


def led(topic):
    (found,) = admin.describe_topics([topic])
    return found["error_code"] == 0 and all(partition["leader_id"] >= 0 for partition in found["partitions"])


def one(topic, partitions=1, replicas=1, **configs):
    return {topic: {"num_partitions": partitions, "replication_factor": replicas, "configs": {key.replace("_", "."): value for key, value in configs.items()}}}


def by_id(partitions):
    return sorted(partitions, key=lambda partition: partition["partition_index"])


def topics():
    step("topics: create with 3 partitions", lambda: create(one(name("three"), 3)))
    step("topics: create again", lambda: create(one(name("three"), 3)))
    step("topics: create with settings", lambda: create(one(name("settings"), cleanup_policy="compact", retention_ms="86400000", max_message_bytes="5000")))
    step("topics: create with the node's defaults", lambda: create([name("defaults")]))
    step("topics: create with an assignment", lambda: create({name("assigned"): {"assignments": {0: [1], 1: [1]}}}))
    for what, topic in {
        "an illegal name": one("not/a/name"),
        "the name ..": one(".."),
        "a name of 250 characters": one("x" * 250),
        "no partitions": one(name("none"), 0),
        "fewer than no partitions": one(name("none"), -2),
        "10001 partitions": one(name("many"), 10001),
        "no replicas": one(name("none"), 1, 0),
        "two replicas of one broker": one(name("two"), 1, 2),
        "an unknown setting": one(name("odd"), no_such_setting="1"),
        "an impossible setting": one(name("odd"), compression_type="best"),
        "an assignment and a number of partitions": {name("odd"): {"num_partitions": 1, "replication_factor": 1, "assignments": {0: [1]}}},
        "an assignment of different lengths": {name("odd"): {"assignments": {0: [1], 1: []}}},
    }.items():
        step(f"topics: refuse {what}", lambda: create(topic))
    step("topics: good and bad in one request", lambda: create(one(name("fresh")) | one(name("three")) | one("a b")))
    step("topics: only validate", lambda: [create(one(name("never"), 2), validate_only=True), name("never") in admin.list_topics()])
    step("topics: list", lambda: sorted(topic for topic in admin.list_topics() if topic.endswith(RUN)))

    def describe(topic):
        (found,) = admin.describe_topics([topic])
        found["partitions"] = by_id(found["partitions"])
        return without({"topic_id"}, found)

    step("topics: metadata", lambda: describe(name("three")))
    step("topics: metadata of an unknown one", lambda: describe(name("unknown")))
    step("topics: metadata of an illegal one", lambda: describe("not/a/name"))

    def grow(topic, count, *assignments):
        asked = {"count": count, "assignments": assignments} if assignments else count
        return without({"error_message"}, admin.create_partitions({name(topic): asked}, raise_errors=False).to_dict())

    step("partitions: from 2 to 4", lambda: [grow("assigned", 4), settled(lambda: len(describe(name("assigned"))["partitions"]), 4)])
    step("partitions: refuse fewer", lambda: grow("assigned", 3))
    step("partitions: refuse as many", lambda: grow("assigned", 4))
    step("partitions: refuse an unknown topic", lambda: grow("unknown", 4))
    step("partitions: refuse a replica on no broker", lambda: grow("assigned", 5, [77]))
    step("partitions: refuse too few assignments", lambda: grow("assigned", 6, [1]))
    step("partitions: one more, assigned", lambda: [grow("fresh", 2, [1]), settled(lambda: len(describe(name("fresh"))["partitions"]), 2)])


def configs():
    def describe(kind, resource, keys=None, config_filter="all"):
        answer = admin.describe_configs([ConfigResource(kind, resource, keys)], include_synonyms=True, config_filter=config_filter)
        return {key: without({"documentation"}, entry) | {"documented": bool(entry.get("documentation"))} for key, entry in sorted(answer[kind][resource].items())}

    step("configs: of a topic", lambda: describe("topic", name("settings")))
    step("configs: of a topic, what was set", lambda: sorted(describe("topic", name("settings"), config_filter="modified")))
    step("configs: of a topic, two of them", lambda: describe("topic", name("three"), ["retention.ms", "segment.bytes"]))
    step("configs: of an unknown topic", lambda: describe("topic", name("unknown")))
    step("configs: of the broker, a few", lambda: describe("broker", "1", ["advertised.listeners", "num.partitions", "log.retention.hours", "message.max.bytes", "auto.create.topics.enable"]))


class Sender:
    """A producer, and what was answered for each record, in order."""

    def __init__(self, **more):
        self.producer = KafkaProducer(**COMMON | more)

    def send(self, topic, records):
        futures = [self.producer.send(name(topic), **{"timestamp_ms": START} | record) for record in records]
        return [self.answer(future) for future in futures]

    @staticmethod
    def answer(future):
        try:
            sent = future.get(20)
            return [sent.partition, sent.offset, sent.timestamp - START if sent.timestamp < START + 3000_000 else "now"]
        except KafkaError as error:
            return error_name(error)


def ends(topic, partitions):
    reader = KafkaConsumer(**COMMON)
    parts = [TopicPartition(name(topic), p) for p in range(partitions)]
    found = [sorted((p.partition, o) for p, o in offsets.items()) for offsets in (reader.beginning_offsets(parts), reader.end_offsets(parts))]
    reader.close()
    return [[low[1], high[1]] for low, high in zip(*found)]


def producing():
    for acks in (0, 1, "all"):
        step(f"produce: acks {acks}", lambda: [
            answer if acks else "sent"
            for answer in Sender(acks=acks, enable_idempotence=False).send("three", [{"partition": p, "key": b"k%d" % p, "value": f"acks {acks}".encode()} for p in range(3)])])
        if acks == 0:
            settled(lambda: ends("three", 3), [[0, 1]] * 3)  # acks 0 says nothing of when it is written
    step("produce: where the ends are", lambda: ends("three", 3))
    sender = Sender(max_request_size=4_000_000)
    step("produce: by key", lambda: len(sender.send("three", [{"key": b"key %d" % i, "value": b"value %d" % i, "timestamp_ms": START + i} for i in range(30)])))
    step("produce: where the keys went", lambda: ends("three", 3))
    step("produce: null key, null value, empty value, headers", lambda: sender.send("three", [
        {"partition": 0, "value": b"no key"}, {"partition": 0, "key": b"no value"}, {"partition": 0, "key": b"", "value": b""},
        {"partition": 0, "key": b"headers", "value": b"x", "headers": [("one", b"1"), ("two", b"2"), ("two", b"again"), ("empty", b"")]},
    ]))
    step("produce: just under the limit", lambda: sender.send("three", [{"partition": 1, "value": b"x" * (1048588 - 80)}]))
    step("produce: refuse one above the limit", lambda: Sender(max_request_size=4_000_000).send("three", [{"partition": 1, "value": b"x" * 1048588}]))
    step("produce: refuse one above the topic's own limit", lambda: Sender().send("settings", [{"key": b"k", "value": b"x" * 5001}]))
    step("produce: refuse a record without key on a compacted topic", lambda: Sender(enable_idempotence=False).send("settings", [{"value": b"no key"}]))
    create(one(name("stamped"), message_timestamp_type="LogAppendTime") | one(name("strict"), message_timestamp_before_max_ms="60000"))
    step("produce: the broker stamps the time", lambda: sender.send("stamped", [{"value": b"when?"}]))
    step("produce: refuse a time too far back", lambda: Sender(enable_idempotence=False).send("strict", [{"value": b"x"}]))
    idempotent = Sender(enable_idempotence=True, acks="all")
    step("produce: idempotent", lambda: [answer[:2] for answer in idempotent.send("assigned", [{"partition": 0, "value": b"i%d" % i} for i in range(500)])][::125])
    step("produce: where the idempotent ends are", lambda: ends("assigned", 4))


def codecs():
    create(one(name("codecs")))
    for codec in (None, "gzip", "snappy", "lz4", "zstd"):
        text = (codec or "none").encode()
        step(f"codecs: produce with {codec or 'none'}", lambda: len(Sender(compression_type=codec, linger_ms=50).send(
            "codecs", [{"key": text, "value": (text + b" %d " % i) * 20, "timestamp_ms": START + i} for i in range(100)])))
    step("codecs: read them all back", lambda: summary(read("codecs", 500)))


def consumer(**more):
    return KafkaConsumer(**{**COMMON, "fetch_max_wait_ms": 100, "auto_offset_reset": "earliest"} | more)


def drain(reader, found, timeout_ms=50):
    for records in reader.poll(timeout_ms).values():
        found.extend(records)


def read(topic, count, partitions=1, at=None, **more):
    """Reads `count` records by assignment, without a group."""
    reader = consumer(group_id=None, **more)
    parts = [TopicPartition(name(topic), p) for p in range(partitions)]
    reader.assign(parts)
    for part in parts:
        reader.seek_to_beginning(part) if at is None else reader.seek(part, at)
    found = []
    try:
        until(f"{count} records of {topic}", lambda: drain(reader, found) or len(found) >= count)
    finally:
        reader.close()
    return sorted(found, key=lambda record: (record.partition, record.offset))


def summary(records):
    keys = {}
    for record in records:
        key = str(record.key)
        keys[key] = keys.get(key, 0) + 1
    return {"count": len(records), "keys": keys, "bytes": sum(len(r.value) for r in records), "last": records[-1].value[:12], "offset": records[-1].offset}


def assigning():
    step("read: every record of three partitions", lambda: [
        [r.partition, r.offset, r.timestamp_type, r.timestamp - START, r.key, r.value if len(r.value or b"") < 100 else len(r.value), r.headers]
        for r in read("three", 44, 3)])
    step("read: in small fetches", lambda: summary(read("codecs", 500, max_partition_fetch_bytes=600, fetch_max_bytes=1000)))
    step("read: without fetch sessions", lambda: summary(read("codecs", 500, enable_incremental_fetch_sessions=False)))
    step("read: from an offset inside a batch", lambda: [r.offset for r in read("codecs", 10, at=490)])
    step("read: an offset out of range starts over", lambda: summary(read("codecs", 500, at=99999)))
    step("read: an offset out of range is an error", lambda: refusal(lambda: read("codecs", 1, at=99999, auto_offset_reset="none")))
    step("read: committed records only", lambda: summary(read("codecs", 500, isolation_level="read_committed")))
    step("read: the time the broker stamped", lambda: [[r.timestamp_type, r.timestamp - START > 3000_000] for r in read("stamped", 1)])


def offsets():
    reader = consumer(group_id=None)
    part = TopicPartition(name("codecs"), 0)
    for at in (-1000, 0, 50, 99, 100, 7200_000):
        def by_time():
            found = reader.offsets_for_times({part: START + at})[part]
            return found and [found.offset, found.timestamp - START, found.leader_epoch]
        step(f"offsets: at the start's time and {at} ms", by_time)
    reader.close()

    def listed(topic, spec):
        answer = admin.list_partition_offsets({TopicPartition(name(topic), 0): spec})
        return [[p.partition, o.offset, o.timestamp - START if o.timestamp > 0 else o.timestamp, o.leader_epoch] for p, o in answer.items()]

    for spec in ("EARLIEST", "LATEST", "MAX_TIMESTAMP", "EARLIEST_LOCAL", "LATEST_TIERED"):
        step(f"offsets: {spec}", lambda: refusal(lambda: listed("codecs", OffsetSpec[spec])))
    step("offsets: of the greatest time, nothing there", lambda: refusal(lambda: listed("defaults", OffsetSpec.MAX_TIMESTAMP)))
    step("offsets: of an unknown topic", lambda: refusal(lambda: listed("unknown", OffsetSpec.LATEST)))


class Member:
    """A consumer in a group that keeps what it read."""

    def __init__(self, group, topic, learns_first=True, **more):
        self.consumer = consumer(group_id=name(group), **{"session_timeout_ms": 10000, "heartbeat_interval_ms": 300, "metadata_max_age_ms": 500} | more)
        if learns_first:
            # A member that joins before it has heard of the topic's partitions shares out none, and on a busy machine stays so.
            self.consumer.partitions_for_topic(name(topic))
        self.consumer.subscribe([name(topic)])
        self.seen = []

    def poll(self):
        drain(self.consumer, self.seen, 200)

    def partitions(self):
        return sorted(part.partition for part in self.consumer.assignment())


def wait_for(what, members, condition, seconds=30):
    def poll():
        # All at once: a member that comes into the group while nobody polls it forgets that, and joins again, and so on for ever.
        with ThreadPoolExecutor(len(members)) as pool:
            list(pool.map(Member.poll, members))
        return condition()

    until(what, poll, seconds)


def committed(group, topic=None, partitions=1):
    asked = [TopicPartition(name(topic), p) for p in range(partitions)] if topic else None
    answer = admin.list_group_offsets({name(group): asked})[name(group)]
    return sorted([p.topic, p.partition, o.offset, o.metadata, o.leader_epoch] for p, o in answer.items())


def describe(group):
    found = refusal(lambda: admin.describe_groups([name(group)])[name(group)])
    if found["refused"]:
        return found
    found = found["result"]
    members = found.pop("members")
    error = str(found.pop("error")).split("]")[0]  # its text is the node's own
    return without({"error_message", "authorized_operations"}, found) | {"error": error} | {
        "members": sorted(([m["client_id"], m["client_host"], m.get("group_instance_id"), without({"user_data"}, m["member_assignment"])] for m in members), key=str)}


def grouping():
    def from_the_beginning():
        member = Member("reads", "three", enable_auto_commit=False)
        wait_for("44 records", [member], lambda: len(member.seen) >= 44)
        parts = [TopicPartition(name("three"), p) for p in range(3)]
        before = [member.consumer.committed(part) for part in parts]
        records = len(member.seen)

        def commits():
            try:
                member.consumer.commit({parts[0]: OffsetAndMetadata(5, "five", -1), parts[2]: OffsetAndMetadata(6, "", -1)})
                return True
            except RebalanceInProgressError:  # it heard anew of the topic, and joins once more
                member.poll()
                return False

        until("a commit", commits)
        after = [member.consumer.committed(part, metadata=True) for part in parts]
        member.consumer.close()
        return {"records": records, "before": before, "after": [found and list(found) for found in after]}

    step("groups: read from the beginning, commit by hand", from_the_beginning)
    step("groups: what is committed", lambda: committed("reads", "three", 3))
    step("groups: what is committed, of all topics", lambda: committed("reads"))
    step("groups: what an unknown group committed", lambda: committed("unknown"))

    def go_on():
        member = Member("reads", "three")
        wait_for("all the rest", [member], lambda: len(member.seen) >= 33)
        first = {}
        for record in sorted(member.seen, key=lambda record: record.offset):
            first.setdefault(record.partition, record.offset)
        member.consumer.close()
        return {"first": sorted(first.items()), "records": len(member.seen)}

    step("groups: go on where it was committed", go_on)
    step("groups: closing committed the rest", lambda: committed("reads", "three", 3))

    def alter(group, topic, offset):
        answer = admin.alter_group_offsets(name(group), {TopicPartition(name(topic), 0): OffsetAndMetadata(offset, "set", -1)})
        return [[p.partition, error_name(error)] for p, error in answer.items()]

    step("groups: set an offset", lambda: [alter("reads", "three", 1), committed("reads", "three", 3)])
    step("groups: set an offset of a new group", lambda: [alter("fresh", "three", 1), committed("fresh"), describe("fresh")])
    step("groups: set an offset of an unknown topic", lambda: alter("reads", "unknown", 1))
    step("groups: metadata too long", lambda: [
        error_name(error) for error in admin.alter_group_offsets(name("reads"), {TopicPartition(name("three"), 0): OffsetAndMetadata(1, "x" * 4097, -1)}).values()])
    step("groups: describe an empty one", lambda: describe("reads"))
    step("groups: describe an unknown one", lambda: describe("unknown"))

    def listed(**filters):
        return sorted((group for group in admin.list_groups(**filters) if group["group_id"].endswith(RUN)), key=lambda group: group["group_id"])

    step("groups: list", listed)
    step("groups: list the empty ones", lambda: listed(states_filter=[GroupState.EMPTY]))
    step("groups: list the stable ones", lambda: listed(states_filter=[GroupState.STABLE]))
    step("groups: list the classic ones", lambda: listed(types_filter=["classic"]))
    step("groups: list those of the new protocol", lambda: listed(types_filter=["consumer"]))

    def short():
        member = Member("short", "three", session_timeout_ms=500, heartbeat_interval_ms=100)
        try:
            return refusal(lambda: wait_for("an error", [member], member.partitions, 5))
        finally:
            member.consumer.close()

    step("groups: a session too short", short)


def rebalancing(assignor):
    topic, group = f"shared-{assignor.name}", f"rebalance-{assignor.name}"
    create(one(name(topic), 4))
    members = []

    def join():
        members.append(Member(group, topic, partition_assignment_strategy=[assignor], enable_auto_commit=False))

    def first():
        join()
        wait_for("four partitions", members, lambda: len(members[0].partitions()) == 4)
        return {"partitions": members[0].partitions(), "group": describe(group)}

    def second():
        join()
        wait_for("two and two", members, lambda: [len(member.partitions()) for member in members] == [2, 2])
        settled(lambda: [member.poll() for member in members] and describe(group)["group_state"], "Stable")
        found = describe(group)
        return {
            "both": sorted(members[0].partitions() + members[1].partitions()), "state": found["group_state"],
            "protocol": [found["protocol_type"], found["protocol_data"]], "members": [member[:3] for member in found["members"]],
        }

    def records():
        Sender().send(topic, [{"partition": p, "value": b"%d/%d" % (p, i)} for p in range(4) for i in range(25)])
        wait_for("all records", members, lambda: sum(len(member.seen) for member in members) >= 100)
        values = [record.value for member in members for record in member.seen]
        for member in members:
            member.consumer.commit()
        return {"count": len(values), "distinct": len(set(values)), "each": sorted(len(member.seen) for member in members), "committed": committed(group)}

    def leave():
        members.pop(0).consumer.close()
        wait_for("four partitions", members, lambda: len(members[0].partitions()) == 4)
        return {"partitions": members[0].partitions(), "again": len(members[0].seen) - 50}

    def delete():
        return list(admin.delete_groups([name(group)]).values())

    kind = assignor.name
    step(f"rebalance, {kind}: one member has all partitions", first)
    step(f"rebalance, {kind}: a second joins, both have two", second)
    step(f"rebalance, {kind}: every record goes to one of them", records)
    step(f"rebalance, {kind}: deleting the busy group is refused", delete)
    step(f"rebalance, {kind}: one leaves, the other has all again", leave)
    step(f"rebalance, {kind}: both gone", lambda: [members.pop().consumer.close(), settled(lambda: describe(group).get("members"), []), describe(group)])
    step(f"rebalance, {kind}: delete the group", lambda: [delete(), describe(group)])
    step(f"rebalance, {kind}: delete it again", delete)


def static_members():
    create(one(name("static"), 2))
    members = {who: Member("static", "static", group_instance_id=who) for who in ("one", "two")}

    def both():
        wait_for("one each", members.values(), lambda: all(len(member.partitions()) == 1 for member in members.values()))
        return {"group": describe("static"), "both": sorted(members["one"].partitions() + members["two"].partitions())}

    def back():
        before = members["one"].partitions()
        members["one"].consumer.close()
        kept = describe("static")
        members["one"] = Member("static", "static", group_instance_id="one")
        wait_for("the same partition", members.values(), lambda: len(members["one"].partitions()) == 1)
        return {"kept": kept["group_state"], "members": len(kept["members"]), "same": members["one"].partitions() == before}

    step("static: two members, one partition each", both)
    step("static: one goes and comes back to its partition", back)
    for member in members.values():
        member.consumer.close()


def auto_creation():
    def exists(topic):
        return name(topic) in admin.list_topics()

    step("auto-creation: a producer that asks for it", lambda: [Sender().send("auto-producer", [{"value": b"x"}]), exists("auto-producer")])
    step("auto-creation: a producer that does not", lambda: [
        refusal(lambda: Sender(allow_auto_create_topics=False, max_block_ms=1500).send("no-auto-producer", [{"value": b"x"}])), exists("no-auto-producer")])

    def asking():
        member = Member("asks", "auto-consumer", learns_first=False, metadata_max_age_ms=200)
        wait_for("the topic", [member], lambda: exists("auto-consumer"))
        member.consumer.close()
        return True

    def silent():
        member = Member("silent", "no-auto-consumer", learns_first=False, allow_auto_create_topics=False, metadata_max_age_ms=200)
        for _ in range(20):
            member.poll()
        member.consumer.close()
        return exists("no-auto-consumer")

    step("auto-creation: a consumer that asks for it", asking)
    step("auto-creation: a consumer that does not", silent)


def administering():
    """What is neither topics nor groups. Other scripts use the same node: what is made carries the run's name."""
    create(one(name("administered"), 2))
    first, missing, unknown = TopicPartition(name("administered"), 0), TopicPartition(name("administered"), 77), TopicPartition(name("unknown"), 0)
    Sender().send("administered", [{"partition": 0, "value": b"%d" % i} for i in range(10)])

    def told(answers):
        """Of answers per partition or member, the errors' names."""
        return sorted([str(key[:2]) if isinstance(key, tuple) else str(key), error_name(answer) if isinstance(answer, type) else answer] for key, answer in answers.items())

    def alter(topic, incremental=True, **configs):
        entries = {key.replace("__", "."): value for key, value in configs.items()}
        admin.alter_configs([ConfigResource("topic", name(topic), entries)], raise_on_unknown=False, incremental=incremental)
        time.sleep(1)  # the node may tell of a change a moment later
        found = admin.describe_configs([ConfigResource("topic", name(topic), ["retention.ms", "cleanup.policy"])], config_filter="all")
        return {key: entry["value"] for key, entry in sorted(found["topic"][name(topic)].items())}

    for what, run in {
        "set and append": lambda: alter("administered", retention__ms=("SET", "7200000"), cleanup__policy=("APPEND", "compact")),
        "subtract and delete": lambda: alter("administered", cleanup__policy=("SUBTRACT", "delete"), retention__ms=("DELETE", None)),
        "replace": lambda: alter("administered", incremental=False, retention__ms="3600001"),
        "refuse an impossible value": lambda: alter("administered", retention__ms=("SET", "soon")),
        "refuse an unknown setting": lambda: alter("administered", no__such__setting=("SET", "1")),
        "refuse an unknown topic": lambda: alter("unknown", retention__ms=("SET", "1")),
    }.items():
        step(f"configs: change a topic's: {what}", lambda: refusal(run))
    step("configs: list the brokers that have settings", lambda: refusal(lambda: admin.list_config_resources(["BROKER"])))
    for what, part, before in (("delete three", first, 3), ("refuse beyond the end", first, 11), ("delete all", first, -1)):
        step(f"records: {what}", lambda: refusal(lambda: without({"throttle_time_ms"}, {str(key.partition): answer for key, answer in admin.delete_records({part: before}, timeout_ms=5000).items()})))

    def commit():
        admin.alter_group_offsets(name("forgetful"), {first: OffsetAndMetadata(1, "", -1)})
        return committed("forgetful")

    step("groups: an offset to delete", lambda: refusal(commit))
    for what, group, part in (("an offset", "forgetful", first), ("one that is not there", "forgetful", first), ("one of an unknown topic", "forgetful", unknown), ("one of an unknown group", "unknown", first)):
        step(f"groups: delete {what}", lambda: refusal(lambda: told(admin.delete_group_offsets(name(group), [part]))))
    step("groups: remove an unknown member", lambda: refusal(lambda: [error_name(answer) for answer in admin.remove_group_members(name("static"), [MemberToRemove(group_instance_id="three")]).values()]))

    def log_dirs():
        (broker,) = admin.describe_log_dirs({name("administered"): [0, 1]})
        for topic in (topic for directory in broker["log_dirs"] for topic in directory["topics"]):
            # The broker keeps them in no order.
            topic["partitions"].sort(key=lambda one: one["partition_index"])
        return without({"log_dir", "total_bytes", "usable_bytes", "throttle_time_ms", "partition_size"}, broker)

    step("log dirs: of a topic", lambda: refusal(log_dirs))
    step("log dirs: refuse a folder that is none of the broker's", lambda: refusal(lambda: told(admin.alter_replica_log_dirs({(name("administered"), 0, 1): "/no/such/folder"}))))
    step("producers: of a topic", lambda: refusal(lambda: [
        [one.producer_epoch, one.last_sequence, one.coordinator_epoch, one.current_transaction_start_offset] for one in admin.describe_producers([first])[first].active_producers]))
    for kind in (0, 1):
        for what, part in (("not needed", first), ("a partition that is not there", missing), ("an unknown topic", unknown)):
            step(f"elections: of kind {kind}, {what}", lambda: refusal(lambda: without({"throttle_time_ms", "error_message"}, admin.elect_leaders(kind, {part.topic: [part.partition]}, raise_errors=False).to_dict())))
    for what, part, replicas in (("to where it is", first, [1]), ("refuse a broker that is not there", first, [77]), ("refuse an unknown topic", unknown, [1]), ("cancel what is not going on", first, None)):
        step(f"reassignments: {what}", lambda: refusal(lambda: told(admin.alter_partition_reassignments({part: replicas}))))
    step("reassignments: none goes on", lambda: refusal(lambda: told(admin.list_partition_reassignments([first]))))
    user = name("user")
    step("scram: a user's credentials", lambda: refusal(lambda: admin.alter_user_scram_credentials([UserScramCredentialUpsertion(user, ScramMechanism.SCRAM_SHA_256, "secret", 8192)])))
    time.sleep(1)
    step("scram: described", lambda: refusal(lambda: admin.describe_user_scram_credentials([user])))
    step("scram: removed", lambda: refusal(lambda: admin.alter_user_scram_credentials([UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_256)])))
    step("scram: removed again", lambda: refusal(lambda: bool(admin.alter_user_scram_credentials([UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_256)])[user])))
    acl = ACL(f"User:{user}", "*", ACLOperation.READ, ACLPermissionType.ALLOW, ResourcePattern(ResourceType.TOPIC, name("acl")))
    step("acls: create", lambda: refusal(lambda: [error_name(error) for error in admin.create_acls([acl])["failed"]]))
    step("acls: describe", lambda: refusal(lambda: [error_name(part) if isinstance(part, type) else part for part in admin.describe_acls(acl)]))
    step("features: refuse an unknown one", lambda: refusal(lambda: sorted(admin.update_features({"no.such.feature": 1}, validate_only=True))))


def deleting():
    def delete(*topics):
        answer = admin.delete_topics([name(topic) for topic in topics], raise_errors=False)
        return sorted([topic["name"], error_name(for_code(topic["error_code"]))] for topic in without({"topic_id", "error_message"}, answer)["topics"])

    step("delete: a topic, and one that is not there", lambda: [delete("three", "unknown"), settled(lambda: name("three") in admin.list_topics(), False)])
    step("delete: its committed offsets are gone with it", lambda: settled(lambda: committed("reads"), []))
    step("delete: made again, it is empty", lambda: [create(one(name("three"), 2)), settled(lambda: refusal(lambda: ends("three", 2)), {"refused": False, "result": [[0, 0], [0, 0]]})])
    step("delete: made again, it takes records", lambda: Sender().send("three", [{"partition": 1, "value": b"new"}]))
    step("delete: and gives them back", lambda: [record.value for record in read("three", 1, 2)])


if __name__ == "__main__":
    main()
