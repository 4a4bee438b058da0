// librdkafka, by its Go package, against one node: confluent-kafka-go HOST:PORT RUN. Its records and groups are here, its
// administration in admin.go.
package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"

	"kampa/compat/go/observe"
	"kampa/compat/go/scenario"
)

var admin = must(kafka.NewAdminClient(settings()))

func main() {
	observe.Called("confluent-kafka-go", "github.com/confluentinc/confluent-kafka-go/v2")
	observe.ErrorName = errorName
	administered(scenario.Client{Send: send, Read: read, Join: join, Assignors: []string{"range", "roundrobin", "cooperative-sticky"}, CreatesByAsking: true}).Run()
}

func must[T any](made T, err error) T {
	if err != nil {
		panic(err)
	}
	return made
}

func settings(more ...string) *kafka.ConfigMap {
	config := &kafka.ConfigMap{"bootstrap.servers": scenario.Bootstrap, "client.id": "compat", "log_level": 0}
	for i := 0; i < len(more); i += 2 {
		config.SetKey(more[i], more[i+1])
	}
	return config
}

func errorName(err error) string {
	var code kafka.Error
	if errors.As(err, &code) {
		return fmt.Sprintf("%s (%d)", code.Code(), int(code.Code()))
	}
	return fmt.Sprint(err)
}

// failed is the error of an answer's own field, which always holds one.
func failed(err kafka.Error) error {
	if err.Code() == kafka.ErrNoError {
		return nil
	}
	return err
}

func part(topic string, partition int32, offset kafka.Offset) kafka.TopicPartition {
	return kafka.TopicPartition{Topic: &topic, Partition: partition, Offset: offset}
}

func send(topic string, how scenario.Sending, records ...scenario.Record) ([]any, error) {
	config := settings("acks", fmt.Sprint(how.Acks), "message.max.bytes", "4000000", "linger.ms", "20", "message.timeout.ms", "15000")
	if how.Codec != "" {
		config.SetKey("compression.type", how.Codec)
	}
	if how.Idempotent {
		config.SetKey("enable.idempotence", true)
	}
	producer, err := kafka.NewProducer(config)
	if err != nil {
		return nil, err
	}
	defer producer.Close()
	answers := make(chan kafka.Event, len(records))
	for _, r := range records {
		one := &kafka.Message{TopicPartition: part(topic, r.Partition, 0), Key: r.Key, Value: r.Value, Timestamp: scenario.Time(r.Ms)}
		for _, header := range r.Headers {
			one.Headers = append(one.Headers, kafka.Header{Key: header.Key, Value: header.Value})
		}
		if err := producer.Produce(one, answers); err != nil {
			return nil, err
		}
	}
	said := []any{}
	for range records {
		answer := (<-answers).(*kafka.Message)
		if answer.TopicPartition.Error != nil {
			err = answer.TopicPartition.Error
		}
		said = append(said, []any{answer.TopicPartition.Partition, int64(answer.TopicPartition.Offset)})
	}
	return said, err
}

func told(m *kafka.Message) scenario.Record {
	found := scenario.Record{
		Partition: m.TopicPartition.Partition, Offset: int64(m.TopicPartition.Offset), Ms: scenario.Since(m.Timestamp), Key: m.Key, Value: m.Value,
	}
	for _, header := range m.Headers {
		found.Headers = append(found.Headers, scenario.Header{Key: header.Key, Value: header.Value})
	}
	return found
}

func read(topic string, partitions []int32, from int64, count int) ([]scenario.Record, error) {
	consumer, err := kafka.NewConsumer(settings("group.id", scenario.Name("reader"), "fetch.wait.max.ms", "100", "enable.auto.commit", "false"))
	if err != nil {
		return nil, err
	}
	defer consumer.Close()
	begin := kafka.Offset(from)
	if from == scenario.Earliest {
		begin = kafka.OffsetBeginning
	}
	assigned := []kafka.TopicPartition{}
	for _, partition := range partitions {
		assigned = append(assigned, part(topic, partition, begin))
	}
	if err := consumer.Assign(assigned); err != nil {
		return nil, err
	}
	found := []scenario.Record{}
	for end := time.Now().Add(20 * time.Second); len(found) < count; {
		if time.Now().After(end) {
			return found, fmt.Errorf("%d records of %s, no more", len(found), topic)
		}
		switch event := consumer.Poll(100).(type) {
		case *kafka.Message:
			found = append(found, told(event))
		case kafka.Error:
			return found, event
		}
	}
	return found, nil
}

func join(member *scenario.Member, group, topic, assignor, instance string) error {
	config := settings("group.id", group, "auto.offset.reset", "earliest", "heartbeat.interval.ms", "200", "session.timeout.ms", "10000", "fetch.wait.max.ms", "100", "enable.auto.commit", "false")
	if assignor != "" {
		config.SetKey("partition.assignment.strategy", assignor)
	}
	if instance != "" {
		config.SetKey("group.instance.id", instance)
	}
	consumer, err := kafka.NewConsumer(config)
	if err != nil {
		return err
	}
	if err := consumer.Subscribe(topic, nil); err != nil {
		return err
	}
	// One goroutine holds the consumer; what others want of it is handed to that one.
	asked, over := make(chan func()), make(chan struct{})
	go func() {
		defer close(over)
		for !consumer.IsClosed() {
			select {
			case run := <-asked:
				run()
				continue
			default:
			}
			switch event := consumer.Poll(50).(type) {
			case *kafka.Message:
				member.Saw(told(event))
			case kafka.Error:
				member.Failed(event)
			}
			given, _ := consumer.Assignment()
			partitions := []int32{}
			for _, one := range given {
				partitions = append(partitions, one.Partition)
			}
			member.Given(true, partitions...)
		}
	}()
	member.CommitAll = func() error {
		answer := make(chan error)
		asked <- func() {
			_, err := consumer.Commit()
			answer <- err
		}
		return <-answer
	}
	member.Close = func() error {
		answer := make(chan error)
		asked <- func() { answer <- consumer.Close() }
		err := <-answer
		<-over
		return err
	}
	return nil
}
