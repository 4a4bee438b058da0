package scenario

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"time"

	. "kampa/compat/go/observe"
)

// Run drives a client through all that it can do.
func (c Client) Run() {
	c.topics()
	c.configs()
	c.producing()
	c.codecs()
	c.reading()
	c.offsets()
	c.committing()
	for _, assignor := range c.Assignors {
		c.rebalancing(assignor)
	}
	c.staticMembers()
	c.administration()
	c.deleting()
}

// Administer drives the calls that a client has, which has a script of its own for all else. It needs a topic called
// grown, of four partitions.
func (c Client) Administer() {
	c.changes()
	c.administration()
}

func done(err error) (any, error) { return "done", err }

func mine(names []string, err error) (any, error) {
	found := []string{}
	for _, name := range names {
		if strings.HasSuffix(strings.Fields(name)[0], Run) {
			found = append(found, name)
		}
	}
	return sorted(found), err
}

func sorted(names []string) []string {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return Sorted(set)
}

// create makes a topic and waits until the node tells clients of it.
func (c Client) create(topic Topic) (any, error) {
	if err := c.Create(topic); err != nil {
		return nil, err
	}
	wanted := max(topic.Partitions, len(topic.Assignment), 1)
	return Settled(wanted, func() (any, error) { return c.Leaders(topic.Name) })
}

func (c Client) topics() {
	Step("cluster", c.Cluster)
	three := Topic{Name: Name("three"), Partitions: 3, Replicas: 1}
	Step("topics: create with 3 partitions", func() (any, error) { return c.create(three) })
	Refused("topics: create again", func() (any, error) { return done(c.Create(three)) })
	Step("topics: create with settings", func() (any, error) {
		return c.create(Topic{Name: Name("settings"), Partitions: 1, Replicas: 1, Configs: map[string]string{"cleanup.policy": "compact", "max.message.bytes": "5000"}})
	})
	Step("topics: create with 2 partitions", func() (any, error) {
		return c.create(Topic{Name: Name("grown"), Partitions: 2, Replicas: 1})
	})
	Step("topics: create with the node's defaults", func() (any, error) {
		return c.create(Topic{Name: Name("defaults"), Partitions: -1, Replicas: -1})
	})
	for _, bad := range []struct {
		what  string
		topic Topic
	}{
		{"an illegal name", Topic{Name: "not/a/name", Partitions: 1, Replicas: 1}},
		{"the name ..", Topic{Name: "..", Partitions: 1, Replicas: 1}},
		{"a name of 250 characters", Topic{Name: strings.Repeat("x", 250), Partitions: 1, Replicas: 1}},
		{"no partitions", Topic{Name: Name("none"), Partitions: 0, Replicas: 1}},
		{"10001 partitions", Topic{Name: Name("many"), Partitions: 10001, Replicas: 1}},
		{"two replicas of one broker", Topic{Name: Name("two"), Partitions: 1, Replicas: 2}},
		{"an unknown setting", Topic{Name: Name("odd"), Partitions: 1, Replicas: 1, Configs: map[string]string{"no.such.setting": "1"}}},
		{"an impossible setting", Topic{Name: Name("odd"), Partitions: 1, Replicas: 1, Configs: map[string]string{"retention.ms": "soon"}}},
	} {
		Refused("topics: refuse "+bad.what, func() (any, error) { return done(c.Create(bad.topic)) })
	}
	Step("topics: list", func() (any, error) { return mine(c.Topics()) })
	Step("topics: describe", func() (any, error) { return c.Describe(Name("three")) })
	Refused("topics: describe an unknown one", func() (any, error) { return c.Describe(Name("unknown")) })
	Refused("topics: describe an illegal one", func() (any, error) { return c.Describe("not/a/name") })
	grow := func(topic string, count int, assignment ...[]int32) func() (any, error) {
		return func() (any, error) { return done(c.Grow(Name(topic), count, assignment)) }
	}
	Step("partitions: from 2 to 4", func() (any, error) {
		if err := c.Grow(Name("grown"), 4, nil); err != nil {
			return nil, err
		}
		return Settled(4, func() (any, error) { return c.Leaders(Name("grown")) })
	})
	Refused("partitions: refuse fewer", grow("grown", 3))
	Refused("partitions: refuse as many", grow("grown", 4))
	Refused("partitions: refuse too many", grow("grown", 20000))
	Refused("partitions: refuse an unknown topic", grow("unknown", 3))
}

