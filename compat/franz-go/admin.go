// What franz-go's kadm can administer.

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"

	"kampa/compat/go/observe"
	"kampa/compat/go/scenario"
)

func administered(c scenario.Client) scenario.Client {
	c.Cluster, c.Create, c.Delete, c.Grow = cluster, create, remove, grow
	c.Topics, c.Leaders, c.Describe, c.Configs = topics, leaders, describe, configs
	c.AlterConfigs, c.ReplaceConfigs, c.Offsets = alterConfigs, replaceConfigs, offsets
	c.Commit, c.Committed, c.Groups, c.DescribeGroup = commit, committed, groups, describeGroup
	c.DeleteGroup, c.DeleteOffsets, c.RemoveStatic = deleteGroup, deleteOffsets, removeStatic
	c.DeleteRecords, c.LogDirs, c.MoveReplica = deleteRecords, logDirs, moveReplica
	c.Quotas, c.AlterQuota, c.Scrams, c.UpsertScram, c.DeleteScram = quotas, alterQuota, scrams, upsertScram, deleteScram
	c.CreateACL, c.ACLs, c.DeleteACLs = createACL, acls, deleteACLs
	c.Elect, c.Reassign, c.Reassignments = elect, reassign, reassignments
	c.UpdateFeature, c.Producers, c.Resources = updateFeature, producers, resources
	return c
}

func cluster() (any, error) {
	found, err := admin.BrokerMetadata(ctx)
	brokers := []string{}
	for _, broker := range found.Brokers {
		brokers = append(brokers, fmt.Sprint(broker.NodeID, " ", broker.Host, ":", broker.Port, " rack ", broker.Rack))
	}
	return observe.Fields{"cluster": found.Cluster, "controller": found.Controller, "brokers": brokers}, err
}

func create(topic scenario.Topic) error {
	values := map[string]*string{}
	for key, value := range topic.Configs {
		values[key] = &value
	}
	_, err := admin.CreateTopic(ctx, int32(topic.Partitions), int16(topic.Replicas), values, topic.Name)
	return err
}

func remove(topic string) error {
	_, err := admin.DeleteTopic(ctx, topic)
	return err
}

func grow(topic string, count int, _ [][]int32) error {
	answers, err := admin.UpdatePartitions(ctx, count, topic)
	if err != nil {
		return err
	}
	return answers[topic].Err
}

func topics() ([]string, error) {
	found, err := admin.ListTopics(ctx)
	return found.Names(), err
}

func leaders(topic string) (int, error) {
	found, err := admin.ListTopics(ctx, topic)
	led := 0
	for _, partition := range found[topic].Partitions {
		if partition.Leader >= 0 {
			led++
		}
	}
	return led, err
}

func describe(topic string) (any, error) {
	found, err := admin.ListTopics(ctx, topic)
	if err != nil {
		return nil, err
	}
	partitions := []string{}
	for _, p := range found[topic].Partitions.Sorted() {
		partitions = append(partitions, fmt.Sprint(p.Partition, " leader ", p.Leader, " epoch ", p.LeaderEpoch, " replicas ", p.Replicas, " isr ", p.ISR, " ", errorName(p.Err)))
	}
	return observe.Fields{"internal": found[topic].IsInternal, "identified": found[topic].ID != kadm.TopicID{}, "partitions": partitions}, found[topic].Err
}

func configs(kind, name string) (map[string]any, error) {
	var found kadm.ResourceConfigs
	var err error
	if kind == "broker" {
		found, err = admin.DescribeBrokerConfigs(ctx, 1)
	} else {
		found, err = admin.DescribeTopicConfigs(ctx, name)
	}
	if err != nil {
		return nil, err
	}
	said := map[string]any{}
	for _, config := range found[0].Configs {
		synonyms := []string{}
		for _, synonym := range config.Synonyms {
			synonyms = append(synonyms, fmt.Sprint(synonym.Key, "=", value(synonym.Value), " ", synonym.Source))
		}
		said[config.Key] = []any{config.Value, config.Source.String(), config.Sensitive, synonyms}
	}
	return said, found[0].Err
}

func value(maybe *string) string {
	if maybe == nil {
		return "null"
	}
	return *maybe
}

