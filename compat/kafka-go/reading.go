// The second half of the script: reading, offsets, groups, auto-creation, deleting.

package main

import (
	"encoding/hex"
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	. "kampa/compat/go/observe"
)

func reading() {
	Step("read: every record of three partitions", func() (any, error) {
		said := []any{}
		for partition, count := range []int{0, 0, 0} {
			answer, err := client.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{name("three"): {kafka.LastOffsetOf(partition)}}})
			if err != nil {
				return nil, err
			}
			count = int(answer.Topics[name("three")][0].LastOffset)
			found, err := read("three", partition, kafka.FirstOffset, count)
			if err != nil {
				return said, err
			}
			for _, m := range found {
				headers := []string{}
				for _, header := range m.Headers {
					headers = append(headers, header.Key+"="+hex.EncodeToString(header.Value))
				}
				value := string(m.Value)
				if len(value) > 100 {
					value = fmt.Sprint(len(value), " bytes")
				}
				said = append(said, []any{m.Partition, m.Offset, m.Time.Sub(start).Milliseconds(), m.Key == nil, string(m.Key), m.Value == nil, value, headers})
			}
		}
		return said, nil
	})
	Step("read: from an offset inside a batch", func() (any, error) {
		found, err := read("codecs", 0, 490, 10)
		said := []int64{}
		for _, m := range found {
			said = append(said, m.Offset)
		}
		return said, err
	})
	Step("read: an offset out of range", func() (any, error) {
		reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{bootstrap}, Topic: name("codecs"), MaxWait: 100 * time.Millisecond, OffsetOutOfRangeError: true})
		defer reader.Close()
		reader.SetOffset(99999)
		_, err := reader.ReadMessage(ctx)
		return errorName(err), nil
	})
	Step("read: seek by time", func() (any, error) {
		reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{bootstrap}, Topic: name("codecs"), MaxWait: 100 * time.Millisecond})
		defer reader.Close()
		if err := reader.SetOffsetAt(ctx, at(50)); err != nil {
			return nil, err
		}
		message, err := reader.ReadMessage(ctx)
		return Fields{"offset": message.Offset, "time": message.Time.Sub(start).Milliseconds()}, err
	})
	fetch := func(partition int, offset int64) func() (any, error) {
		return func() (any, error) {
			answer, err := client.Fetch(ctx, &kafka.FetchRequest{Topic: name("codecs"), Partition: partition, Offset: offset, MinBytes: 1, MaxBytes: 1 << 20, MaxWait: 100 * time.Millisecond})
			if err != nil {
				return nil, err
			}
			said := Fields{"error": errorName(answer.Error), "watermark": answer.HighWatermark, "stable": answer.LastStableOffset, "start": answer.LogStartOffset}
			if answer.Error == nil {
				if record, err := answer.Records.ReadRecord(); err == nil {
					said["first"] = record.Offset
				}
			}
			return said, nil
		}
	}
	Step("read: by the plain request", fetch(0, 0))
	Step("read: by the plain request, at the end", fetch(0, 500))
	Step("read: by the plain request, out of range", fetch(0, 501))
	Refused("read: by the plain request, no such partition", fetch(7, 0))
}

func offsets() {
	for _, ms := range []int{-1000, 0, 50, 99, 100, 7200_000} {
		Step(fmt.Sprintf("offsets: at the start's time and %d ms", ms), func() (any, error) {
			answer, err := client.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{name("codecs"): {kafka.TimeOffsetOf(0, at(ms))}}})
			if err != nil {
				return nil, err
			}
			said := []any{}
			for _, p := range answer.Topics[name("codecs")] {
				found := Fields{}
				for offset, when := range p.Offsets {
					found[fmt.Sprint(offset)] = "no time"
					if when.After(start.Add(-time.Minute)) {
						found[fmt.Sprint(offset)] = when.Sub(start).Milliseconds()
					}
				}
				said = append(said, Fields{"found": found, "error": errorName(p.Error)})
			}
			return said, nil
		})
	}
	Refused("offsets: of an unknown topic", func() (any, error) { return ends("unknown", 1) })
}

func groupReader(group, topic string) *kafka.Reader {
	return kafka.NewReader(kafka.ReaderConfig{
		Brokers: []string{bootstrap}, GroupID: name(group), Topic: name(topic), StartOffset: kafka.FirstOffset, MaxWait: 100 * time.Millisecond,
		MinBytes: 1, MaxBytes: 2 << 20, HeartbeatInterval: 300 * time.Millisecond, SessionTimeout: 10 * time.Second, JoinGroupBackoff: 200 * time.Millisecond,
	})
}

func committed(group, topic string, partitions ...int) (any, error) {
	answer, err := client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: name(group), Topics: map[string][]int{name(topic): partitions}})
	if err != nil {
		return nil, err
	}
	found := answer.Topics[name(topic)]
	sort.Slice(found, func(a, b int) bool { return found[a].Partition < found[b].Partition })
	said := []any{}
	for _, p := range found {
		said = append(said, []any{p.Partition, p.CommittedOffset, p.Metadata, errorName(p.Error)})
	}
	return Fields{"error": errorName(answer.Error), "offsets": said}, nil
}

