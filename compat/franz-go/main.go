// franz-go against one node: franz-go HOST:PORT RUN. Its records and groups are here, its administration in admin.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"kampa/compat/go/observe"
	"kampa/compat/go/scenario"
)

var (
	ctx   = context.Background()
	plain = client()
	admin = kadm.NewClient(plain)
)

func main() {
	observe.Called("franz-go", "github.com/twmb/franz-go")
	observe.ErrorName = errorName
	administered(scenario.Client{
		Send: send, Read: read, Join: join, Assignors: []string{"range", "roundrobin", "sticky", "cooperative-sticky"}, CreatesByAsking: true,
	}).Run()
}

func client(options ...kgo.Opt) *kgo.Client {
	options = append(options, kgo.SeedBrokers(scenario.Bootstrap), kgo.ClientID("compat"), kgo.MetadataMinAge(50*time.Millisecond), kgo.RetryTimeout(10*time.Second))
	made, err := kgo.NewClient(options...)
	if err != nil {
		panic(err)
	}
	return made
}

func errorName(err error) string {
	var code *kerr.Error
	var lost *kgo.ErrDataLoss
	switch {
	case err == nil:
		return "none"
	case errors.As(err, &code):
		return fmt.Sprintf("%s (%d)", code.Message, code.Code)
	case errors.As(err, &lost):
		return "ErrDataLoss"
	}
	return err.Error()
}

var codecs = map[string]kgo.CompressionCodec{
	"": kgo.NoCompression(), "none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
}

func send(topic string, how scenario.Sending, records ...scenario.Record) ([]any, error) {
	acks := map[int]kgo.Acks{0: kgo.NoAck(), 1: kgo.LeaderAck(), -1: kgo.AllISRAcks()}[how.Acks]
	options := []kgo.Opt{
		kgo.RequiredAcks(acks), kgo.ProducerBatchCompression(codecs[how.Codec]), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.AllowAutoTopicCreation(),
		kgo.ProducerBatchMaxBytes(4 << 20), kgo.BrokerMaxWriteBytes(16 << 20), kgo.RecordRetries(100), kgo.UnknownTopicRetries(100),
	}
	if !how.Idempotent {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	producer := client(options...)
	defer producer.Close()
	sending := []*kgo.Record{}
	for _, r := range records {
		one := &kgo.Record{Topic: topic, Partition: r.Partition, Key: r.Key, Value: r.Value, Timestamp: scenario.Time(r.Ms)}
		for _, header := range r.Headers {
			one.Headers = append(one.Headers, kgo.RecordHeader{Key: header.Key, Value: header.Value})
		}
		sending = append(sending, one)
	}
	said := []any{}
	results := producer.ProduceSync(ctx, sending...)
	for _, result := range results {
		said = append(said, []any{result.Record.Partition, result.Record.Offset, scenario.Since(result.Record.Timestamp)})
	}
	return said, results.FirstErr()
}

func told(r *kgo.Record) scenario.Record {
	found := scenario.Record{Partition: r.Partition, Offset: r.Offset, Ms: scenario.Since(r.Timestamp), Key: r.Key, Value: r.Value}
	for _, header := range r.Headers {
		found.Headers = append(found.Headers, scenario.Header{Key: header.Key, Value: header.Value})
	}
	return found
}

func read(topic string, partitions []int32, from int64, count int) ([]scenario.Record, error) {
	begin := kgo.NewOffset().At(from)
	if from == scenario.Earliest {
		begin = kgo.NewOffset().AtStart()
	}
	offsets := map[int32]kgo.Offset{}
	for _, partition := range partitions {
		offsets[partition] = begin
	}
	consumer := client(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: offsets}), kgo.FetchMaxWait(100*time.Millisecond), kgo.FetchMaxPartitionBytes(600))
	defer consumer.Close()
	limited, done := context.WithTimeout(ctx, 20*time.Second)
	defer done()
	found := []scenario.Record{}
	for len(found) < count {
		fetched := consumer.PollFetches(limited)
		if err := fetched.Err(); err != nil {
			return found, err
		}
		fetched.EachRecord(func(r *kgo.Record) { found = append(found, told(r)) })
	}
	return found, nil
}

var balancers = map[string]kgo.GroupBalancer{
	"": kgo.RangeBalancer(), "range": kgo.RangeBalancer(), "roundrobin": kgo.RoundRobinBalancer(), "sticky": kgo.StickyBalancer(), "cooperative-sticky": kgo.CooperativeStickyBalancer(),
}

func join(member *scenario.Member, group, topic, assignor, instance string) error {
	taken := func(_ context.Context, _ *kgo.Client, lost map[string][]int32) { member.Taken(lost[topic]...) }
	options := []kgo.Opt{
		kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic), kgo.Balancers(balancers[assignor]), kgo.HeartbeatInterval(200 * time.Millisecond), kgo.SessionTimeout(10 * time.Second),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchMaxWait(100 * time.Millisecond), kgo.DisableAutoCommit(),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, given map[string][]int32) { member.Given(false, given[topic]...) }),
		kgo.OnPartitionsRevoked(taken), kgo.OnPartitionsLost(taken),
	}
	if instance != "" {
		options = append(options, kgo.InstanceID(instance))
	}
	consumer := client(options...)
	go func() {
		for {
			fetched := consumer.PollFetches(ctx)
			if fetched.IsClientClosed() {
				return
			}
			fetched.EachError(func(_ string, _ int32, err error) { member.Failed(err) })
			fetched.EachRecord(func(r *kgo.Record) { member.Saw(told(r)) })
		}
	}()
	member.CommitAll = func() error { return consumer.CommitUncommittedOffsets(ctx) }
	member.Close = func() error {
		consumer.Close()
		return nil
	}
	return nil
}

func sorted[K string | int32, V any](found map[K]V) []K { return slices.Sorted(maps.Keys(found)) }
