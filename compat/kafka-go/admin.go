// What kafka-go's Client can administer, driven by the script that the Go clients share.

package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	. "kampa/compat/go/observe"
	"kampa/compat/go/scenario"
)

func administering() {
	Step("topics: one to administer", func() (any, error) {
		return create(kafka.TopicConfig{Topic: name("grown"), NumPartitions: 4, ReplicationFactor: 1})
	})
	remove := func(group, topic string, partition int) func() (any, error) {
		return func() (any, error) {
			answer, err := client.OffsetDelete(ctx, &kafka.OffsetDeleteRequest{GroupID: name(group), Topics: map[string][]int{name(topic): {partition}}})
			if err != nil {
				return nil, err
			}
			said := []string{errorName(answer.Error)}
			for _, partition := range answer.Topics[name(topic)] {
				said = append(said, errorName(partition.Error))
			}
			return said, nil
		}
	}
	Refused("groups: delete an offset", remove("reads", "three", 2))
	Refused("groups: delete an offset of an unknown topic", remove("reads", "unknown", 0))
	Refused("groups: delete an offset of an unknown group", remove("unknown", "three", 0))
	scenario.Client{
		Configs: settings, AlterConfigs: alterConfigs, ReplaceConfigs: replaceConfigs,
		Quotas: quotas, AlterQuota: alterQuota, Scrams: scrams, UpsertScram: upsertScram, DeleteScram: deleteScram,
		CreateACL: createACL, ACLs: acls, DeleteACLs: deleteACLs, Elect: elect, ElectsPreferred: true, Reassign: reassign, Reassignments: reassignments,
	}.Administer()
}

var kinds = map[string]kafka.ResourceType{"topic": kafka.ResourceTypeTopic, "broker": kafka.ResourceTypeBroker}

func settings(kind, name string) (map[string]any, error) {
	answer, err := client.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{IncludeSynonyms: true, Resources: []kafka.DescribeConfigRequestResource{{ResourceType: kinds[kind], ResourceName: name}}})
	if err != nil {
		return nil, err
	}
	said := map[string]any{}
	for _, entry := range answer.Resources[0].ConfigEntries {
		said[entry.ConfigName] = []any{entry.ConfigValue, entry.ConfigSource, len(entry.ConfigSynonyms)}
	}
	return said, answer.Resources[0].Error
}

var operations = map[string]kafka.ConfigOperation{
	"set": kafka.ConfigOperationSet, "delete": kafka.ConfigOperationDelete, "append": kafka.ConfigOperationAppend, "subtract": kafka.ConfigOperationSubtract,
}

func alterConfigs(kind, name string, changes ...scenario.Change) error {
	asked := kafka.IncrementalAlterConfigsRequestResource{ResourceType: kinds[kind], ResourceName: name}
	for _, change := range changes {
		asked.Configs = append(asked.Configs, kafka.IncrementalAlterConfigsRequestConfig{Name: change.Key, Value: change.Value, ConfigOperation: operations[change.Operation]})
	}
	answer, err := client.IncrementalAlterConfigs(ctx, &kafka.IncrementalAlterConfigsRequest{Resources: []kafka.IncrementalAlterConfigsRequestResource{asked}})
	if err != nil {
		return err
	}
	return answer.Resources[0].Error
}

func replaceConfigs(kind, name string, values map[string]string) error {
	asked := kafka.AlterConfigRequestResource{ResourceType: kinds[kind], ResourceName: name}
	for key, value := range values {
		asked.Configs = append(asked.Configs, kafka.AlterConfigRequestConfig{Name: key, Value: value})
	}
	answer, err := client.AlterConfigs(ctx, &kafka.AlterConfigsRequest{Resources: []kafka.AlterConfigRequestResource{asked}})
	if err != nil {
		return err
	}
	for _, err := range answer.Errors {
		return err
	}
	return nil
}

func quotas(strict bool, components ...scenario.Component) (any, error) {
	asked := []kafka.DescribeClientQuotasRequestComponent{}
	for _, component := range components {
		asked = append(asked, kafka.DescribeClientQuotasRequestComponent{EntityType: component.Type, Match: component.Name})
	}
	answer, err := client.DescribeClientQuotas(ctx, &kafka.DescribeClientQuotasRequest{Components: asked, Strict: strict})
	if err != nil {
		return nil, err
	}
	said := []string{}
	for _, quota := range answer.Entries {
		parts := []string{}
		for _, entity := range quota.Entities {
			parts = append(parts, entity.EntityType+"="+entity.EntityName)
		}
		slices.Sort(parts)
		for _, value := range quota.Values {
			said = append(said, strings.Join(parts, ", ")+" "+value.Key+"="+strconv.FormatFloat(value.Value, 'g', -1, 64))
		}
	}
	slices.Sort(said)
	return said, answer.Error
}

func alterQuota(of []scenario.Component, key string, value float64, remove bool) error {
	entry := kafka.AlterClientQuotaEntry{Ops: []kafka.AlterClientQuotaOps{{Key: key, Value: value, Remove: remove}}}
	for _, component := range of {
		entry.Entities = append(entry.Entities, kafka.AlterClientQuotaEntity{EntityType: component.Type, EntityName: component.Name})
	}
	answer, err := client.AlterClientQuotas(ctx, &kafka.AlterClientQuotasRequest{Entries: []kafka.AlterClientQuotaEntry{entry}})
	if err != nil {
		return err
	}
	return answer.Entries[0].Error
}