var operations = map[string]kadm.IncrementalOp{"set": kadm.SetConfig, "delete": kadm.DeleteConfig, "append": kadm.AppendConfig, "subtract": kadm.SubtractConfig}

func alterConfigs(kind, name string, changes ...scenario.Change) error {
	altered := []kadm.AlterConfig{}
	for _, change := range changes {
		altered = append(altered, kadm.AlterConfig{Op: operations[change.Operation], Name: change.Key, Value: &change.Value})
	}
	if kind == "broker" {
		var broker int32
		fmt.Sscan(name, &broker)
		return altered1(admin.AlterBrokerConfigs(ctx, altered, broker))
	}
	return altered1(admin.AlterTopicConfigs(ctx, altered, name))
}

func altered1(answers kadm.AlterConfigsResponses, err error) error {
	if err != nil {
		return err
	}
	return answers[0].Err
}

func replaceConfigs(_, name string, values map[string]string) error {
	altered := []kadm.AlterConfig{}
	for key, value := range values {
		altered = append(altered, kadm.AlterConfig{Name: key, Value: &value})
	}
	return altered1(admin.AlterTopicConfigsState(ctx, altered, name))
}

func offsets(topic string, partition int32, at int64) (any, error) {
	var found kadm.ListedOffsets
	var err error
	switch at {
	case scenario.Latest:
		found, err = admin.ListEndOffsets(ctx, topic)
	case scenario.Earliest:
		found, err = admin.ListStartOffsets(ctx, topic)
	case scenario.Greatest:
		found, err = admin.ListMaxTimestampOffsets(ctx, topic)
	default:
		found, err = admin.ListOffsetsAfterMilli(ctx, at, topic)
	}
	if err != nil {
		return nil, err
	}
	one, known := found.Lookup(topic, partition)
	if !known {
		return "no answer", nil
	}
	when := one.Timestamp
	if when > 0 {
		when -= scenario.Start.UnixMilli()
	}
	if at >= 0 && one.Err == nil && found.Error() != nil {
		return nil, found.Error()
	}
	return []any{one.Offset, when, one.LeaderEpoch}, one.Err
}

func commit(group, topic string, offsets map[int32]int64, metadata string) (any, error) {
	committed := kadm.Offsets{}
	for partition, offset := range offsets {
		committed.Add(kadm.Offset{Topic: topic, Partition: partition, At: offset, LeaderEpoch: -1, Metadata: metadata})
	}
	answers, err := admin.CommitOffsets(ctx, group, committed)
	if err != nil {
		return nil, err
	}
	return len(answers[topic]), answers.Error()
}

func committed(group, topic string, partitions []int32) (any, error) {
	found, err := admin.FetchOffsetsForTopics(ctx, group, topic)
	said := []string{}
	for _, partition := range partitions {
		one := found[topic][partition]
		said = append(said, fmt.Sprint(partition, " at ", one.At, " epoch ", one.LeaderEpoch, " ", one.Metadata, " ", errorName(one.Err)))
	}
	return said, err
}

func groups() ([]string, error) {
	found, err := admin.ListGroups(ctx)
	said := []string{}
	for _, group := range found.Sorted() {
		said = append(said, fmt.Sprint(group.Group, " of ", group.Coordinator, " ", group.ProtocolType, " ", group.State))
	}
	return said, err
}

func describeGroup(group string) (scenario.Group, error) {
	found, err := admin.DescribeGroups(ctx, group)
	if err != nil {
		return scenario.Group{}, err
	}
	one := found[group]
	members := []string{}
	for _, m := range one.Members {
		instance, assigned := "-", []int32{}
		if m.InstanceID != nil {
			instance = *m.InstanceID
		}
		if given, ok := m.Assigned.AsConsumer(); ok {
			for _, topic := range given.Topics {
				assigned = append(assigned, topic.Partitions...)
			}
		}
		slices.Sort(assigned)
		members = append(members, fmt.Sprint(m.ClientID, " ", m.ClientHost, " ", instance, " ", assigned))
	}
	slices.Sort(members)
	return scenario.Group{State: one.State, Protocol: one.ProtocolType + " " + one.Protocol, Members: members}, one.Err
}

