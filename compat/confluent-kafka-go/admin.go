// What confluent-kafka-go's AdminClient can administer.

package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"

	"kampa/compat/go/observe"
	"kampa/compat/go/scenario"
)

var ctx = context.Background()

func administered(c scenario.Client) scenario.Client {
	c.Cluster, c.Create, c.Delete, c.Grow = cluster, create, remove, grow
	c.Topics, c.Leaders, c.Describe, c.Configs = topics, leaders, describe, configs
	c.AlterConfigs, c.ReplaceConfigs, c.Offsets = alterConfigs, replaceConfigs, offsets
	c.Commit, c.Committed, c.Groups, c.DescribeGroup, c.DeleteGroup = commit, committed, groups, describeGroup, deleteGroup
	c.DeleteRecords, c.Scrams, c.UpsertScram, c.DeleteScram = deleteRecords, scrams, upsertScram, deleteScram
	c.CreateACL, c.ACLs, c.DeleteACLs, c.Elect = createACL, acls, deleteACLs, elect
	return c
}

func cluster() (any, error) {
	found, err := admin.DescribeCluster(ctx, kafka.SetAdminOptionIncludeAuthorizedOperations(true))
	if err != nil {
		return nil, err
	}
	brokers := []string{}
	for _, broker := range found.Nodes {
		brokers = append(brokers, fmt.Sprint(broker.ID, " ", broker.Host, ":", broker.Port, " racked ", broker.Rack != nil))
	}
	return observe.Fields{"cluster": found.ClusterID, "controller": found.Controller.ID, "brokers": brokers, "operations": found.AuthorizedOperations}, nil
}

func create(topic scenario.Topic) error {
	answers, err := admin.CreateTopics(ctx, []kafka.TopicSpecification{{
		Topic: topic.Name, NumPartitions: topic.Partitions, ReplicationFactor: topic.Replicas, Config: topic.Configs,
	}})
	return only(answers, err)
}

func only(answers []kafka.TopicResult, err error) error {
	if err != nil {
		return err
	}
	return failed(answers[0].Error)
}

func remove(topic string) error { return only(admin.DeleteTopics(ctx, []string{topic})) }

func grow(topic string, count int, assignment [][]int32) error {
	return only(admin.CreatePartitions(ctx, []kafka.PartitionsSpecification{{Topic: topic, IncreaseTo: count, ReplicaAssignment: assignment}}))
}

func topics() ([]string, error) {
	found, err := admin.GetMetadata(nil, true, 10000)
	if err != nil {
		return nil, err
	}
	return slices.Collect(maps.Keys(found.Topics)), nil
}

func leaders(topic string) (int, error) {
	found, err := admin.DescribeTopics(ctx, kafka.NewTopicCollectionOfTopicNames([]string{topic}))
	if err != nil {
		return 0, err
	}
	led := 0
	for _, partition := range found.TopicDescriptions[0].Partitions {
		if partition.Leader != nil {
			led++
		}
	}
	return led, nil
}

func describe(topic string) (any, error) {
	answer, err := admin.DescribeTopics(ctx, kafka.NewTopicCollectionOfTopicNames([]string{topic}), kafka.SetAdminOptionIncludeAuthorizedOperations(true))
	if err != nil {
		return nil, err
	}
	found := answer.TopicDescriptions[0]
	partitions := []string{}
	for _, p := range found.Partitions {
		partitions = append(partitions, fmt.Sprint(p.Partition, " leader ", p.Leader.ID, " of ", len(p.Replicas), " in sync ", len(p.Isr)))
	}
	return observe.Fields{"internal": found.IsInternal, "partitions": partitions, "operations": found.AuthorizedOperations}, failed(found.Error)
}

var kinds = map[string]kafka.ResourceType{"topic": kafka.ResourceTopic, "broker": kafka.ResourceBroker}

func configs(kind, name string) (map[string]any, error) {
	found, err := admin.DescribeConfigs(ctx, []kafka.ConfigResource{{Type: kinds[kind], Name: name}})
	if err != nil {
		return nil, err
	}
	said := map[string]any{}
	for key, config := range found[0].Config {
		synonyms := []string{}
		for name, synonym := range config.Synonyms {
			synonyms = append(synonyms, fmt.Sprint(name, "=", synonym.Value, " ", synonym.Source))
		}
		slices.Sort(synonyms)
		said[key] = []any{config.Value, config.Source.String(), config.IsReadOnly, config.IsDefault, config.IsSensitive, synonyms}
	}
	return said, failed(found[0].Error)
}

