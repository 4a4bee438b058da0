"""aiokafka against one node: python script.py HOST:PORT RUN

Its admin client hands out the answers field by field, so they are compared that way. Topics and groups carry the run's
name. What has no order is sorted, what a clock decides is not printed.
"""

import asyncio
import logging
import sys
import time

import aiokafka
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import KafkaError, for_code
from aiokafka.structs import OffsetAndMetadata

from observe import client, step

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


def code(number):
    return error_name(for_code(number)) if number else "none"


async def refusal(run):
    try:
        return {"refused": False, "result": await run}
    except (KafkaError, AssertionError) as error:
        return {"refused": error_name(error)}


async def settled(ask, wanted, seconds=10):
    end = time.monotonic() + seconds
    while True:
        answer = await ask()
        if answer == wanted or time.monotonic() > end:
            return answer
        await asyncio.sleep(0.05)


async def until(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s in vain for {what}")
        await asyncio.sleep(0.02)


class Script:
    def __init__(self, loop):
        self.loop = loop

    def run(self):
        self.loop.run_until_complete(self.begin())
        self.topics()
        self.configs()
        self.producing()
        self.codecs()
        self.reading()
        self.offsets()
        self.groups()
        for assignor in (RangePartitionAssignor, RoundRobinPartitionAssignor, StickyPartitionAssignor):
            self.rebalancing(assignor)
        self.static_members()
        self.records()
        self.deleting()
        self.loop.run_until_complete(self.admin.close())

    async def begin(self):
        self.admin = AIOKafkaAdminClient(**COMMON)
        await self.admin.start()

    def step(self, what, run):
        step(what, lambda: self.loop.run_until_complete(run()))

    async def create(self, *topics, **options):
        answer = (await self.admin.create_topics(list(topics), **options)).to_object()
        said = {topic["topic"]: code(topic["error_code"]) for topic in answer["topic_errors"]}
        for topic, outcome in said.items():
            if outcome == "none" and not options.get("validate_only"):
                await settled(lambda: self.is_led(topic), True)
        return said

    async def is_led(self, topic):
        (found,) = await self.admin.describe_topics([topic])
        return found["error_code"] == 0 and all(p["leader"] >= 0 for p in found["partitions"])

    def topics(self):
        async def cluster():
            found = await self.admin.describe_cluster()
            return {key: found[key] for key in sorted(found) if key not in ("throttle_time_ms", "topics")}

        self.step("cluster", cluster)
        three = NewTopic(name("three"), 3, 1)
        self.step("topics: create with 3 partitions", lambda: self.create(three))
        self.step("topics: create again", lambda: self.create(three))
        self.step("topics: create with settings", lambda: self.create(
            NewTopic(name("settings"), 1, 1, topic_configs={"cleanup.policy": "compact", "max.message.bytes": "5000"})))
        self.step("topics: create with an assignment", lambda: self.create(NewTopic(name("assigned"), -1, -1, {0: [1], 1: [1]})))
        for what, topic in {
            "an illegal name": NewTopic("not/a/name", 1, 1),
            "a name of 250 characters": NewTopic("x" * 250, 1, 1),
            "no partitions": NewTopic(name("none"), 0, 1),
            "10001 partitions": NewTopic(name("many"), 10001, 1),
            "two replicas of one broker": NewTopic(name("two"), 1, 2),
            "an unknown setting": NewTopic(name("odd"), 1, 1, topic_configs={"no.such.setting": "1"}),
            "an impossible setting": NewTopic(name("odd"), 1, 1, topic_configs={"retention.ms": "soon"}),
        }.items():
            self.step(f"topics: refuse {what}", lambda: self.create(topic))
        self.step("topics: only validate", lambda: self.create(NewTopic(name("never"), 1, 1), validate_only=True))

        async def listed():
            return sorted(topic for topic in await self.admin.list_topics() if topic.endswith(RUN))

        async def describe(topic):
            (found,) = await self.admin.describe_topics([topic])
            return found | {"partitions": sorted(found["partitions"], key=lambda p: p["partition"])}

        async def grow(topic, count, *assignment):
            answer = await self.admin.create_partitions({name(topic): NewPartitions(count, list(assignment) or None)})
            return [code(topic["error_code"]) for topic in answer.to_object()["topic_errors"]]

        self.step("topics: list", listed)
        self.step("topics: describe", lambda: describe(name("three")))
        # Its question makes the topic, and Apache Kafka says at first that there is none.
        self.step("topics: one that was only asked for is made", lambda: settled(lambda: self.is_led(name("asked")), True))
        self.step("topics: describe an illegal one", lambda: describe("not/a/name"))
        self.step("partitions: from 2 to 4", lambda: grow("assigned", 4))
        self.step("partitions: refuse fewer", lambda: refusal(grow("assigned", 3)))
        self.step("partitions: refuse as many", lambda: refusal(grow("assigned", 4)))
        self.step("partitions: refuse an unknown topic", lambda: refusal(grow("unknown", 4)))
        self.step("partitions: refuse a replica on no broker", lambda: refusal(grow("assigned", 5, [77])))

    def configs(self):
        async def describe(kind, resource, *keys):
            answers = await self.admin.describe_configs([ConfigResource(kind, resource, dict.fromkeys(keys) or None)], include_synonyms=True)
            (found,) = answers[0].to_object()["resources"]
            entries = sorted(found["config_entries"], key=lambda entry: entry["config_names"])
            return {"error": code(found["error_code"]), "entries": entries}

        async def alter(topic, **configs):
            answers = await self.admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name(topic), {key.replace("_", "."): value for key, value in configs.items()})])
            await asyncio.sleep(1)  # the node may tell of a change a moment later
            return [[code(one["error_code"]) for one in answer.to_object()["resources"]] for answer in answers]

        topic, broker = ConfigResourceType.TOPIC, ConfigResourceType.BROKER
        self.step("configs: of a topic", lambda: describe(topic, name("settings")))
        self.step("configs: of a topic, two of them", lambda: describe(topic, name("three"), "retention.ms", "cleanup.policy"))
        self.step("configs: of an unknown topic", lambda: describe(topic, name("unknown")))
        self.step("configs: of the broker, a few", lambda: describe(broker, "1", "num.partitions", "message.max.bytes", "log.retention.hours"))
        self.step("configs: replace a topic's", lambda: alter("three", retention_ms="7200000"))
        self.step("configs: replaced", lambda: describe(topic, name("three"), "retention.ms"))
        self.step("configs: refuse an impossible value", lambda: alter("three", retention_ms="soon"))
        self.step("configs: refuse an unknown setting", lambda: alter("three", no_such_setting="1"))
        self.step("configs: refuse an unknown topic", lambda: alter("unknown", retention_ms="1"))

    async def send(self, topic, records, **more):
        producer = AIOKafkaProducer(**COMMON | {"max_request_size": 4_000_000, "request_timeout_ms": 10000} | more)
        await producer.start()
        try:
            futures = [await producer.send(name(topic), **{"timestamp_ms": START} | record) for record in records]
            await producer.flush()
            said = []
            for future in futures:
                try:
                    sent = await future
                    said.append("sent" if sent is None or sent.offset < 0 else [sent.partition, sent.offset, sent.timestamp_type])
                except KafkaError as error:
                    said.append(error_name(error))
            return sorted(said, key=str)
        finally:
            await producer.stop()

    async def ends(self, topic, partitions):
        reader = AIOKafkaConsumer(**COMMON)
        await reader.start()
        try:
            parts = [TopicPartition(name(topic), p) for p in range(partitions)]
            first, last = await reader.beginning_offsets(parts), await reader.end_offsets(parts)
            return [[first[part], last[part]] for part in parts]
        finally:
            await reader.stop()

    def producing(self):
        for acks in (0, 1, "all"):
            self.step(f"produce: acks {acks}", lambda: self.send(
                "three", [{"partition": p, "key": b"k%d" % p, "value": f"acks {acks}".encode()} for p in range(3)], acks=acks))
        self.step("produce: where the ends are", lambda: settled(lambda: self.ends("three", 3), [[0, 3]] * 3))
        self.step("produce: by key", lambda: self.send("three", [{"key": b"key %d" % i, "value": b"value %d" % i} for i in range(30)], linger_ms=50))
        self.step("produce: where the keys went", lambda: self.ends("three", 3))
        self.step("produce: null key, null value, empty value, headers", lambda: self.send("three", [
            {"partition": 0, "value": b"no key"}, {"partition": 0, "key": b"no value"}, {"partition": 0, "key": b"", "value": b""},
            {"partition": 0, "key": b"headers", "value": b"x", "headers": [("one", b"1"), ("two", b"2"), ("two", b"again"), ("empty", b"")]},
        ]))
        self.step("produce: just under the limit", lambda: self.send("three", [{"partition": 1, "value": b"x" * (1048588 - 80)}], max_batch_size=4_000_000))
        self.step("produce: refuse one above the limit", lambda: self.send("three", [{"partition": 1, "value": b"x" * 1048588}], max_batch_size=4_000_000))
        self.step("produce: refuse one above the topic's own limit", lambda: self.send("settings", [{"key": b"k", "value": b"x" * 5001}]))
        self.step("produce: refuse a record without key on a compacted topic", lambda: self.send("settings", [{"value": b"no key"}]))
        self.step("produce: idempotent", lambda: self.send("assigned", [{"partition": 0, "value": b"i%d" % i} for i in range(200)], enable_idempotence=True))
        self.step("produce: a topic that is made by asking for it", lambda: self.send("auto", [{"value": b"x"}]))

    def codecs(self):
        self.step("codecs: a topic for them", lambda: self.create(NewTopic(name("codecs"), 1, 1)))
        for codec in (None, "gzip", "snappy", "lz4", "zstd"):
            text = (codec or "none").encode()

            async def send():
                return len(await self.send("codecs", [{"key": text, "value": (text + b" %d " % i) * 20, "timestamp_ms": START + i} for i in range(100)], compression_type=codec, linger_ms=50))

            self.step(f"codecs: produce with {codec or 'none'}", send)

        async def back():
            found = await self.read("codecs", 500)
            keys = {}
            for record in found:
                keys[record.key] = keys.get(record.key, 0) + 1
            return {"keys": {key.decode(): count for key, count in sorted(keys.items())}, "bytes": sum(len(r.value) for r in found), "last": found[-1].offset}

        self.step("codecs: read them all back", back)

    async def read(self, topic, count, partitions=1, at=None, **more):
        """Reads `count` records by assignment, without a group."""
        reader = AIOKafkaConsumer(**COMMON | {"fetch_max_wait_ms": 100, "auto_offset_reset": "earliest"} | more)
        await reader.start()
        try:
            parts = [TopicPartition(name(topic), p) for p in range(partitions)]
            reader.assign(parts)
            for part in parts:
                if at is None:
                    await reader.seek_to_beginning(part)
                else:
                    reader.seek(part, at)
            found, end = [], time.monotonic() + 20
            while len(found) < count:
                for records in (await reader.getmany(timeout_ms=100)).values():
                    found.extend(records)
                if time.monotonic() > end:
                    raise TimeoutError(f"{len(found)} of {count} records of {topic}")
            return sorted(found, key=lambda record: (record.partition, record.offset))
        finally:
            await reader.stop()

    def reading(self):
        async def whole():
            return [[r.partition, r.offset, r.timestamp_type, r.timestamp - START, r.key, r.value if len(r.value or b"") < 100 else len(r.value), r.headers]
                    for r in await self.read("three", 44, 3)]

        async def first(**more):
            return (await self.read("codecs", 10, **more))[0].offset

        self.step("read: every record of three partitions", whole)
        self.step("read: from an offset inside a batch", lambda: first(at=490))
        self.step("read: in small fetches", lambda: first(max_partition_fetch_bytes=600, fetch_max_bytes=1000))
        self.step("read: an offset out of range starts over", lambda: first(at=99999))
        self.step("read: an offset out of range is an error", lambda: refusal(self.read("codecs", 1, at=99999, auto_offset_reset="none")))
        self.step("read: committed records only", lambda: first(isolation_level="read_committed"))

    def offsets(self):
        async def by_time(at):
            reader = AIOKafkaConsumer(**COMMON)
            await reader.start()
            try:
                part = TopicPartition(name("codecs"), 0)
                found = (await reader.offsets_for_times({part: START + at}))[part]
                return found and [found.offset, found.timestamp - START]
            finally:
                await reader.stop()

        for at in (-1000, 0, 50, 99, 100, 7200_000):
            self.step(f"offsets: at the start's time and {at} ms", lambda: by_time(at))

    async def member(self, group, topic, **more):
        consumer = AIOKafkaConsumer(name(topic), group_id=name(group), **COMMON | {
            "auto_offset_reset": "earliest", "heartbeat_interval_ms": 300, "fetch_max_wait_ms": 100, "enable_auto_commit": False} | more)
        await consumer.start()
        return Member(consumer)

    async def committed(self, group, *partitions):
        asked = [TopicPartition(name("three"), p) for p in partitions] or None
        found = await self.admin.list_consumer_group_offsets(name(group), partitions=asked)
        return sorted([part.topic, part.partition, offset.offset, offset.metadata] for part, offset in found.items())

    async def describe(self, group):
        (answer,) = await self.admin.describe_consumer_groups([name(group)])
        (found,) = answer.to_object()["groups"]
        members = sorted([m["client_id"], m["client_host"]] for m in found["members"])
        return {key: found[key] for key in ("error_code", "state", "protocol_type", "protocol") if key in found} | {"members": members}

    def groups(self):
        async def from_the_beginning():
            member = await self.member("reads", "three")
            await until("44 records", lambda: len(member.seen) >= 44)
            part = TopicPartition(name("three"), 0)
            before = await member.consumer.committed(part)
            await member.consumer.commit({part: OffsetAndMetadata(5, "five")})
            await member.stop()
            return [len(member.seen), before]

        async def go_on():
            member = await self.member("reads", "three")
            await until("the rest", lambda: len(member.seen) >= 39)
            await member.consumer.commit()
            await member.stop()
            return len(member.seen)

        async def listed():
            return sorted(group for group in await self.admin.list_consumer_groups() if group[0].endswith(RUN))

        self.step("groups: read from the beginning, commit by hand", from_the_beginning)
        self.step("groups: what is committed", lambda: self.committed("reads", 0, 1, 2))
        self.step("groups: what an unknown group committed", lambda: self.committed("unknown", 0))
        self.step("groups: go on where it was committed", go_on)
        self.step("groups: what is committed, of all topics", lambda: self.committed("reads"))
        self.step("groups: describe an empty one", lambda: self.describe("reads"))
        self.step("groups: describe an unknown one", lambda: self.describe("unknown"))
        self.step("groups: list", listed)
        self.step("groups: the coordinator", lambda: self.admin.find_coordinator(name("reads")))
        self.step("groups: a session too short", lambda: refusal(self.short()))

    async def short(self):
        member = await self.member("short", "three", session_timeout_ms=500, heartbeat_interval_ms=100)
        try:
            await until("an error", lambda: member.errors)
            raise member.errors[0]
        finally:
            await member.stop()

    def rebalancing(self, assignor):
        topic, group, members = f"shared-{assignor.name}", f"rebalance-{assignor.name}", []

        async def one():
            await self.create(NewTopic(name(topic), 4, 1))
            members.append(await self.member(group, topic, partition_assignment_strategy=(assignor,)))
            await until("four partitions", lambda: len(members[0].partitions()) == 4)
            return [members[0].partitions(), await self.describe(group)]

        async def two():
            members.append(await self.member(group, topic, partition_assignment_strategy=(assignor,)))
            await until("two and two", lambda: [len(member.partitions()) for member in members] == [2, 2])
            return [sorted(members[0].partitions() + members[1].partitions()), await settled(lambda: self.state(group), "Stable")]

        async def records():
            await self.send(topic, [{"partition": p, "value": b"%d/%d" % (p, i)} for p in range(4) for i in range(25)])
            await until("all records", lambda: sum(len(member.seen) for member in members) >= 100)
            values = [record.value for member in members for record in member.seen]
            for member in members:
                await member.consumer.commit()
            return [len(values), len(set(values))]

        async def leave():
            await members.pop(0).stop()
            await until("four partitions", lambda: len(members[0].partitions()) == 4)
            return [members[0].partitions(), len(members[0].seen)]

        async def gone():
            await members.pop(0).stop()
            return await self.describe(group)

        title = f"rebalance, {assignor.name}: "
        self.step(title + "one member has all partitions", one)
        self.step(title + "a second joins, both have two", two)
        self.step(title + "every record goes to one of them", records)
        self.step(title + "one leaves, the other has all again", leave)
        self.step(title + "both gone", gone)

    async def state(self, group):
        return (await self.describe(group))["state"]

    def static_members(self):
        members = {}

        async def join(who):
            members[who] = await self.member("static", "static", group_instance_id=who)

        async def both():
            await self.create(NewTopic(name("static"), 2, 1))
            await join("one")
            await join("two")
            await until("one each", lambda: all(len(member.partitions()) == 1 for member in members.values()))
            return await self.describe("static")

        async def back():
            before = members["one"].partitions()
            await members["one"].stop()
            kept = await self.describe("static")
            await join("one")
            await until("its partition", lambda: len(members["one"].partitions()) == 1)
            return [kept, members["one"].partitions() == before]

        async def stop():
            for member in members.values():
                await member.stop()
            return await self.describe("static")

        self.step("static: two members, one partition each", both)
        self.step("static: one goes and comes back to its partition", back)
        self.step("static: both stop, and are kept", stop)

    def records(self):
        async def delete(topic, before):
            part = TopicPartition(name(topic), 0)
            answer = await self.admin.delete_records({part: RecordsToDelete(before_offset=before)}, timeout_ms=5000)
            return [answer[part], await self.ends(topic, 1)]

        self.step("records: delete the first hundred", lambda: refusal(delete("codecs", 100)))
        self.step("records: delete them again", lambda: refusal(delete("codecs", 50)))
        self.step("records: refuse beyond the end", lambda: refusal(delete("codecs", 501)))
        self.step("records: refuse on a compacted topic", lambda: refusal(delete("settings", 0)))
        self.step("records: delete all", lambda: refusal(delete("codecs", -1)))

    def deleting(self):
        async def delete(*topics):
            answer = (await self.admin.delete_topics([name(topic) for topic in topics])).to_object()
            return sorted([topic["topic"], code(topic["error_code"])] for topic in answer["topic_error_codes"])

        async def exists(topic):
            return name(topic) in await self.admin.list_topics()

        async def empty():
            return [await self.create(NewTopic(name("three"), 2, 1)), await settled(lambda: self.ends("three", 2), [[0, 0], [0, 0]])]

        async def gone():
            return [await delete("three", "unknown"), await settled(lambda: exists("three"), False)]

        self.step("delete: a topic, and one that is not there", gone)
        self.step("delete: made again, it is empty", empty)


class Member:
    """A consumer in a group that keeps what it read; a task of its own polls it."""

    def __init__(self, consumer):
        self.consumer, self.seen, self.errors = consumer, [], []
        self.task = asyncio.ensure_future(self.poll())

    async def poll(self):
        while True:
            try:
                for records in (await self.consumer.getmany(timeout_ms=50)).values():
                    self.seen.extend(records)
            except KafkaError as error:
                self.errors.append(error)
                await asyncio.sleep(0.05)

    def partitions(self):
        return sorted(part.partition for part in self.consumer.assignment())

    async def stop(self):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.consumer.stop()


if __name__ == "__main__":
    client(f"aiokafka {aiokafka.__version__}")
    Script(asyncio.new_event_loop()).run()
