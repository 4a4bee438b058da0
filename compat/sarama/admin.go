// What sarama's ClusterAdmin can administer.

package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/IBM/sarama"

	"kampa/compat/go/observe"
	"kampa/compat/go/scenario"
)

func administered(c scenario.Client) scenario.Client {
	c.Cluster, c.Create, c.Delete, c.Grow = cluster, create, remove, grow
	c.Topics, c.Leaders, c.Describe, c.Configs = topics, leaders, describe, configs
	c.AlterConfigs, c.ReplaceConfigs, c.Offsets = alterConfigs, replaceConfigs, offsets
	c.Commit, c.Committed, c.Groups, c.DescribeGroup = commit, committed, groups, describeGroup
	c.DeleteGroup, c.DeleteOffsets, c.RemoveStatic = deleteGroup, deleteOffsets, removeStatic
	c.DeleteRecords, c.LogDirs = deleteRecords, logDirs
	c.Quotas, c.AlterQuota, c.Scrams, c.UpsertScram, c.DeleteScram = quotas, alterQuota, scrams, upsertScram, deleteScram
	c.CreateACL, c.ACLs, c.DeleteACLs = createACL, acls, deleteACLs
	c.Elect, c.Reassign, c.Reassignments, c.UpdateFeature = elect, reassign, reassignments, updateFeature
	return c
}

func cluster() (any, error) {
	found, controller, err := admin.DescribeCluster()
	brokers := []string{}
	for _, broker := range found {
		brokers = append(brokers, fmt.Sprint(broker.ID(), " ", broker.Addr(), " rack ", broker.Rack()))
	}
	return observe.Fields{"controller": controller, "brokers": brokers}, err
}

func create(topic scenario.Topic) error {
	values := map[string]*string{}
	for key, value := range topic.Configs {
		values[key] = &value
	}
	return admin.CreateTopic(topic.Name, &sarama.TopicDetail{NumPartitions: int32(topic.Partitions), ReplicationFactor: int16(topic.Replicas), ConfigEntries: values}, false)
}

func remove(topic string) error { return admin.DeleteTopic(topic) }

func grow(topic string, count int, assignment [][]int32) error {
	return admin.CreatePartitions(topic, int32(count), assignment, false)
}

func topics() ([]string, error) {
	found, err := admin.ListTopics()
	return slices.Collect(maps.Keys(found)), err
}

func leaders(topic string) (int, error) {
	found, err := admin.DescribeTopics([]string{topic})
	if err != nil {
		return 0, err
	}
	led := 0
	for _, partition := range found[0].Partitions {
		if partition.Leader >= 0 {
			led++
		}
	}
	return led, nil
}

func describe(topic string) (any, error) {
	found, err := admin.DescribeTopics([]string{topic})
	if err != nil {
		return nil, err
	}
	partitions := []string{}
	for _, p := range found[0].Partitions {
		partitions = append(partitions, fmt.Sprint(p.ID, " leader ", p.Leader, " epoch ", p.LeaderEpoch, " replicas ", p.Replicas, " isr ", p.Isr, " offline ", p.OfflineReplicas, " ", errorName(p.Err)))
	}
	slices.Sort(partitions)
	return observe.Fields{"error": codeName(found[0].Err), "internal": found[0].IsInternal, "partitions": partitions, "operations": found[0].TopicAuthorizedOperations}, nil
}

var kinds = map[string]sarama.ConfigResourceType{"topic": sarama.TopicResource, "broker": sarama.BrokerResource}

func configs(kind, name string) (map[string]any, error) {
	found, err := admin.DescribeConfigs([]*sarama.ConfigResource{{Type: kinds[kind], Name: name}}, sarama.DescribeConfigsOptions{IncludeSynonyms: true, IncludeDocumentation: true})
	if err != nil {
		return nil, err
	}
	if found[0].ErrorCode != sarama.ErrNoError {
		return nil, found[0].ErrorCode
	}
	said := map[string]any{}
	for _, config := range found[0].Configs {
		synonyms := []string{}
		for _, synonym := range config.Synonyms {
			synonyms = append(synonyms, fmt.Sprint(synonym.ConfigName, "=", synonym.ConfigValue, " ", synonym.Source))
		}
		said[config.Name] = []any{config.Value, config.Source.String(), config.ReadOnly, config.Default, config.Sensitive, config.Type, config.Documentation != nil, synonyms}
	}
	return said, nil
}

var operations = map[string]sarama.IncrementalAlterConfigsOperation{
	"set": sarama.IncrementalAlterConfigsOperationSet, "delete": sarama.IncrementalAlterConfigsOperationDelete,
	"append": sarama.IncrementalAlterConfigsOperationAppend, "subtract": sarama.IncrementalAlterConfigsOperationSubtract,
}