func describe(group string) (any, error) {
	answer, err := client.DescribeGroups(ctx, &kafka.DescribeGroupsRequest{GroupIDs: []string{name(group)}})
	if err != nil {
		return nil, err
	}
	found := answer.Groups[0]
	members := []string{}
	for _, m := range found.Members {
		partitions := []int{}
		for _, topic := range m.MemberAssignments.Topics {
			partitions = append(partitions, topic.Partitions...)
		}
		members = append(members, fmt.Sprintf("%s %d topics, %d partitions", m.ClientHost, len(m.MemberMetadata.Topics), len(partitions)))
	}
	sort.Strings(members)
	return Fields{"error": errorName(found.Error), "state": found.GroupState, "members": members}, nil
}

// ready waits until the group's coordinator has loaded: a fresh Apache Kafka makes the groups' topic only now, and
// kafka-go takes its first answers to heart.
func ready(group string) {
	Settled(Fields{"error": "none", "offsets": []any{[]any{0, int64(-1), "", "none"}}}, func() (any, error) { return committed(group, "three", 0) })
}

func groups() {
	for _, group := range []string{"reads", "unknown", "rebalance"} {
		ready(group)
	}
	Step("groups: the coordinator", func() (any, error) {
		answer, err := client.FindCoordinator(ctx, &kafka.FindCoordinatorRequest{Key: name("reads"), KeyType: kafka.CoordinatorKeyTypeConsumer})
		if err != nil {
			return nil, err
		}
		return Fields{"error": errorName(answer.Error), "coordinator": answer.Coordinator}, nil
	})
	Step("groups: read from the beginning, commit each", func() (any, error) {
		reader := groupReader("reads", "three")
		defer reader.Close()
		found, err := take(reader, 44)
		return len(found), err
	})
	Step("groups: what is committed", func() (any, error) { return committed("reads", "three", 0, 1, 2) })
	Step("groups: what an unknown group committed", func() (any, error) { return committed("unknown", "three", 0) })
	Step("groups: commit by the plain request", func() (any, error) {
		answer, err := client.OffsetCommit(ctx, &kafka.OffsetCommitRequest{
			GroupID: name("reads"), GenerationID: -1,
			Topics: map[string][]kafka.OffsetCommit{name("three"): {{Partition: 0, Offset: 5, Metadata: "five"}}, name("unknown"): {{Partition: 0, Offset: 5}}},
		})
		if err != nil {
			return nil, err
		}
		said := Fields{}
		for topic, partitions := range answer.Topics {
			said[topic] = errorName(partitions[0].Error)
		}
		after, err := committed("reads", "three", 0, 1, 2)
		return []any{said, after}, err
	})
	Step("groups: go on where it was committed", func() (any, error) {
		reader := groupReader("reads", "three")
		defer reader.Close()
		found, err := take(reader, 1)
		if err != nil {
			return nil, err
		}
		return Fields{"partition": found[0].Partition, "offset": found[0].Offset}, nil
	})
	Step("groups: describe an empty one", func() (any, error) {
		return Settled(Fields{"error": "none", "state": "Empty", "members": []string{}}, func() (any, error) { return describe("reads") })
	})
	Step("groups: describe an unknown one", func() (any, error) { return describe("unknown") })
	Step("groups: list", func() (any, error) {
		answer, err := client.ListGroups(ctx, &kafka.ListGroupsRequest{})
		if err != nil {
			return nil, err
		}
		names := map[string]bool{}
		for _, group := range answer.Groups {
			if strings.HasSuffix(group.GroupID, run) {
				names[group.GroupID] = true
			}
		}
		return Fields{"error": errorName(answer.Error), "groups": Sorted(names)}, nil
	})
}

// member keeps one consumer of a group in the group, and the partitions that its generation gave it.
type member struct {
	group *kafka.ConsumerGroup
	lock  sync.Mutex
	parts []int
	joins int
}

func join(group, topic string) (*member, error) {
	found, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID: name(group), Brokers: []string{bootstrap}, Topics: []string{name(topic)}, HeartbeatInterval: 200 * time.Millisecond,
		SessionTimeout: 10 * time.Second, RebalanceTimeout: 10 * time.Second, StartOffset: kafka.FirstOffset, JoinGroupBackoff: 200 * time.Millisecond,
	})
	if err != nil {
		return nil, err
	}
	m := &member{group: found}
	go func() {
		for {
			generation, err := found.Next(ctx)
			if err == kafka.ErrGroupClosed || ctx.Err() != nil {
				return
			}
			if err == nil {
				m.lock.Lock()
				m.parts, m.joins = nil, m.joins+1
				for _, p := range generation.Assignments[name(topic)] {
					m.parts = append(m.parts, p.ID)
				}
				sort.Ints(m.parts)
				m.lock.Unlock()
			}
		}
	}()
	return m, nil
}

func (m *member) partitions() []int {
	m.lock.Lock()
	defer m.lock.Unlock()
	return append([]int{}, m.parts...)
}

