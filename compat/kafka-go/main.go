// kafka-go against one node: kafka-go HOST:PORT RUN
//
// Topics and groups carry the run's name, so that a node may be used twice. What has no order is sorted, what a clock
// decides is not printed.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	. "kampa/compat/go/observe"
	"kampa/compat/go/scenario"
)

var (
	bootstrap, run = scenario.Bootstrap, scenario.Run
	client         = &kafka.Client{Addr: kafka.TCP(bootstrap), Timeout: 15 * time.Second}
	ctx, cancel    = context.WithTimeout(context.Background(), 4*time.Minute)
	start          = scenario.Start
)

func main() {
	defer cancel()
	Called("kafka-go", "github.com/segmentio/kafka-go")
	ErrorName = errorName
	cluster()
	topics()
	configs()
	producing()
	codecs()
	connections()
	reading()
	offsets()
	groups()
	rebalancing()
	autoCreation()
	administering()
	deleting()
}

func name(what string) string { return scenario.Name(what) }

func at(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }

func errorName(err error) string {
	var code kafka.Error
	var many kafka.WriteErrors
	switch {
	case err == nil:
		return "none"
	case errors.As(err, &code):
		return fmt.Sprintf("%d %s", int(code), code.Title())
	case errors.As(err, &many):
		names := map[string]bool{}
		for _, one := range many {
			if one != nil {
				names[errorName(one)] = true
			}
		}
		return strings.Join(Sorted(names), ", ")
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return "the connection was closed"
	}
	return fmt.Sprintf("%T: %s", err, err)
}

func cluster() {
	Step("cluster", func() (any, error) {
		found, err := client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{}})
		if err != nil {
			return nil, err
		}
		return Fields{"cluster": found.ClusterID, "controller": found.Controller.ID, "brokers": found.Brokers}, nil
	})
	// The versions themselves are compared by a test of their own; kafka-go asks for them in version 0.
	Step("api versions", func() (any, error) {
		found, err := client.ApiVersions(ctx, &kafka.ApiVersionsRequest{})
		if err != nil {
			return nil, err
		}
		served := Fields{}
		for _, key := range found.ApiKeys {
			if key.ApiKey <= 3 || 8 <= key.ApiKey && key.ApiKey <= 16 || key.ApiKey == 18 {
				served[key.ApiName] = []int{key.MinVersion, key.MaxVersion}
			}
		}
		return Fields{"error": errorName(found.Error), "served": served}, nil
	})
}

func create(topics ...kafka.TopicConfig) (any, error) {
	answer, err := client.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: topics})
	if err != nil {
		return nil, err
	}
	return errorNames(answer.Errors), nil
}

func errorNames(errs map[string]error) Fields {
	names := Fields{}
	for topic, err := range errs {
		names[topic] = errorName(err)
	}
	return names
}