func (c Client) configs() {
	Step("configs: of a topic", func() (any, error) { return c.Configs("topic", Name("settings")) })
	Refused("configs: of an unknown topic", func() (any, error) { return c.Configs("topic", Name("unknown")) })
	Refused("configs: of an illegal topic", func() (any, error) { return c.Configs("topic", "not/a/name") })
	Step("configs: of the broker, a few", func() (any, error) {
		return c.some("broker", "1", "advertised.listeners", "num.partitions", "log.retention.hours", "message.max.bytes", "auto.create.topics.enable", "sasl.jaas.config")
	})
	c.changes()
}

func (c Client) some(kind, name string, keys ...string) (any, error) {
	all, err := c.Configs(kind, name)
	found := Fields{}
	for _, key := range keys {
		found[key] = all[key]
	}
	return found, err
}

// changed makes a change and asks until it is told: a node may tell of it a moment after it has answered.
func changed(ask func() (any, error), change func() error) (any, error) {
	before, err := ask()
	if err != nil {
		return nil, err
	}
	if err := change(); err != nil {
		return nil, err
	}
	for end := time.Now().Add(3 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		after, err := ask()
		if err != nil || time.Now().After(end) {
			return after, err
		}
		if !reflect.DeepEqual(before, after) {
			time.Sleep(200 * time.Millisecond) // Apache Kafka may tell a half of the change first
			return ask()
		}
	}
}

func (c Client) changes() {
	shown := func() (any, error) { return c.some("topic", Name("grown"), "retention.ms", "cleanup.policy") }
	if c.AlterConfigs != nil {
		for _, good := range []struct {
			what    string
			changes []Change
		}{
			{"set two", []Change{{"set", "retention.ms", "7200000"}, {"set", "cleanup.policy", "delete"}}},
			{"append to a list", []Change{{"append", "cleanup.policy", "compact"}}},
			{"subtract from a list", []Change{{"subtract", "cleanup.policy", "delete"}}},
			{"delete, back to the default", []Change{{"delete", "retention.ms", ""}, {"delete", "cleanup.policy", ""}}},
		} {
			Refused("configs: change a topic's: "+good.what, func() (any, error) {
				return changed(shown, func() error { return c.AlterConfigs("topic", Name("grown"), good.changes...) })
			})
		}
		for _, bad := range []struct {
			what, kind, name string
			changes          []Change
		}{
			{"an unknown setting", "topic", Name("grown"), []Change{{"set", "no.such.setting", "1"}}},
			{"an impossible value", "topic", Name("grown"), []Change{{"set", "retention.ms", "soon"}}},
			{"one setting twice", "topic", Name("grown"), []Change{{"set", "retention.ms", "1"}, {"set", "retention.ms", "2"}}},
			{"appending to what is no list", "topic", Name("grown"), []Change{{"append", "retention.ms", "1"}}},
			{"an unknown topic", "topic", Name("unknown"), []Change{{"set", "retention.ms", "1"}}},
			{"a setting that needs a restart", "broker", "1", []Change{{"set", "node.id", "7"}}},
			{"a broker that is not there", "broker", "77", []Change{{"set", "log.retention.ms", "1"}}},
		} {
			Refused("configs: refuse "+bad.what, func() (any, error) { return done(c.AlterConfigs(bad.kind, bad.name, bad.changes...)) })
		}
	}
	if c.ReplaceConfigs != nil {
		Refused("configs: replace a topic's", func() (any, error) {
			return changed(shown, func() error {
				return c.ReplaceConfigs("topic", Name("grown"), map[string]string{"retention.ms": "3600001"})
			})
		})
		Refused("configs: replace, refuse an impossible value", func() (any, error) {
			return done(c.ReplaceConfigs("topic", Name("grown"), map[string]string{"retention.ms": "soon"}))
		})
		Refused("configs: replace, refuse an unknown topic", func() (any, error) {
			return done(c.ReplaceConfigs("topic", Name("unknown"), map[string]string{"retention.ms": "1"}))
		})
	}
}

