package scenario

import (
	"fmt"
	"strings"

	. "kampa/compat/go/observe"
)

func (c Client) committing() {
	three := []int32{0, 1, 2}
	Step("groups: read from the beginning, commit, leave", func() (any, error) {
		member, err := join(c, "reads", "three", "", "")
		if err != nil {
			return nil, err
		}
		if err := Until("14 records", func() bool { return len(member.records()) >= 14 }); err != nil {
			return nil, err
		}
		if err := member.CommitAll(); err != nil {
			return nil, err
		}
		return len(member.records()), member.Close()
	})
	committed := func(group string) (any, error) { return c.Committed(Name(group), Name("three"), three) }
	Step("groups: what is committed", func() (any, error) { return committed("reads") })
	Refused("groups: what an unknown group committed", func() (any, error) { return committed("unknown") })
	if c.Commit != nil {
		set := func(group, topic string, metadata string) (any, error) {
			return c.Commit(Name(group), Name(topic), map[int32]int64{0: 1}, metadata)
		}
		Refused("groups: set an offset", func() (any, error) {
			answer, err := set("reads", "three", "set")
			if err != nil {
				return answer, err
			}
			after, err := committed("reads")
			return []any{answer, after}, err
		})
		Refused("groups: set an offset of a new group", func() (any, error) { return set("fresh", "three", "") })
		Refused("groups: set an offset of an unknown topic", func() (any, error) { return set("reads", "unknown", "") })
		Refused("groups: metadata too long", func() (any, error) { return set("reads", "three", strings.Repeat("x", 4097)) })
	}
	Step("groups: list", func() (any, error) { return mine(c.Groups()) })
	Refused("groups: describe an empty one", func() (any, error) { return c.DescribeGroup(Name("reads")) })
	Refused("groups: describe an unknown one", func() (any, error) { return c.DescribeGroup(Name("unknown")) })
	if c.DeleteOffsets != nil {
		remove := func(group, topic string, partition int32) func() (any, error) {
			return func() (any, error) { return c.DeleteOffsets(Name(group), Name(topic), partition) }
		}
		Refused("groups: delete an offset", func() (any, error) {
			answer, err := remove("reads", "three", 2)()
			if err != nil {
				return answer, err
			}
			after, err := committed("reads")
			return []any{answer, after}, err
		})
		Refused("groups: delete an offset that is not there", remove("reads", "three", 2))
		Refused("groups: delete an offset of an unknown topic", remove("reads", "unknown", 0))
		Refused("groups: delete an offset of an unknown group", remove("unknown", "three", 0))
	}
}

func (c Client) rebalancing(assignor string) {
	topic, group := "shared-"+assignor, "rebalance-"+assignor
	var members []*Member
	enter := func() error {
		member, err := join(c, group, topic, assignor, "")
		members = append(members, member)
		return err
	}
	title := "rebalance, " + assignor + ": "
	Step(title+"one member has all partitions", func() (any, error) {
		if _, err := c.create(Topic{Name: Name(topic), Partitions: 4, Replicas: 1}); err != nil {
			return nil, err
		}
		if err := enter(); err != nil {
			return nil, err
		}
		if err := Until("four partitions", func() bool { return len(members[0].partitions()) == 4 }); err != nil {
			return nil, err
		}
		described, err := c.DescribeGroup(Name(group))
		return Fields{"partitions": members[0].partitions(), "group": described}, err
	})
	Step(title+"a second joins, both have two", func() (any, error) {
		if err := enter(); err != nil {
			return nil, err
		}
		err := Until("two and two", func() bool { return len(members[0].partitions()) == 2 && len(members[1].partitions()) == 2 })
		if err != nil {
			return nil, fmt.Errorf("%w: %v and %v", err, members[0].partitions(), members[1].partitions())
		}
		described, err := c.DescribeGroup(Name(group))
		return Fields{"state": described.State, "protocol": described.Protocol, "members": len(described.Members)}, err
	})
	Step(title+"every record goes to one of them", func() (any, error) {
		records := []Record{}
		for i := range 100 {
			records = append(records, record(int32(i%4), "k", fmt.Sprint(i)))
		}
		if _, err := c.send(Name(topic), Sending{Acks: -1}, records...); err != nil {
			return nil, err
		}
		read := func() []Record { return append(members[0].records(), members[1].records()...) }
		if err := Until("all records", func() bool { return len(read()) >= 100 }); err != nil {
			return nil, err
		}
		distinct := map[string]bool{}
		for _, r := range read() {
			distinct[string(r.Value)] = true
		}
		return []int{len(read()), len(distinct)}, nil
	})
	Refused(title+"deleting the busy group is refused", func() (any, error) { return done(c.DeleteGroup(Name(group))) })
	if c.Commit != nil {
		Refused(title+"setting the busy group's offsets is refused", func() (any, error) {
			return c.Commit(Name(group), Name(topic), map[int32]int64{0: 1}, "")
		})
	}
	if c.DeleteOffsets != nil {
		Refused(title+"deleting an offset of the busy group is refused", func() (any, error) { return c.DeleteOffsets(Name(group), Name(topic), 0) })
	}
	Step(title+"one leaves, the other has all again", func() (any, error) {
		if err := members[0].Close(); err != nil {
			return nil, err
		}
		err := Until("four partitions", func() bool { return len(members[1].partitions()) == 4 })
		return members[1].partitions(), err
	})
	Step(title+"both gone", func() (any, error) {
		if err := members[1].Close(); err != nil {
			return nil, err
		}
		return Settled(0, func() (any, error) {
			found, err := c.DescribeGroup(Name(group))
			return len(found.Members), err
		})
	})
	Step(title+"delete the group", func() (any, error) { return done(c.DeleteGroup(Name(group))) })
	Refused(title+"delete it again", func() (any, error) { return done(c.DeleteGroup(Name(group))) })
}

func (c Client) staticMembers() {
	members := map[string]*Member{}
	each := func() bool { return len(members["one"].partitions()) == 1 && len(members["two"].partitions()) == 1 }
	Step("static: two members, one partition each", func() (any, error) {
		if _, err := c.create(Topic{Name: Name("static"), Partitions: 2, Replicas: 1}); err != nil {
			return nil, err
		}
		for _, who := range []string{"one", "two"} {
			member, err := join(c, "static", "static", "", who)
			if err != nil {
				return nil, err
			}
			members[who] = member
		}
		if err := Until("one each", each); err != nil {
			return nil, err
		}
		return c.DescribeGroup(Name("static"))
	})
	Step("static: one goes and comes back to its partition", func() (any, error) {
		before := members["one"].partitions()
		if err := members["one"].Close(); err != nil {
			return nil, err
		}
		kept, err := c.DescribeGroup(Name("static"))
		if err != nil {
			return nil, err
		}
		if members["one"], err = join(c, "static", "static", "", "one"); err != nil {
			return nil, err
		}
		err = Until("its partition", each)
		return Fields{"kept": len(kept.Members), "same": fmt.Sprint(before) == fmt.Sprint(members["one"].partitions())}, err
	})
	Step("static: both stop, and are kept", func() (any, error) {
		for _, member := range members {
			if err := member.Close(); err != nil {
				return nil, err
			}
		}
		found, err := c.DescribeGroup(Name("static"))
		return len(found.Members), err
	})
	if c.RemoveStatic != nil {
		Refused("static: removed by the administrator", func() (any, error) { return c.RemoveStatic(Name("static"), "one", "two") })
		Refused("static: an unknown one, removed", func() (any, error) { return c.RemoveStatic(Name("static"), "three") })
	}
}