var operations = map[string]kafka.AlterConfigOpType{
	"set": kafka.AlterConfigOpTypeSet, "delete": kafka.AlterConfigOpTypeDelete, "append": kafka.AlterConfigOpTypeAppend, "subtract": kafka.AlterConfigOpTypeSubtract,
}

func alterConfigs(kind, name string, changes ...scenario.Change) error {
	entries := []kafka.ConfigEntry{}
	for _, change := range changes {
		entries = append(entries, kafka.ConfigEntry{Name: change.Key, Value: change.Value, IncrementalOperation: operations[change.Operation]})
	}
	answers, err := admin.IncrementalAlterConfigs(ctx, []kafka.ConfigResource{{Type: kinds[kind], Name: name, Config: entries}}, kafka.SetAdminRequestTimeout(5*time.Second))
	if err != nil {
		return err
	}
	return failed(answers[0].Error)
}

func replaceConfigs(kind, name string, values map[string]string) error {
	answers, err := admin.AlterConfigs(ctx, []kafka.ConfigResource{{Type: kinds[kind], Name: name, Config: kafka.StringMapToConfigEntries(values, kafka.AlterOperationSet)}})
	if err != nil {
		return err
	}
	return failed(answers[0].Error)
}

func offsets(topic string, partition int32, at int64) (any, error) {
	spec := kafka.NewOffsetSpecForTimestamp(at)
	switch at {
	case scenario.Latest:
		spec = kafka.LatestOffsetSpec
	case scenario.Earliest:
		spec = kafka.EarliestOffsetSpec
	case scenario.Greatest:
		spec = kafka.MaxTimestampOffsetSpec
	}
	answers, err := admin.ListOffsets(ctx, map[kafka.TopicPartition]kafka.OffsetSpec{part(topic, partition, 0): spec}, kafka.SetAdminRequestTimeout(10*time.Second))
	if err != nil {
		return nil, err
	}
	for _, found := range answers.ResultInfos {
		when := found.Timestamp
		if when > 0 {
			when -= scenario.Start.UnixMilli()
		}
		return []any{int64(found.Offset), when, found.LeaderEpoch}, failed(found.Error)
	}
	return "no answer", nil
}

func commit(group, topic string, offsets map[int32]int64, metadata string) (any, error) {
	asked := []kafka.TopicPartition{}
	for partition, offset := range offsets {
		one := part(topic, partition, kafka.Offset(offset))
		one.Metadata = &metadata
		asked = append(asked, one)
	}
	answers, err := admin.AlterConsumerGroupOffsets(ctx, []kafka.ConsumerGroupTopicPartitions{{Group: group, Partitions: asked}})
	if err != nil {
		return nil, err
	}
	return listed(answers.ConsumerGroupsTopicPartitions[0].Partitions, false), nil
}

func listed(partitions []kafka.TopicPartition, whole bool) []string {
	said := []string{}
	for _, p := range partitions {
		text := fmt.Sprint(p.Partition, " at ", int64(p.Offset), " ", errorName(p.Error))
		if whole && p.Metadata != nil {
			text += " " + *p.Metadata
		}
		said = append(said, text)
	}
	slices.Sort(said)
	return said
}

func committed(group, topic string, partitions []int32) (any, error) {
	asked := []kafka.TopicPartition{}
	for _, partition := range partitions {
		asked = append(asked, part(topic, partition, 0))
	}
	answers, err := admin.ListConsumerGroupOffsets(ctx, []kafka.ConsumerGroupTopicPartitions{{Group: group, Partitions: asked}})
	if err != nil {
		return nil, err
	}
	return listed(answers.ConsumerGroupsTopicPartitions[0].Partitions, true), nil
}

func groups() ([]string, error) {
	found, err := admin.ListConsumerGroups(ctx)
	said := []string{}
	for _, group := range found.Valid {
		said = append(said, fmt.Sprint(group.GroupID, " ", group.State, " simple ", group.IsSimpleConsumerGroup, " ", group.Type))
	}
	return said, err
}