func topics() {
	three := kafka.TopicConfig{Topic: name("three"), NumPartitions: 3, ReplicationFactor: 1}
	Step("topics: create with 3 partitions", func() (any, error) { return create(three) })
	Step("topics: create again", func() (any, error) { return create(three) })
	Step("topics: create with settings", func() (any, error) {
		return create(kafka.TopicConfig{
			Topic: name("settings"), NumPartitions: 1, ReplicationFactor: 1,
			ConfigEntries: []kafka.ConfigEntry{
				{ConfigName: "cleanup.policy", ConfigValue: "compact"}, {ConfigName: "max.message.bytes", ConfigValue: "5000"},
			},
		})
	})
	Step("topics: create with an assignment", func() (any, error) {
		return create(kafka.TopicConfig{
			Topic: name("assigned"), NumPartitions: -1, ReplicationFactor: -1,
			ReplicaAssignments: []kafka.ReplicaAssignment{{Partition: 0, Replicas: []int{1}}, {Partition: 1, Replicas: []int{1}}},
		})
	})
	Step("topics: create with the node's defaults", func() (any, error) {
		return create(kafka.TopicConfig{Topic: name("defaults"), NumPartitions: -1, ReplicationFactor: -1})
	})
	for _, bad := range []struct {
		what  string
		topic kafka.TopicConfig
	}{
		{"an illegal name", kafka.TopicConfig{Topic: "not/a/name", NumPartitions: 1, ReplicationFactor: 1}},
		{"a name of 250 characters", kafka.TopicConfig{Topic: strings.Repeat("x", 250), NumPartitions: 1, ReplicationFactor: 1}},
		{"no partitions", kafka.TopicConfig{Topic: name("none"), NumPartitions: 0, ReplicationFactor: 1}},
		{"10001 partitions", kafka.TopicConfig{Topic: name("many"), NumPartitions: 10001, ReplicationFactor: 1}},
		{"two replicas of one broker", kafka.TopicConfig{Topic: name("two"), NumPartitions: 1, ReplicationFactor: 2}},
		{"an unknown setting", kafka.TopicConfig{Topic: name("odd"), NumPartitions: 1, ReplicationFactor: 1, ConfigEntries: []kafka.ConfigEntry{{ConfigName: "no.such.setting", ConfigValue: "1"}}}},
		{"an impossible setting", kafka.TopicConfig{Topic: name("odd"), NumPartitions: 1, ReplicationFactor: 1, ConfigEntries: []kafka.ConfigEntry{{ConfigName: "segment.ms", ConfigValue: "-1"}}}},
	} {
		Step("topics: refuse "+bad.what, func() (any, error) { return create(bad.topic) })
	}
	Step("topics: metadata", func() (any, error) { return metadata("three") })
	Step("topics: metadata of an unknown one", func() (any, error) { return metadata("unknown") })
	Step("partitions: from 2 to 4", func() (any, error) {
		answer, err := grow("assigned", 4)
		if err != nil {
			return nil, err
		}
		count, err := Settled(4, func() (any, error) {
			found, err := client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{name("assigned")}})
			if err != nil {
				return nil, err
			}
			return len(found.Topics[0].Partitions), nil
		})
		return []any{answer, count}, err
	})
	Step("partitions: refuse fewer", func() (any, error) { return grow("assigned", 3) })
	Step("partitions: refuse an unknown topic", func() (any, error) { return grow("unknown", 3) })
}

func grow(topic string, count int32) (any, error) {
	answer, err := client.CreatePartitions(ctx, &kafka.CreatePartitionsRequest{Topics: []kafka.TopicPartitionsConfig{{Name: name(topic), Count: count}}})
	if err != nil {
		return nil, err
	}
	return errorNames(answer.Errors), nil
}

func metadata(topic string) (any, error) {
	found, err := client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{name(topic)}})
	if err != nil {
		return nil, err
	}
	said := []any{}
	for _, topic := range found.Topics {
		partitions := []any{}
		sort.Slice(topic.Partitions, func(a, b int) bool { return topic.Partitions[a].ID < topic.Partitions[b].ID })
		for _, p := range topic.Partitions {
			partitions = append(partitions, []any{p.ID, p.Leader.ID, len(p.Replicas), len(p.Isr), len(p.OfflineReplicas), errorName(p.Error)})
		}
		said = append(said, Fields{"name": topic.Name, "internal": topic.Internal, "error": errorName(topic.Error), "partitions": partitions})
	}
	return said, nil
}

func exists(topic string) bool {
	found, err := client.Metadata(ctx, &kafka.MetadataRequest{})
	if err != nil {
		return false
	}
	for _, known := range found.Topics {
		if known.Name == name(topic) {
			return true
		}
	}
	return false
}

func configs() {
	describe := func(kind kafka.ResourceType, resource string, names ...string) (any, error) {
		answer, err := client.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{
			IncludeSynonyms: true, IncludeDocumentation: true,
			Resources: []kafka.DescribeConfigRequestResource{{ResourceType: kind, ResourceName: resource, ConfigNames: names}},
		})
		if err != nil {
			return nil, err
		}
		entries := Fields{}
		for _, entry := range answer.Resources[0].ConfigEntries {
			documented := entry.ConfigDocumentation != ""
			entry.ConfigDocumentation = ""
			entries[entry.ConfigName] = Fields{"entry": entry, "documented": documented}
		}
		return Fields{"error": errorName(answer.Resources[0].Error), "entries": entries}, nil
	}
	Step("configs: of a topic", func() (any, error) { return describe(kafka.ResourceTypeTopic, name("settings")) })
	Step("configs: of a topic, one of them", func() (any, error) {
		return describe(kafka.ResourceTypeTopic, name("three"), "cleanup.policy")
	})
	Step("configs: of an unknown topic", func() (any, error) { return describe(kafka.ResourceTypeTopic, name("unknown")) })
	Step("configs: of a broker, two of them", func() (any, error) {
		return describe(kafka.ResourceTypeBroker, "1", "num.partitions", "auto.create.topics.enable")
	})
}