var mechanisms = map[string]kafka.ScramMechanism{"SCRAM-SHA-256": kafka.ScramMechanismSha256, "SCRAM-SHA-512": kafka.ScramMechanismSha512}

func scrams(users ...string) (any, error) {
	asked := []kafka.UserScramCredentialsUser{}
	for _, user := range users {
		asked = append(asked, kafka.UserScramCredentialsUser{Name: user})
	}
	answer, err := client.DescribeUserScramCredentials(ctx, &kafka.DescribeUserScramCredentialsRequest{Users: asked})
	if err != nil {
		return nil, err
	}
	said := []string{}
	for _, user := range answer.Results {
		said = append(said, user.User+" "+errorName(user.Error))
		for _, known := range user.CredentialInfos {
			said = append(said, fmt.Sprint(known.Mechanism, " ", known.Iterations))
		}
	}
	slices.Sort(said)
	return said, answer.Error
}

func alterScram(asked *kafka.AlterUserScramCredentialsRequest) (any, error) {
	answer, err := client.AlterUserScramCredentials(ctx, asked)
	if err != nil {
		return nil, err
	}
	said := []string{}
	for _, user := range answer.Results {
		said = append(said, user.User+" "+errorName(user.Error))
	}
	return said, nil
}

func upsertScram(user, mechanism string, iterations int32) (any, error) {
	return alterScram(&kafka.AlterUserScramCredentialsRequest{Upsertions: []kafka.UserScramCredentialsUpsertion{{
		Name: user, Mechanism: mechanisms[mechanism], Iterations: int(iterations), Salt: []byte("a little salt"), SaltedPassword: []byte(strings.Repeat("p", 32)),
	}}})
}

func deleteScram(user, mechanism string) (any, error) {
	return alterScram(&kafka.AlterUserScramCredentialsRequest{Deletions: []kafka.UserScramCredentialsDeletion{{Name: user, Mechanism: mechanisms[mechanism]}}})
}

func createACL() (any, error) {
	answer, err := client.CreateACLs(ctx, &kafka.CreateACLsRequest{ACLs: []kafka.ACLEntry{{
		ResourceType: kafka.ResourceTypeTopic, ResourceName: name("acl"), ResourcePatternType: kafka.PatternTypeLiteral,
		Principal: "User:" + name("user"), Host: "*", Operation: kafka.ACLOperationTypeRead, PermissionType: kafka.ACLPermissionTypeAllow,
	}}})
	if err != nil {
		return nil, err
	}
	return "done", answer.Errors[0]
}

func acls() (any, error) {
	answer, err := client.DescribeACLs(ctx, &kafka.DescribeACLsRequest{Filter: kafka.ACLFilter{
		ResourceTypeFilter: kafka.ResourceTypeTopic, ResourceNameFilter: name("acl"), ResourcePatternTypeFilter: kafka.PatternTypeLiteral,
		Operation: kafka.ACLOperationTypeAny, PermissionType: kafka.ACLPermissionTypeAny,
	}})
	if err != nil {
		return nil, err
	}
	return len(answer.Resources), answer.Error
}

func deleteACLs() (any, error) {
	answer, err := client.DeleteACLs(ctx, &kafka.DeleteACLsRequest{Filters: []kafka.DeleteACLsFilter{{
		ResourceTypeFilter: kafka.ResourceTypeTopic, ResourceNameFilter: name("acl"), ResourcePatternTypeFilter: kafka.PatternTypeLiteral,
		Operation: kafka.ACLOperationTypeAny, PermissionType: kafka.ACLPermissionTypeAny,
	}}})
	if err != nil {
		return nil, err
	}
	return len(answer.Results[0].MatchingACLs), answer.Results[0].Error
}

func elect(topic string, partition int32, _ bool) (any, error) {
	answer, err := client.ElectLeaders(ctx, &kafka.ElectLeadersRequest{Topic: topic, Partitions: []int{int(partition)}, Timeout: 10 * time.Second})
	if err != nil {
		return nil, err
	}
	said := []string{}
	for _, found := range answer.PartitionResults {
		said = append(said, fmt.Sprint(found.Partition, " ", errorName(found.Error)))
	}
	return said, answer.Error
}

func reassign(topic string, partition int32, replicas []int32) (any, error) {
	asked := kafka.AlterPartitionReassignmentsRequestAssignment{PartitionID: int(partition)}
	for _, replica := range replicas {
		asked.BrokerIDs = append(asked.BrokerIDs, int(replica))
	}
	answer, err := client.AlterPartitionReassignments(ctx, &kafka.AlterPartitionReassignmentsRequest{Topic: topic, Assignments: []kafka.AlterPartitionReassignmentsRequestAssignment{asked}, Timeout: 10 * time.Second})
	if err != nil {
		return nil, err
	}
	said := []string{errorName(answer.Error)}
	for _, found := range answer.PartitionResults {
		said = append(said, errorName(found.Error))
	}
	return said, nil
}

func reassignments(topic string) (any, error) {
	answer, err := client.ListPartitionReassignments(ctx, &kafka.ListPartitionReassignmentsRequest{Topics: map[string]kafka.ListPartitionReassignmentsRequestTopic{topic: {PartitionIndexes: []int{0}}}})
	if err != nil {
		return nil, err
	}
	return len(answer.Topics), answer.Error
}