func record(partition int32, key, value string) Record {
	return Record{Partition: partition, Key: []byte(key), Value: []byte(value)}
}

// send gives the answers in an order of their own: partitions answer as they like.
func (c Client) send(topic string, how Sending, records ...Record) ([]any, error) {
	said, err := c.Send(topic, how, records...)
	sort.SliceStable(said, func(a, b int) bool { return said[a].([]any)[0].(int32) < said[b].([]any)[0].(int32) })
	return said, err
}

// ends tells where partitions begin and end.
func (c Client) ends(topic string, partitions int) (any, error) {
	said := []any{}
	for partition := range int32(partitions) {
		first, err := c.Offsets(Name(topic), partition, Earliest)
		if err != nil {
			return said, err
		}
		last, err := c.Offsets(Name(topic), partition, Latest)
		if err != nil {
			return said, err
		}
		said = append(said, []any{first, last})
	}
	return said, nil
}

func (c Client) producing() {
	for _, acks := range []int{0, 1, -1} {
		Step(fmt.Sprint("produce: acks ", acks), func() (any, error) {
			records := []Record{}
			for partition := range int32(3) {
				records = append(records, record(partition, fmt.Sprint("k", partition), fmt.Sprint("acks ", acks)))
			}
			sent, err := c.send(Name("three"), Sending{Acks: acks}, records...)
			if acks == 0 { // which says nothing of when it is written, nor where
				time.Sleep(500 * time.Millisecond)
				return "sent", err
			}
			return sent, err
		})
	}
	Step("produce: where the ends are", func() (any, error) { return c.ends("three", 3) })
	Step("produce: null key, null value, empty value, headers", func() (any, error) {
		return c.send(Name("three"), Sending{Acks: -1},
			Record{Value: []byte("no key"), Ms: 1}, Record{Key: []byte("no value"), Ms: 2}, Record{Key: []byte{}, Value: []byte{}, Ms: 3},
			Record{Key: []byte("headers"), Value: []byte("x"), Ms: 4, Headers: []Header{{"one", []byte("1")}, {"two", []byte("2")}, {"two", []byte("again")}, {"empty", []byte{}}}})
	})
	big := func(size int) Record { return record(1, "big", strings.Repeat("x", size)) }
	send := func(topic string, records ...Record) func() (any, error) {
		return func() (any, error) { return c.send(Name(topic), Sending{Acks: -1}, records...) }
	}
	Step("produce: just under the limit", send("three", big(1048588-90)))
	Refused("produce: refuse one above the limit", send("three", big(1048588)))
	Refused("produce: refuse one above the topic's own limit", send("settings", record(0, "k", strings.Repeat("x", 5001))))
	Refused("produce: refuse a record without key on a compacted topic", send("settings", Record{Value: []byte("no key")}))
	Step("produce: topics that refuse", func() (any, error) {
		for _, topic := range []Topic{
			{Name: Name("stamped"), Partitions: 1, Replicas: 1, Configs: map[string]string{"message.timestamp.type": "LogAppendTime"}},
			{Name: Name("strict"), Partitions: 1, Replicas: 1, Configs: map[string]string{"message.timestamp.before.max.ms": "60000"}},
		} {
			if _, err := c.create(topic); err != nil {
				return nil, err
			}
		}
		return "created", nil
	})
	Step("produce: the broker stamps the time", send("stamped", record(0, "k", "when?")))
	Refused("produce: refuse a time too far back", send("strict", record(0, "k", "x")))
	Step("produce: idempotent", func() (any, error) {
		records := []Record{}
		for i := range 500 {
			records = append(records, record(0, "i", fmt.Sprint("i", i)))
		}
		sent, err := c.send(Name("grown"), Sending{Acks: -1, Idempotent: true}, records...)
		return []any{len(sent), sent[len(sent)-1]}, err
	})
	if c.CreatesByAsking {
		Step("produce: a topic that is made by asking for it", func() (any, error) {
			return c.send(Name("auto"), Sending{Acks: -1}, record(0, "k", "x"))
		})
	}
}