func deleteGroup(group string) error {
	_, err := admin.DeleteGroup(ctx, group)
	return err
}

func deleteOffsets(group, topic string, partition int32) (any, error) {
	set := kadm.TopicsSet{}
	set.Add(topic, partition)
	answers, err := admin.DeleteOffsets(ctx, group, set)
	if err != nil {
		return nil, err
	}
	return len(answers[topic]), answers.Error()
}

func removeStatic(group string, instances ...string) (any, error) {
	answers, err := admin.LeaveGroup(ctx, kadm.LeaveGroup(group).InstanceIDs(instances...))
	if err != nil {
		return nil, err
	}
	said := []string{}
	for _, answer := range answers.Sorted() {
		said = append(said, answer.InstanceID+" "+errorName(answer.Err))
	}
	return said, nil
}

func deleteRecords(topic string, partition int32, before int64) (any, error) {
	asked := kadm.Offsets{}
	asked.AddOffset(topic, partition, before, -1)
	answers, err := admin.DeleteRecords(ctx, asked)
	if err != nil {
		return nil, err
	}
	return answers[topic][partition].LowWatermark, answers.Error()
}

func logDirs(topic string) (any, error) {
	all, err := admin.DescribeAllLogDirs(ctx, nil)
	if err != nil {
		return nil, err
	}
	said := []string{}
	for _, broker := range sorted(all) {
		for _, dir := range sorted(all[broker]) {
			found := all[broker][dir]
			said = append(said, fmt.Sprint(broker, " ", errorName(found.Err), " volume ", found.TotalBytes > 0, " ", found.UsableBytes > 0, " cordoned ", found.IsCordoned))
			partitions := found.Topics[topic]
			for _, partition := range sorted(partitions) {
				p := partitions[partition]
				said = append(said, fmt.Sprint(p.Partition, " holds something ", p.Size > 0, " lag ", p.OffsetLag, " future ", p.IsFuture))
			}
		}
	}
	return said, nil
}

func moveReplica(topic string, partition int32, dir string) (any, error) {
	asked := kadm.AlterReplicaLogDirsReq{}
	set := kadm.TopicsSet{}
	set.Add(topic, partition)
	asked.Add(dir, set)
	answers, err := admin.AlterBrokerReplicaLogDirs(ctx, 1, asked)
	return errorName(answers[topic][partition].Err), err
}

func entity(components []scenario.Component) kadm.ClientQuotaEntity {
	said := kadm.ClientQuotaEntity{}
	for _, component := range components {
		said = append(said, kadm.ClientQuotaEntityComponent{Type: component.Type, Name: &component.Name})
	}
	return said
}

func quotas(strict bool, components ...scenario.Component) (any, error) {
	asked := []kadm.DescribeClientQuotaComponent{}
	for _, component := range components {
		asked = append(asked, kadm.DescribeClientQuotaComponent{Type: component.Type, MatchName: &component.Name})
	}
	found, err := admin.DescribeClientQuotas(ctx, strict, asked)
	said := []string{}
	for _, quota := range found {
		parts := []string{}
		for _, component := range quota.Entity {
			parts = append(parts, component.String())
		}
		slices.Sort(parts)
		for _, value := range quota.Values {
			said = append(said, fmt.Sprint(strings.Join(parts, ", "), " ", value.Key, "=", value.Value))
		}
	}
	slices.Sort(said)
	return said, err
}

func alterQuota(of []scenario.Component, key string, value float64, remove bool) error {
	answers, err := admin.AlterClientQuotas(ctx, []kadm.AlterClientQuotaEntry{{Entity: entity(of), Ops: []kadm.AlterClientQuotaOp{{Key: key, Value: value, Remove: remove}}}})
	if err != nil {
		return err
	}
	return answers[0].Err
}

var mechanisms = map[string]kadm.ScramMechanism{"SCRAM-SHA-256": kadm.ScramSha256, "SCRAM-SHA-512": kadm.ScramSha512}

func scrams(users ...string) (any, error) {
	found, err := admin.DescribeUserSCRAMs(ctx, users...)
	said := []string{}
	for _, user := range found.Sorted() {
		said = append(said, user.User+" "+errorName(user.Err))
		for _, known := range user.CredInfos {
			said = append(said, fmt.Sprint(known.Mechanism, " ", known.Iterations))
		}
	}
	slices.Sort(said)
	return said, err
}

