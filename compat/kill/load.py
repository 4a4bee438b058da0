"""Load for a node that is killed again and again: idempotent producers that never give up, and what they were promised.

    python load.py write HOST:PORT TOPIC PARTITIONS     until a line "stop" comes in; a line "next" retires a producer
    python load.py read  HOST:PORT TOPIC PARTITIONS     everything that is there, from the beginning to the end

Prints one fact a line, its parts parted by blanks; producers and sequences count from 0, a sequence per partition:

    acked PRODUCER PARTITION SEQUENCE OFFSET            the node has promised to keep it
    lost PRODUCER PARTITION SEQUENCE ERROR              the client gave up
    fatal PRODUCER ERROR                                the client's idempotence broke
    found PARTITION OFFSET PRODUCER SEQUENCE            it is there
    done                                                nothing more will come
"""

import logging
import sys
import threading
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Producer, TopicPartition

ACTION, BOOTSTRAP, TOPIC, PARTITIONS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
# As many requests as idempotence allows, small batches, so that a kill always finds some on their way.
LOAD = {
    "enable.idempotence": True, "acks": "all", "max.in.flight.requests.per.connection": 5, "linger.ms": 1, "batch.num.messages": 20,
    "message.timeout.ms": 120000, "reconnect.backoff.ms": 10, "reconnect.backoff.max.ms": 50, "retry.backoff.ms": 10, "retry.backoff.max.ms": 100,
    "socket.connection.setup.timeout.ms": 2000, "topic.metadata.refresh.interval.ms": 1000, "queue.buffering.max.messages": 5000,
}
# Records between two pauses, and the pause: load enough to be in the way of every kill, little enough to be read back.
BURST = 10
PAUSE_S = 0.002
BODY = b"." * 100
QUIET = logging.getLogger("quiet")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


def settings(**more):
    # Librdkafka tells of every lost connection: here they are the point.
    return {"bootstrap.servers": BOOTSTRAP, "client.id": "load", "log_level": 0} | more


class Writer:
    def __init__(self, number):
        self.number = number
        self.sequences = [0] * PARTITIONS
        self.turn = 0
        self.broken = False
        self.producer = Producer(settings(**LOAD, error_cb=self.error), logger=QUIET)

    def error(self, error):
        if error.fatal() and not self.broken:
            self.broken = True
            print("fatal", self.number, error.name(), flush=True)

    def write(self):
        for _ in range(BURST):
            partition = self.turn % PARTITIONS
            self.turn += 1
            sequence = self.sequences[partition]
            try:
                self.producer.produce(
                    TOPIC, b"%d %d " % (self.number, sequence) + BODY, partition=partition,
                    on_delivery=lambda error, message, p=partition, s=sequence: self.delivered(error, message, p, s))
            except BufferError:  # enough is waiting for the node to come back
                break
            self.sequences[partition] += 1
        self.producer.poll(0)

    def delivered(self, error, message, partition, sequence):
        if error is None:
            print("acked", self.number, partition, sequence, message.offset())
        else:
            print("lost", self.number, partition, sequence, error.name())


def write():
    orders = []
    threading.Thread(target=lambda: orders.extend(line.strip() for line in iter(sys.stdin.readline, "")), daemon=True).start()
    writers = [Writer(0)]
    retired = []
    while "stop" not in orders:
        if orders.count("next") >= len(writers) + len(retired):
            retired.append(writers.pop(0)) if writers else None
            writers.append(Writer(len(retired)))
        for writer in writers:
            writer.write()
        for writer in retired:
            writer.producer.poll(0)
        sys.stdout.flush()
        time.sleep(PAUSE_S)
    for writer in retired + writers:
        writer.producer.flush(60)


def read():
    reader = Consumer(settings(**{"group.id": "reader", "enable.auto.commit": False, "check.crcs": True}), logger=QUIET)
    parts = [TopicPartition(TOPIC, p, OFFSET_BEGINNING) for p in range(PARTITIONS)]
    ends = {part.partition: reader.get_watermark_offsets(part, timeout=30)[1] for part in parts}
    reader.assign(parts)
    next_offset = {partition: 0 for partition in ends}
    limit = time.monotonic() + 120
    while any(next_offset[p] < end for p, end in ends.items()):
        if time.monotonic() > limit:
            raise TimeoutError(f"read up to {next_offset} of {ends}")
        for message in reader.consume(5000, 0.2):
            if message.error():
                raise KafkaException(message.error())
            producer, sequence = message.value().split(b" ", 2)[:2]
            print("found", message.partition(), message.offset(), int(producer), int(sequence))
            next_offset[message.partition()] = message.offset() + 1
    reader.close()


{"write": write, "read": read}[ACTION]()
print("done", flush=True)