func alterConfigs(kind, name string, changes ...scenario.Change) error {
	entries := map[string]sarama.IncrementalAlterConfigsEntry{}
	for _, change := range changes {
		entries[change.Key] = sarama.IncrementalAlterConfigsEntry{Operation: operations[change.Operation], Value: &change.Value}
	}
	return admin.IncrementalAlterConfig(kinds[kind], name, entries, false)
}

func replaceConfigs(kind, name string, values map[string]string) error {
	entries := map[string]*string{}
	for key, value := range values {
		entries[key] = &value
	}
	return admin.AlterConfig(kinds[kind], name, entries, false)
}

func offsets(topic string, partition int32, at int64) (any, error) {
	found, err := admin.ListOffsets(map[string]map[int32]int64{topic: {partition: at}}, nil)
	if err != nil {
		return nil, err
	}
	one := found[topic][partition]
	when := one.Timestamp
	if when > 0 {
		when -= scenario.Start.UnixMilli()
	}
	if one.Err != nil && one.Err != sarama.ErrNoError {
		return nil, one.Err
	}
	return []any{one.Offset, when, one.LeaderEpoch}, nil
}

func commit(group, topic string, offsets map[int32]int64, metadata string) (any, error) {
	asked := map[int32]sarama.OffsetAndMetadata{}
	for partition, offset := range offsets {
		asked[partition] = sarama.OffsetAndMetadata{Offset: offset, LeaderEpoch: -1, Metadata: metadata}
	}
	answer, err := admin.AlterConsumerGroupOffsets(group, map[string]map[int32]sarama.OffsetAndMetadata{topic: asked}, nil)
	if err != nil {
		return nil, err
	}
	said := []string{}
	for partition, code := range answer.Errors[topic] {
		said = append(said, fmt.Sprint(partition, " ", codeName(code)))
	}
	return said, nil
}

func committed(group, topic string, partitions []int32) (any, error) {
	found, err := admin.ListConsumerGroupOffsets(group, map[string][]int32{topic: partitions})
	if err != nil {
		return nil, err
	}
	said := []string{codeName(found.Err)}
	for _, partition := range partitions {
		if one := found.GetBlock(topic, partition); one != nil {
			said = append(said, fmt.Sprint(partition, " at ", one.Offset, " epoch ", one.LeaderEpoch, " ", one.Metadata, " ", codeName(one.Err)))
		}
	}
	return said, nil
}

func groups() ([]string, error) {
	found, err := admin.ListConsumerGroups()
	said := []string{}
	for group, kind := range found {
		said = append(said, group+" "+kind)
	}
	return said, err
}

func describeGroup(group string) (scenario.Group, error) {
	found, err := admin.DescribeConsumerGroups([]string{group})
	if err != nil {
		return scenario.Group{}, err
	}
	one := found[0]
	if one.Err != sarama.ErrNoError {
		return scenario.Group{State: one.State}, one.Err
	}
	members := []string{}
	for _, m := range one.Members {
		instance, assigned := "-", []int32{}
		if m.GroupInstanceId != nil {
			instance = *m.GroupInstanceId
		}
		if given, err := m.GetMemberAssignment(); err == nil && given != nil {
			for _, partitions := range given.Topics {
				assigned = append(assigned, partitions...)
			}
		}
		slices.Sort(assigned)
		members = append(members, fmt.Sprint(m.ClientId, " ", m.ClientHost, " ", instance, " ", assigned))
	}
	slices.Sort(members)
	return scenario.Group{State: one.State, Protocol: one.ProtocolType + " " + one.Protocol, Members: members}, nil
}

func deleteGroup(group string) error { return admin.DeleteConsumerGroup(group) }

func deleteOffsets(group, topic string, partition int32) (any, error) {
	return "done", admin.DeleteConsumerGroupOffset(group, topic, partition)
}

func removeStatic(group string, instances ...string) (any, error) {
	answer, err := admin.RemoveMemberFromConsumerGroup(group, instances)
	if err != nil {
		return nil, err
	}
	said := []string{codeName(answer.Err)}
	for _, member := range answer.Members {
		said = append(said, *member.GroupInstanceId+" "+codeName(member.Err))
	}
	return said, nil
}

func deleteRecords(topic string, partition int32, before int64) (any, error) {
	return "done", admin.DeleteRecords(topic, map[int32]int64{partition: before})
}

func logDirs(topic string) (any, error) {
	all, err := admin.DescribeLogDirs([]int32{1})
	said := []string{}
	for _, dir := range all[1] {
		said = append(said, fmt.Sprint(codeName(dir.ErrorCode), " volume ", dir.TotalBytes > 0, " ", dir.UsableBytes > 0))
		for _, found := range dir.Topics {
			for _, p := range found.Partitions {
				if found.Topic == topic {
					said = append(said, fmt.Sprint(p.PartitionID, " holds something ", p.Size > 0, " lag ", p.OffsetLag, " future ", p.IsTemporary))
				}
			}
		}
	}
	slices.Sort(said)
	return said, err
}