func writer(topic string) *kafka.Writer {
	return &kafka.Writer{
		Addr: kafka.TCP(bootstrap), Topic: name(topic), Balancer: &kafka.Hash{}, BatchTimeout: 10 * time.Millisecond,
		RequiredAcks: kafka.RequireAll, MaxAttempts: 3, BatchBytes: 4 << 20,
	}
}

func write(topic string, change func(*kafka.Writer), messages ...kafka.Message) (any, error) {
	w := writer(topic)
	defer w.Close()
	if change != nil {
		change(w)
	}
	for i := range messages {
		if messages[i].Time.IsZero() {
			messages[i].Time = start
		}
	}
	return "written", w.WriteMessages(ctx, messages...)
}

// ends says where a topic's partitions begin and end.
func ends(topic string, partitions int) (any, error) {
	asked := []kafka.OffsetRequest{}
	for p := 0; p < partitions; p++ {
		asked = append(asked, kafka.FirstOffsetOf(p), kafka.LastOffsetOf(p))
	}
	answer, err := client.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{name(topic): asked}})
	if err != nil {
		return nil, err
	}
	found := answer.Topics[name(topic)]
	sort.Slice(found, func(a, b int) bool { return found[a].Partition < found[b].Partition })
	said := []string{}
	for _, p := range found {
		said = append(said, fmt.Sprintf("%d: %d..%d %s", p.Partition, p.FirstOffset, p.LastOffset, errorName(p.Error)))
	}
	return said, nil
}

