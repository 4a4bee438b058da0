// sarama against one node: sarama HOST:PORT RUN. Its records and groups are here, its administration in admin.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/IBM/sarama"

	"kampa/compat/go/observe"
	"kampa/compat/go/scenario"
)

var (
	client = must(sarama.NewClient([]string{scenario.Bootstrap}, silent()))
	admin  = must(sarama.NewClusterAdminFromClient(client))
)

func main() {
	observe.Called("sarama", "github.com/IBM/sarama")
	observe.ErrorName = errorName
	administered(scenario.Client{Send: send, Read: read, Join: join, Assignors: []string{"range", "roundrobin", "sticky"}, CreatesByAsking: true}).Run()
}

func must[T any](made T, err error) T {
	if err != nil {
		panic(err)
	}
	return made
}

func config() *sarama.Config {
	config := sarama.NewConfig()
	config.ClientID = "compat"
	config.Version = sarama.MaxVersion
	config.Metadata.Retry.Backoff = 100 * time.Millisecond
	config.Consumer.Group.Heartbeat.Interval = 200 * time.Millisecond
	config.Consumer.MaxWaitTime = 100 * time.Millisecond
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Return.Errors = true
	config.Producer.Return.Successes = true
	config.Producer.MaxMessageBytes = 4 << 20
	config.Producer.Partitioner = sarama.NewManualPartitioner
	return config
}

// silent asks of topics without making them.
func silent() *sarama.Config {
	config := config()
	config.Metadata.AllowAutoTopicCreation = false
	return config
}

func errorName(err error) string {
	var code sarama.KError
	var topic *sarama.TopicError
	var many sarama.ProducerErrors
	switch {
	case err == nil:
		return "none"
	case errors.As(err, &many):
		return errorName(many[0].Err)
	case errors.As(err, &topic):
		return errorName(topic.Err)
	case errors.As(err, &code):
		return codeName(code)
	}
	return err.Error()
}

// codeName is the number, for sarama has sentences only.
func codeName(code sarama.KError) string { return fmt.Sprint("error ", int16(code)) }

var codecs = map[string]sarama.CompressionCodec{
	"": sarama.CompressionNone, "none": sarama.CompressionNone, "gzip": sarama.CompressionGZIP, "snappy": sarama.CompressionSnappy, "lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD,
}

func send(topic string, how scenario.Sending, records ...scenario.Record) ([]any, error) {
	config := config()
	config.Producer.RequiredAcks = sarama.RequiredAcks(how.Acks)
	config.Producer.Compression = codecs[how.Codec]
	if how.Idempotent {
		config.Producer.Idempotent = true
		config.Net.MaxOpenRequests = 1
	}
	producer, err := sarama.NewSyncProducer([]string{scenario.Bootstrap}, config)
	if err != nil {
		return nil, err
	}
	defer producer.Close()
	sending := []*sarama.ProducerMessage{}
	for _, r := range records {
		one := &sarama.ProducerMessage{Topic: topic, Partition: r.Partition, Timestamp: scenario.Time(r.Ms)}
		// A nil slice would be an empty key.
		if r.Key != nil {
			one.Key = sarama.ByteEncoder(r.Key)
		}
		if r.Value != nil {
			one.Value = sarama.ByteEncoder(r.Value)
		}
		for _, header := range r.Headers {
			one.Headers = append(one.Headers, sarama.RecordHeader{Key: []byte(header.Key), Value: header.Value})
		}
		sending = append(sending, one)
	}
	err = producer.SendMessages(sending)
	said := []any{}
	for _, sent := range sending {
		said = append(said, []any{sent.Partition, sent.Offset})
	}
	return said, err
}

func told(m *sarama.ConsumerMessage) scenario.Record {
	found := scenario.Record{Partition: m.Partition, Offset: m.Offset, Ms: scenario.Since(m.Timestamp), Key: m.Key, Value: m.Value}
	for _, header := range m.Headers {
		found.Headers = append(found.Headers, scenario.Header{Key: string(header.Key), Value: header.Value})
	}
	return found
}

func read(topic string, partitions []int32, from int64, count int) ([]scenario.Record, error) {
	consumer, err := sarama.NewConsumer([]string{scenario.Bootstrap}, config())
	if err != nil {
		return nil, err
	}
	defer consumer.Close()
	if from == scenario.Earliest {
		from = sarama.OffsetOldest
	}
	messages := make(chan *sarama.ConsumerMessage)
	over := make(chan struct{})
	defer close(over)
	for _, partition := range partitions {
		reader, err := consumer.ConsumePartition(topic, partition, from)
		if err != nil {
			return nil, err
		}
		defer reader.AsyncClose()
		go func() {
			for message := range reader.Messages() {
				select {
				case messages <- message:
				case <-over:
				}
			}
		}()
	}
	found := []scenario.Record{}
	late := time.After(20 * time.Second)
	for len(found) < count {
		select {
		case message := <-messages:
			found = append(found, told(message))
		case <-late:
			return found, fmt.Errorf("%d records of %s, no more", len(found), topic)
		}
	}
	return found, nil
}

var balancers = map[string]sarama.BalanceStrategy{
	"": sarama.NewBalanceStrategyRange(), "range": sarama.NewBalanceStrategyRange(), "roundrobin": sarama.NewBalanceStrategyRoundRobin(), "sticky": sarama.NewBalanceStrategySticky(),
}

// handler of one member of a group.
type handler struct {
	member *scenario.Member
	topic  string
}

func (h handler) Setup(session sarama.ConsumerGroupSession) error {
	h.member.Given(true, session.Claims()[h.topic]...)
	h.member.CommitAll = func() error {
		session.Commit()
		return nil
	}
	return nil
}

func (h handler) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (h handler) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		h.member.Saw(told(message))
		session.MarkMessage(message, "")
	}
	return nil
}

func join(member *scenario.Member, group, topic, assignor, instance string) error {
	config := config()
	config.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{balancers[assignor]}
	config.Consumer.Group.InstanceId = instance
	config.Consumer.Offsets.AutoCommit.Enable = false
	consumer, err := sarama.NewConsumerGroup([]string{scenario.Bootstrap}, group, config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		for ctx.Err() == nil {
			if err := consumer.Consume(ctx, []string{topic}, handler{member, topic}); err != nil {
				member.Failed(err)
			}
		}
	}()
	go func() {
		for err := range consumer.Errors() {
			member.Failed(err)
		}
	}()
	member.Close = func() error {
		cancel()
		<-over
		return consumer.Close()
	}
	return nil
}