func describeGroup(group string) (scenario.Group, error) {
	answer, err := admin.DescribeConsumerGroups(ctx, []string{group}, kafka.SetAdminOptionIncludeAuthorizedOperations(true))
	if err != nil {
		return scenario.Group{}, err
	}
	found := answer.ConsumerGroupDescriptions[0]
	members := []string{}
	for _, m := range found.Members {
		assigned := []int32{}
		for _, one := range m.Assignment.TopicPartitions {
			assigned = append(assigned, one.Partition)
		}
		slices.Sort(assigned)
		members = append(members, fmt.Sprint(m.ClientID, " ", m.Host, " ", m.GroupInstanceID, " ", assigned))
	}
	slices.Sort(members)
	return scenario.Group{State: found.State.String(), Protocol: fmt.Sprint(found.PartitionAssignor, " ", found.Type), Members: members}, failed(found.Error)
}

func deleteGroup(group string) error {
	answer, err := admin.DeleteConsumerGroups(ctx, []string{group})
	if err != nil {
		return err
	}
	return failed(answer.ConsumerGroupResults[0].Error)
}

func deleteRecords(topic string, partition int32, before int64) (any, error) {
	answer, err := admin.DeleteRecords(ctx, []kafka.TopicPartition{part(topic, partition, kafka.Offset(before))}, kafka.SetAdminRequestTimeout(10*time.Second))
	if err != nil {
		return nil, err
	}
	found := answer.DeleteRecordsResults[0]
	if found.TopicPartition.Error != nil {
		return nil, found.TopicPartition.Error
	}
	return int64(found.DeletedRecords.LowWatermark), nil
}

var mechanisms = map[string]kafka.ScramMechanism{"SCRAM-SHA-256": kafka.ScramMechanismSHA256, "SCRAM-SHA-512": kafka.ScramMechanismSHA512}

func scrams(users ...string) (any, error) {
	answer, err := admin.DescribeUserScramCredentials(ctx, users)
	said := []string{}
	for user, found := range answer.Descriptions {
		said = append(said, user+" "+errorName(found.Error))
		for _, known := range found.ScramCredentialInfos {
			said = append(said, fmt.Sprint(known.Mechanism, " ", known.Iterations))
		}
	}
	slices.Sort(said)
	return said, err
}

func upsertScram(user, mechanism string, iterations int32) (any, error) {
	answer, err := admin.AlterUserScramCredentials(ctx, []kafka.UserScramCredentialUpsertion{{
		User: user, ScramCredentialInfo: kafka.ScramCredentialInfo{Mechanism: mechanisms[mechanism], Iterations: int(iterations)}, Password: []byte("password"),
	}}, nil)
	return errorName(answer.Errors[user]), err
}

func deleteScram(user, mechanism string) (any, error) {
	answer, err := admin.AlterUserScramCredentials(ctx, nil, []kafka.UserScramCredentialDeletion{{User: user, Mechanism: mechanisms[mechanism]}})
	return errorName(answer.Errors[user]), err
}

func acl(permission kafka.ACLPermissionType) kafka.ACLBinding {
	return kafka.ACLBinding{
		Type: kafka.ResourceTopic, Name: scenario.Name("acl"), ResourcePatternType: kafka.ResourcePatternTypeLiteral,
		Principal: "User:" + scenario.Name("user"), Host: "*", Operation: kafka.ACLOperationRead, PermissionType: permission,
	}
}

func createACL() (any, error) {
	answers, err := admin.CreateACLs(ctx, kafka.ACLBindings{acl(kafka.ACLPermissionTypeAllow)})
	if err != nil {
		return nil, err
	}
	return "done", failed(answers[0].Error)
}

func acls() (any, error) {
	answer, err := admin.DescribeACLs(ctx, acl(kafka.ACLPermissionTypeAny))
	if err != nil {
		return nil, err
	}
	return len(answer.ACLBindings), failed(answer.Error)
}

func deleteACLs() (any, error) {
	answers, err := admin.DeleteACLs(ctx, kafka.ACLBindingFilters{acl(kafka.ACLPermissionTypeAny)})
	if err != nil {
		return nil, err
	}
	return len(answers[0].ACLBindings), failed(answers[0].Error)
}

func elect(topic string, partition int32, unclean bool) (any, error) {
	kind := kafka.ElectionTypePreferred
	if unclean {
		kind = kafka.ElectionTypeUnclean
	}
	answer, err := admin.ElectLeaders(ctx, kafka.NewElectLeadersRequest(kind, []kafka.TopicPartition{part(topic, partition, 0)}))
	if err != nil {
		return nil, err
	}
	return listed(answer.TopicPartitions, false), nil
}
