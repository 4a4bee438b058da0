// Package scenario is the script that the Go clients with a whole administration share. Each fills in a Client with its
// own calls, and leaves out those it has not; what the calls hand out is compared as each client sees it.
//
// Topics and groups carry the run's name, so that a node serves many scripts. What has no order is sorted, what a clock
// decides is not printed.
package scenario

import (
	"fmt"
	"os"
	"sort"
	"sync"
	"time"

	"kampa/compat/go/observe"
)

// Client is what a library can do. A call that is nil is one it has not; errors are named by observe.ErrorName.
type Client struct {
	Cluster  func() (any, error)
	Create   func(Topic) error
	Delete   func(topic string) error
	Grow     func(topic string, count int, assignment [][]int32) error
	Topics   func() ([]string, error)
	Leaders  func(topic string) (int, error) // how many partitions have one
	Describe func(topic string) (any, error)

	Configs        func(kind, name string) (map[string]any, error) // kind: topic, broker, group, logger, metrics
	ReplaceConfigs func(kind, name string, values map[string]string) error
	AlterConfigs   func(kind, name string, changes ...Change) error

	Send    func(topic string, how Sending, records ...Record) ([]any, error) // what was answered for each
	Read    func(topic string, partitions []int32, from int64, count int) ([]Record, error)
	Offsets func(topic string, partition int32, at int64) (any, error) // at: a time, or one of Earliest, Latest, Greatest

	Join          func(member *Member, group, topic, assignor, instance string) error
	Assignors     []string
	Commit        func(group, topic string, offsets map[int32]int64, metadata string) (any, error)
	Committed     func(group, topic string, partitions []int32) (any, error)
	Groups        func() ([]string, error) // each as the client tells it, its name first
	DescribeGroup func(group string) (Group, error)
	DeleteGroup   func(group string) error
	DeleteOffsets func(group, topic string, partition int32) (any, error)
	RemoveStatic  func(group string, instances ...string) (any, error)

	DeleteRecords   func(topic string, partition int32, before int64) (any, error)
	LogDirs         func(topic string) (any, error)
	MoveReplica     func(topic string, partition int32, dir string) (any, error)
	Quotas          func(strict bool, components ...Component) (any, error)
	AlterQuota      func(entity []Component, key string, value float64, remove bool) error
	Scrams          func(users ...string) (any, error)
	UpsertScram     func(user, mechanism string, iterations int32) (any, error)
	DeleteScram     func(user, mechanism string) (any, error)
	CreateACL       func() (any, error)
	ACLs            func() (any, error)
	DeleteACLs      func() (any, error)
	Elect           func(topic string, partition int32, unclean bool) (any, error)
	Reassign        func(topic string, partition int32, replicas []int32) (any, error) // nil cancels
	Reassignments   func(topic string) (any, error)
	UpdateFeature   func(name string, level int16, validateOnly bool) (any, error)
	Producers       func(topic string) (any, error)
	Resources       func() (any, error)
	ElectsPreferred bool // it knows no unclean elections
	CreatesByAsking bool // a producer's metadata request makes its topic
}

// Topic to create; with an assignment the counts are left out.
type Topic struct {
	Name                 string
	Partitions, Replicas int
	Configs              map[string]string
	Assignment           [][]int32
}

// Change of a setting: set, delete, append or subtract.
type Change struct{ Operation, Key, Value string }

// Sending is how records are produced.
type Sending struct {
	Acks       int // 0, 1, -1
	Codec      string
	Idempotent bool
}

// Record as it was sent or read; Ms is its time, relative to Start.
type Record struct {
	Partition  int32
	Offset     int64
	Ms         int64
	Key, Value []byte
	Headers    []Header
}

// Header of a record.
type Header struct {
	Key   string
	Value []byte
}

// Group as it was described.
type Group struct {
	State, Protocol string
	Members         []string
}

// Component of a quota's entity: user, client-id or ip, and a name; "" is the default.
type Component struct{ Type, Name string }

// Places to begin at, where a time could stand.
const (
	Latest   = -1
	Earliest = -2
	Greatest = -3
)

var (
	// Bootstrap is the node's address, Run the suffix of all names.
	Bootstrap, Run = os.Args[1], os.Args[2]
	// Start of the records' own timestamps: old enough to lie behind, too young to expire.
	Start = time.Now().Add(-time.Hour).Truncate(time.Millisecond)
)

// Name gives a name that belongs to this run.
func Name(what string) string { return what + "-" + Run }

// Time of a record.
func Time(ms int64) time.Time { return Start.Add(time.Duration(ms) * time.Millisecond) }

// Since tells a time as the script prints it: relative to Start, or that it is now.
func Since(when time.Time) int64 {
	ms := when.Sub(Start).Milliseconds()
	if ms > 3_000_000 && ms < 7_000_000 {
		return 3_600_000
	}
	return ms
}

// Member of a group: what it was given and what it read, told by the client's callbacks.
type Member struct {
	lock  sync.Mutex
	given map[int32]bool
	seen  []Record
	errs  map[string]bool
	// CommitAll and Close are the client's.
	CommitAll, Close func() error
}

// Given tells of partitions that were assigned; with `all`, nothing else is.
func (m *Member) Given(all bool, partitions ...int32) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if all || m.given == nil {
		m.given = map[int32]bool{}
	}
	for _, partition := range partitions {
		m.given[partition] = true
	}
}

// Taken tells of partitions that were revoked or lost.
func (m *Member) Taken(partitions ...int32) {
	m.lock.Lock()
	defer m.lock.Unlock()
	for _, partition := range partitions {
		delete(m.given, partition)
	}
}

// Saw tells of a record.
func (m *Member) Saw(record Record) {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.seen = append(m.seen, record)
}

// Failed tells of an error that the application sees.
func (m *Member) Failed(err error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.errs == nil {
		m.errs = map[string]bool{}
	}
	m.errs[observe.ErrorName(err)] = true
}

func (m *Member) partitions() []int32 {
	m.lock.Lock()
	defer m.lock.Unlock()
	found := []int32{}
	for partition := range m.given {
		found = append(found, partition)
	}
	sort.Slice(found, func(a, b int) bool { return found[a] < found[b] })
	return found
}

func (m *Member) records() []Record {
	m.lock.Lock()
	defer m.lock.Unlock()
	return append([]Record{}, m.seen...)
}

func (m *Member) errors() []string {
	m.lock.Lock()
	defer m.lock.Unlock()
	return observe.Sorted(m.errs)
}

func join(c Client, group, topic, assignor, instance string) (*Member, error) {
	member := &Member{}
	if err := c.Join(member, Name(group), Name(topic), assignor, instance); err != nil {
		return nil, fmt.Errorf("join %s: %w", group, err)
	}
	return member, nil
}