func upsertScram(user, mechanism string, iterations int32) (any, error) {
	return altered(admin.AlterUserSCRAMs(ctx, nil, []kadm.UpsertSCRAM{{
		User: user, Mechanism: mechanisms[mechanism], Iterations: iterations, Salt: []byte("a little salt"), SaltedPassword: []byte(strings.Repeat("p", 32)),
	}}))
}

func deleteScram(user, mechanism string) (any, error) {
	return altered(admin.AlterUserSCRAMs(ctx, []kadm.DeleteSCRAM{{User: user, Mechanism: mechanisms[mechanism]}}, nil))
}

func altered(answers kadm.AlteredUserSCRAMs, err error) (any, error) {
	said := []string{}
	for _, answer := range answers.Sorted() {
		said = append(said, answer.User+" "+errorName(answer.Err))
	}
	return said, err
}

func acl() *kadm.ACLBuilder {
	return kadm.NewACLs().Topics(scenario.Name("acl")).ResourcePatternType(kadm.ACLPatternLiteral).Operations(kadm.OpRead).Allow("User:" + scenario.Name("user")).AllowHosts("*")
}

func createACL() (any, error) {
	answers, err := admin.CreateACLs(ctx, acl())
	if err != nil {
		return nil, err
	}
	return errorName(answers[0].Err), nil
}

func acls() (any, error) {
	answers, err := admin.DescribeACLs(ctx, acl())
	if err != nil {
		return nil, err
	}
	return []any{errorName(answers[0].Err), len(answers[0].Described)}, nil
}

func deleteACLs() (any, error) {
	answers, err := admin.DeleteACLs(ctx, acl())
	if err != nil {
		return nil, err
	}
	return []any{errorName(answers[0].Err), len(answers[0].Deleted)}, nil
}

func elect(topic string, partition int32, unclean bool) (any, error) {
	how := kadm.ElectPreferredReplica
	if unclean {
		how = kadm.ElectLiveReplica
	}
	set := kadm.TopicsSet{}
	set.Add(topic, partition)
	answers, err := admin.ElectLeaders(ctx, how, set)
	return errorName(answers[topic][partition].Err), err
}

func reassign(topic string, partition int32, replicas []int32) (any, error) {
	asked := kadm.AlterPartitionAssignmentsReq{}
	if replicas == nil {
		asked.CancelAssign(topic, partition)
	} else {
		asked.Assign(topic, partition, replicas)
	}
	answers, err := admin.AlterPartitionAssignments(ctx, asked)
	return errorName(answers[topic][partition].Err), err
}

func reassignments(topic string) (any, error) {
	set := kadm.TopicsSet{}
	set.Add(topic, 0)
	found, err := admin.ListPartitionReassignments(ctx, set)
	return len(found), err
}

func updateFeature(name string, level int16, validateOnly bool) (any, error) {
	answers, err := admin.UpdateFeatures(ctx, validateOnly, kadm.FeatureUpdate{Feature: name, MaxVersionLevel: level, UpgradeType: 1})
	if err != nil {
		return nil, err
	}
	return len(answers), answers[name].Err
}

func producers(topic string) (any, error) {
	set := kadm.TopicsSet{}
	set.Add(topic, 0)
	found, err := admin.DescribeProducers(ctx, set)
	if err != nil {
		return nil, err
	}
	said := []string{}
	for _, p := range found[topic].Partitions[0].ActiveProducers {
		said = append(said, fmt.Sprint("epoch ", p.ProducerEpoch, " sequence ", p.LastSequence, " coordinator ", p.CoordinatorEpoch, " open since ", p.CurrentTxnStartOffset))
	}
	return said, found[topic].Partitions[0].Err
}

func resources() (any, error) {
	found, err := admin.ListConfigResources(ctx, kadm.ConfigResourceBroker)
	said := []string{}
	if err != nil {
		return nil, err
	}
	for _, one := range found.Resources {
		said = append(said, fmt.Sprint(one.Type, " ", one.Name))
	}
	return said, found.Err
}