func producing() {
	for _, acks := range []kafka.RequiredAcks{kafka.RequireNone, kafka.RequireOne, kafka.RequireAll} {
		Step("produce: acks "+acks.String(), func() (any, error) {
			messages := []kafka.Message{}
			for p := 0; p < 3; p++ {
				messages = append(messages, kafka.Message{Key: []byte{byte('0' + p)}, Value: []byte("acks " + acks.String())})
			}
			return write("three", func(w *kafka.Writer) {
				w.RequiredAcks = acks
				w.Balancer = kafka.BalancerFunc(func(m kafka.Message, _ ...int) int { return int(m.Key[0] - '0') })
			}, messages...)
		})
		if acks == kafka.RequireNone { // which says nothing of when it is written
			Settled([]string{"0: 0..1 none", "1: 0..1 none", "2: 0..1 none"}, func() (any, error) { return ends("three", 3) })
		}
	}
	Step("produce: where the ends are", func() (any, error) { return ends("three", 3) })
	Step("produce: by key", func() (any, error) {
		messages := []kafka.Message{}
		for i := 0; i < 30; i++ {
			messages = append(messages, kafka.Message{Key: []byte(fmt.Sprint("key ", i)), Value: []byte(fmt.Sprint("value ", i)), Time: at(i)})
		}
		if answer, err := write("three", nil, messages...); err != nil {
			return answer, err
		}
		return ends("three", 3)
	})
	zero := func(w *kafka.Writer) { w.Balancer = kafka.BalancerFunc(func(kafka.Message, ...int) int { return 0 }) }
	Step("produce: null key, null value, empty value, headers", func() (any, error) {
		return write("three", zero, kafka.Message{Value: []byte("no key")}, kafka.Message{Key: []byte("no value")},
			kafka.Message{Key: []byte{}, Value: []byte{}},
			kafka.Message{Key: []byte("headers"), Value: []byte("x"), Headers: []kafka.Header{
				{Key: "one", Value: []byte("1")}, {Key: "two", Value: []byte("2")}, {Key: "two", Value: []byte("again")}, {Key: "empty", Value: []byte{}},
			}})
	})
	big := func(size int) kafka.Message { return kafka.Message{Value: []byte(strings.Repeat("x", size))} }
	Step("produce: just under the limit", func() (any, error) { return write("three", zero, big(1048588-80)) })
	Refused("produce: refuse one above the limit", func() (any, error) { return write("three", zero, big(1048588)) })
	Refused("produce: refuse one above the topic's own limit", func() (any, error) {
		return write("settings", nil, kafka.Message{Key: []byte("k"), Value: []byte(strings.Repeat("x", 5001))})
	})
	Refused("produce: refuse a record without key on a compacted topic", func() (any, error) {
		return write("settings", nil, kafka.Message{Value: []byte("no key")})
	})
	Step("produce: by the plain request", func() (any, error) {
		answer, err := client.Produce(ctx, &kafka.ProduceRequest{
			Topic: name("assigned"), Partition: 0, RequiredAcks: kafka.RequireAll,
			Records: kafka.NewRecordReader(kafka.Record{Time: start, Key: kafka.NewBytes([]byte("k")), Value: kafka.NewBytes([]byte("v"))}),
		})
		if err != nil {
			return nil, err
		}
		return Fields{"error": errorName(answer.Error), "base": answer.BaseOffset, "stamped": !answer.LogAppendTime.IsZero(), "start": answer.LogStartOffset}, nil
	})
	Refused("produce: to a partition that is not there", func() (any, error) {
		answer, err := client.Produce(ctx, &kafka.ProduceRequest{
			Topic: name("assigned"), Partition: 9, RequiredAcks: kafka.RequireAll,
			Records: kafka.NewRecordReader(kafka.Record{Time: start, Value: kafka.NewBytes([]byte("v"))}),
		})
		if err != nil {
			return nil, err
		}
		return errorName(answer.Error), nil
	})
	Step("produce: a producer's id", func() (any, error) {
		// A fresh Apache Kafka has no block of ids yet, and says so the first time.
		return Settled(Fields{"error": "none", "known": true, "epoch": 0}, func() (any, error) {
			answer, err := client.InitProducerID(ctx, &kafka.InitProducerIDRequest{TransactionTimeoutMs: 1000})
			if err != nil {
				return nil, err
			}
			return Fields{"error": errorName(answer.Error), "known": answer.Producer.ProducerID >= 0, "epoch": answer.Producer.ProducerEpoch}, nil
		})
	})
}

func codecs() {
	Step("codecs: a topic for them", func() (any, error) {
		return create(kafka.TopicConfig{Topic: name("codecs"), NumPartitions: 1, ReplicationFactor: 1})
	})
	for _, codec := range []kafka.Compression{0, kafka.Gzip, kafka.Snappy, kafka.Lz4, kafka.Zstd} {
		called := codec.String()
		Step("codecs: produce with "+called, func() (any, error) {
			messages := []kafka.Message{}
			for i := 0; i < 100; i++ {
				messages = append(messages, kafka.Message{Key: []byte(called), Value: []byte(strings.Repeat(fmt.Sprint(called, " ", i, " "), 20)), Time: at(i)})
			}
			return write("codecs", func(w *kafka.Writer) { w.Compression = codec }, messages...)
		})
	}
	Step("codecs: read them all back", func() (any, error) { return summary(read("codecs", 0, 0, 500)) })
}

// read takes `count` records of a partition, by assignment.
func read(topic string, partition int, from int64, count int) ([]kafka.Message, error) {
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{bootstrap}, Topic: name(topic), Partition: partition, MaxWait: 100 * time.Millisecond, MinBytes: 1, MaxBytes: 2 << 20})
	defer reader.Close()
	if err := reader.SetOffset(from); err != nil {
		return nil, err
	}
	return take(reader, count)
}

func take(reader *kafka.Reader, count int) ([]kafka.Message, error) {
	limited, done := context.WithTimeout(ctx, 20*time.Second)
	defer done()
	found := []kafka.Message{}
	for len(found) < count {
		message, err := reader.ReadMessage(limited)
		if err != nil {
			return found, fmt.Errorf("after %d of %d records: %w", len(found), count, err)
		}
		found = append(found, message)
	}
	return found, nil
}