func rebalancing() {
	var first, second *member
	Step("rebalance: one member has all partitions", func() (any, error) {
		if _, err := create(kafka.TopicConfig{Topic: name("shared"), NumPartitions: 4, ReplicationFactor: 1}); err != nil {
			return nil, err
		}
		var err error
		if first, err = join("rebalance", "shared"); err != nil {
			return nil, err
		}
		if err = Until("four partitions", func() bool { return len(first.partitions()) == 4 }); err != nil {
			return nil, err
		}
		group, err := describe("rebalance")
		return Fields{"partitions": first.partitions(), "group": group}, err
	})
	Step("rebalance: a second joins, both have two", func() (any, error) {
		var err error
		if second, err = join("rebalance", "shared"); err != nil {
			return nil, err
		}
		if err = Until("two and two", func() bool { return len(first.partitions()) == 2 && len(second.partitions()) == 2 }); err != nil {
			return nil, err
		}
		both := append(first.partitions(), second.partitions()...)
		sort.Ints(both)
		group, err := describe("rebalance")
		return Fields{"both": both, "group": group}, err
	})
	remove := func() (any, error) {
		answer, err := client.DeleteGroups(ctx, &kafka.DeleteGroupsRequest{GroupIDs: []string{name("rebalance")}})
		if err != nil {
			return nil, err
		}
		return errorNames(answer.Errors), nil
	}
	Step("rebalance: deleting the busy group is refused", remove)
	Step("rebalance: one leaves, the other has all again", func() (any, error) {
		if err := first.group.Close(); err != nil {
			return nil, err
		}
		err := Until("four partitions", func() bool { return len(second.partitions()) == 4 })
		return second.partitions(), err
	})
	Step("rebalance: both gone", func() (any, error) {
		if err := second.group.Close(); err != nil {
			return nil, err
		}
		return Settled(Fields{"error": "none", "state": "Empty", "members": []string{}}, func() (any, error) { return describe("rebalance") })
	})
	Step("rebalance: delete the group", remove)
	Step("rebalance: delete it again", remove)
}

func autoCreation() {
	Refused("auto-creation: a writer that does not ask for it", func() (any, error) {
		return write("no-auto-writer", nil, kafka.Message{Value: []byte("x")})
	})
	Step("auto-creation: and it made none", func() (any, error) { return exists("no-auto-writer"), nil })
	Step("auto-creation: a writer that asks for it", func() (any, error) {
		// Apache Kafka may say at first that it knows no such topic, while it creates it.
		answer, err := Settled("written", func() (any, error) {
			return write("auto-writer", func(w *kafka.Writer) { w.AllowAutoTopicCreation = true }, kafka.Message{Value: []byte("x")})
		})
		if err != nil {
			return answer, err
		}
		there, err := Settled(true, func() (any, error) { return exists("auto-writer"), nil })
		return []any{answer, there}, err
	})
	Step("auto-creation: a connection to a leader asks for it", func() (any, error) {
		answer, err := Settled("connected", func() (any, error) {
			conn, err := kafka.DialLeader(ctx, "tcp", bootstrap, name("auto-conn"), 0)
			if err != nil {
				return nil, err
			}
			return "connected", conn.Close()
		})
		if err != nil {
			return answer, err
		}
		there, err := Settled(true, func() (any, error) { return exists("auto-conn"), nil })
		return []any{answer, there}, err
	})
}

func deleting() {
	remove := func(topics ...string) (any, error) {
		named := []string{}
		for _, topic := range topics {
			named = append(named, name(topic))
		}
		answer, err := client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: named})
		if err != nil {
			return nil, err
		}
		return errorNames(answer.Errors), nil
	}
	Step("delete: a topic, and one that is not there", func() (any, error) {
		answer, err := remove("three", "unknown")
		if err != nil {
			return nil, err
		}
		gone, err := Settled(false, func() (any, error) { return exists("three"), nil })
		return []any{answer, gone}, err
	})
	Step("delete: its committed offsets are gone with it", func() (any, error) {
		wanted := Fields{"error": "none", "offsets": []any{[]any{0, int64(-1), "", "none"}}}
		return Settled(wanted, func() (any, error) { return committed("reads", "three", 0) })
	})
	Step("delete: made again, it is empty", func() (any, error) {
		answer, err := create(kafka.TopicConfig{Topic: name("three"), NumPartitions: 2, ReplicationFactor: 1})
		if err != nil {
			return nil, err
		}
		empty, err := Settled([]string{"0: 0..0 none", "1: 0..0 none"}, func() (any, error) { return ends("three", 2) })
		return []any{answer, empty}, err
	})
	Step("delete: made again, it takes records and gives them back", func() (any, error) {
		if _, err := write("three", func(w *kafka.Writer) { w.Balancer = kafka.BalancerFunc(func(kafka.Message, ...int) int { return 1 }) }, kafka.Message{Value: []byte("new")}); err != nil {
			return nil, err
		}
		found, err := read("three", 1, 0, 1)
		if err != nil {
			return nil, err
		}
		return string(found[0].Value), nil
	})
}