func (c Client) codecs() {
	Step("codecs: a topic for them", func() (any, error) {
		return c.create(Topic{Name: Name("codecs"), Partitions: 1, Replicas: 1})
	})
	for _, codec := range []string{"none", "gzip", "snappy", "lz4", "zstd"} {
		Step("codecs: produce with "+codec, func() (any, error) {
			records := []Record{}
			for i := range 100 {
				records = append(records, Record{Key: []byte(codec), Value: []byte(strings.Repeat(fmt.Sprint(codec, " ", i, " "), 20)), Ms: int64(i)})
			}
			sent, err := c.send(Name("codecs"), Sending{Acks: -1, Codec: codec}, records...)
			return len(sent), err
		})
	}
	Step("codecs: read them all back", func() (any, error) { return summary(c.Read(Name("codecs"), []int32{0}, Earliest, 500)) })
}

func summary(found []Record, err error) (any, error) {
	if err != nil || len(found) == 0 {
		return nil, err
	}
	keys, bytes := map[string]int{}, 0
	for _, record := range found {
		keys[string(record.Key)]++
		bytes += len(record.Value)
	}
	last := found[len(found)-1]
	return Fields{"count": len(found), "keys": keys, "bytes": bytes, "last": string(last.Value[:12]), "offset": last.Offset}, nil
}

func (c Client) reading() {
	Step("read: every record of a partition", func() (any, error) {
		found, err := c.Read(Name("three"), []int32{0}, Earliest, 7)
		said := []any{}
		for _, r := range found {
			headers := []string{}
			for _, header := range r.Headers {
				headers = append(headers, fmt.Sprintf("%s=%q", header.Key, header.Value))
			}
			said = append(said, []any{r.Partition, r.Offset, r.Ms, r.Key == nil, string(r.Key), r.Value == nil, string(r.Value), headers})
		}
		return said, err
	})
	Step("read: a large record", func() (any, error) {
		found, err := c.Read(Name("three"), []int32{1}, 3, 1)
		if err != nil {
			return nil, err
		}
		return []any{found[0].Offset, len(found[0].Value)}, nil
	})
	Step("read: three partitions at once", func() (any, error) {
		found, err := c.Read(Name("three"), []int32{0, 1, 2}, Earliest, 14)
		return len(found), err
	})
	Step("read: from an offset inside a batch", func() (any, error) {
		found, err := c.Read(Name("codecs"), []int32{0}, 490, 10)
		said := []int64{}
		for _, r := range found {
			said = append(said, r.Offset)
		}
		return said, err
	})
	Step("read: the time the broker stamped", func() (any, error) {
		found, err := c.Read(Name("stamped"), []int32{0}, Earliest, 1)
		if err != nil {
			return nil, err
		}
		return found[0].Ms, nil
	})
}

func (c Client) offsets() {
	for _, ms := range []int64{-1000, 0, 50, 99, 100, 7_200_000} {
		Refused(fmt.Sprintf("offsets: at the start's time and %d ms", ms), func() (any, error) {
			return c.Offsets(Name("codecs"), 0, Time(ms).UnixMilli())
		})
	}
	for _, place := range []struct {
		what string
		at   int64
	}{{"earliest", Earliest}, {"latest", Latest}, {"of the greatest time", Greatest}} {
		Refused("offsets: "+place.what, func() (any, error) { return c.Offsets(Name("codecs"), 0, place.at) })
	}
	Refused("offsets: of the greatest time, nothing there", func() (any, error) { return c.Offsets(Name("defaults"), 0, Greatest) })
	Refused("offsets: of an unknown topic", func() (any, error) { return c.Offsets(Name("unknown"), 0, Latest) })
}