func summary(found []kafka.Message, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	keys, bytes := map[string]int{}, 0
	for _, message := range found {
		keys[string(message.Key)]++
		bytes += len(message.Value)
	}
	last := found[len(found)-1]
	return Fields{"count": len(found), "keys": keys, "bytes": bytes, "last": string(last.Value[:12]), "offset": last.Offset, "watermark": last.HighWaterMark}, nil
}

// connections drives the older half of the library, which speaks fixed, low versions on one connection.
func connections() {
	dial := func(partition int, use func(*kafka.Conn) (any, error)) (any, error) {
		conn, err := kafka.DialLeader(ctx, "tcp", bootstrap, name("conn"), partition)
		if err != nil {
			return nil, err
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		return use(conn)
	}
	Step("conn: a topic for it", func() (any, error) {
		return create(kafka.TopicConfig{Topic: name("conn"), NumPartitions: 2, ReplicationFactor: 1})
	})
	Refused("conn: create a topic, in a version Kafka 4 has given up", func() (any, error) {
		conn, err := kafka.Dial("tcp", bootstrap)
		if err != nil {
			return nil, err
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		return "created", conn.CreateTopics(kafka.TopicConfig{Topic: name("old"), NumPartitions: 1, ReplicationFactor: 1})
	})
	Step("conn: brokers, controller, partitions", func() (any, error) {
		return dial(0, func(conn *kafka.Conn) (any, error) {
			brokers, err := conn.Brokers()
			if err != nil {
				return nil, err
			}
			controller, err := conn.Controller()
			if err != nil {
				return nil, err
			}
			partitions, err := conn.ReadPartitions(name("conn"))
			sort.Slice(partitions, func(a, b int) bool { return partitions[a].ID < partitions[b].ID })
			ids := []int{}
			for _, p := range partitions {
				ids = append(ids, p.ID, p.Leader.ID)
			}
			return Fields{"brokers": brokers, "controller": controller, "partitions": ids}, err
		})
	})
	Step("conn: write and compress", func() (any, error) {
		return dial(0, func(conn *kafka.Conn) (any, error) {
			said := []any{}
			for _, codec := range []kafka.CompressionCodec{nil, kafka.Gzip.Codec(), kafka.Snappy.Codec(), kafka.Lz4.Codec(), kafka.Zstd.Codec()} {
				bytes, partition, offset, stamped, err := conn.WriteCompressedMessagesAt(codec, kafka.Message{Value: []byte("one"), Time: start}, kafka.Message{Value: []byte("two"), Time: at(1)})
				if err != nil {
					return nil, err
				}
				said = append(said, []any{bytes, partition, offset, stamped.IsZero()})
			}
			return said, nil
		})
	})
	Step("conn: read a batch", func() (any, error) {
		return dial(0, func(conn *kafka.Conn) (any, error) {
			batch := conn.ReadBatchWith(kafka.ReadBatchConfig{MinBytes: 1, MaxBytes: 1 << 20, MaxWait: 100 * time.Millisecond})
			said := []any{}
			for len(said) < 10 {
				message, err := batch.ReadMessage()
				if err != nil {
					return said, err
				}
				said = append(said, []any{message.Offset, string(message.Value), message.Time.Sub(start).Milliseconds()})
			}
			return Fields{"records": said, "watermark": batch.HighWaterMark()}, nil
		})
	})
	Step("conn: offsets", func() (any, error) {
		return dial(0, func(conn *kafka.Conn) (any, error) {
			first, last, err := conn.ReadOffsets()
			if err != nil {
				return nil, err
			}
			by, err := conn.ReadOffset(at(1))
			if err != nil {
				return nil, err
			}
			sought, err := conn.Seek(3, kafka.SeekAbsolute)
			if err != nil {
				return nil, err
			}
			message, err := conn.ReadMessage(1 << 20)
			return Fields{"first": first, "last": last, "by time": by, "sought": sought, "found": message.Offset}, err
		})
	})
}