func quotas(strict bool, components ...scenario.Component) (any, error) {
	asked := []sarama.QuotaFilterComponent{}
	for _, component := range components {
		asked = append(asked, sarama.QuotaFilterComponent{EntityType: sarama.QuotaEntityType(component.Type), MatchType: sarama.QuotaMatchExact, Match: component.Name})
	}
	found, err := admin.DescribeClientQuotas(asked, strict)
	said := []string{}
	for _, quota := range found {
		parts := []string{}
		for _, component := range quota.Entity {
			parts = append(parts, fmt.Sprint(component.EntityType, "=", component.Name))
		}
		slices.Sort(parts)
		for key, value := range quota.Values {
			said = append(said, fmt.Sprint(strings.Join(parts, ", "), " ", key, "=", value))
		}
	}
	slices.Sort(said)
	return said, err
}

func alterQuota(of []scenario.Component, key string, value float64, remove bool) error {
	entity := []sarama.QuotaEntityComponent{}
	for _, component := range of {
		entity = append(entity, sarama.QuotaEntityComponent{EntityType: sarama.QuotaEntityType(component.Type), MatchType: sarama.QuotaMatchExact, Name: component.Name})
	}
	return admin.AlterClientQuotas(entity, sarama.ClientQuotasOp{Key: key, Value: value, Remove: remove}, false)
}

var mechanisms = map[string]sarama.ScramMechanismType{"SCRAM-SHA-256": sarama.SCRAM_MECHANISM_SHA_256, "SCRAM-SHA-512": sarama.SCRAM_MECHANISM_SHA_512}

func scrams(users ...string) (any, error) {
	found, err := admin.DescribeUserScramCredentials(users)
	said := []string{}
	for _, user := range found {
		said = append(said, user.User+" "+codeName(user.ErrorCode))
		for _, known := range user.CredentialInfos {
			said = append(said, fmt.Sprint(known.Mechanism, " ", known.Iterations))
		}
	}
	slices.Sort(said)
	return said, err
}

func upsertScram(user, mechanism string, iterations int32) (any, error) {
	return altered(admin.UpsertUserScramCredentials([]sarama.AlterUserScramCredentialsUpsert{{
		Name: user, Mechanism: mechanisms[mechanism], Iterations: iterations, Salt: []byte("a little salt"), Password: []byte("password"),
	}}))
}

func deleteScram(user, mechanism string) (any, error) {
	return altered(admin.DeleteUserScramCredentials([]sarama.AlterUserScramCredentialsDelete{{Name: user, Mechanism: mechanisms[mechanism]}}))
}

func altered(answers []*sarama.AlterUserScramCredentialsResult, err error) (any, error) {
	said := []string{}
	for _, answer := range answers {
		said = append(said, answer.User+" "+codeName(answer.ErrorCode))
	}
	return said, err
}

func createACL() (any, error) {
	return "done", admin.CreateACL(
		sarama.Resource{ResourceType: sarama.AclResourceTopic, ResourceName: scenario.Name("acl"), ResourcePatternType: sarama.AclPatternLiteral},
		sarama.Acl{Principal: "User:" + scenario.Name("user"), Host: "*", Operation: sarama.AclOperationRead, PermissionType: sarama.AclPermissionAllow})
}

func filter() sarama.AclFilter {
	name := scenario.Name("acl")
	return sarama.AclFilter{ResourceType: sarama.AclResourceTopic, ResourceName: &name, ResourcePatternTypeFilter: sarama.AclPatternAny, Operation: sarama.AclOperationAny, PermissionType: sarama.AclPermissionAny}
}

func acls() (any, error) {
	found, err := admin.ListAcls(filter())
	return len(found), err
}

func deleteACLs() (any, error) {
	found, err := admin.DeleteACL(filter(), false)
	return len(found), err
}

func elect(topic string, partition int32, unclean bool) (any, error) {
	kind := sarama.PreferredElection
	if unclean {
		kind = sarama.UncleanElection
	}
	answers, err := admin.ElectLeaders(kind, map[string][]int32{topic: {partition}})
	if err != nil {
		return nil, err
	}
	if answer := answers[topic][partition]; answer != nil {
		return codeName(answer.ErrorCode), nil
	}
	return "no answer", nil
}

func reassign(topic string, _ int32, replicas []int32) (any, error) {
	return "done", admin.AlterPartitionReassignments(topic, [][]int32{replicas, {1}, {1}, {1}})
}

func reassignments(topic string) (any, error) {
	found, err := admin.ListPartitionReassignments(topic, []int32{0})
	return len(found[topic]), err
}

func updateFeature(name string, level int16, _ bool) (any, error) {
	answers, err := admin.UpdateFeatures([]sarama.FeatureUpdate{{Feature: name, MaxVersionLevel: level}})
	said := []string{}
	for _, answer := range answers {
		said = append(said, answer.Feature+" "+codeName(answer.ErrorCode))
	}
	return said, err
}
