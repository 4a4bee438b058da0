package scenario

import (
	"time"

	. "kampa/compat/go/observe"
)

// administration is what is neither topics, settings nor groups. Whatever is made carries the run's name and is removed,
// for other scripts use the same node.
func (c Client) administration() {
	c.records()
	c.quotas()
	c.credentials()
	c.placement()
	if c.CreateACL != nil {
		Refused("acls: create", c.CreateACL)
		Refused("acls: describe", c.ACLs)
		Refused("acls: delete", c.DeleteACLs)
	}
	if c.UpdateFeature != nil {
		Refused("features: an unknown one", func() (any, error) { return c.UpdateFeature("no.such.feature", 1, false) })
		Refused("features: a level too high", func() (any, error) { return c.UpdateFeature("metadata.version", 9999, true) })
	}
	if c.Producers != nil {
		Refused("producers: of a topic", func() (any, error) { return c.Producers(Name("grown")) })
		Refused("producers: of an unknown topic", func() (any, error) { return c.Producers(Name("unknown")) })
	}
	if c.Resources != nil {
		Refused("resources: that have settings", c.Resources)
	}
}

func (c Client) records() {
	if c.DeleteRecords == nil {
		return
	}
	remove := func(topic string, partition int32, before int64) func() (any, error) {
		return func() (any, error) {
			answer, err := c.DeleteRecords(Name(topic), partition, before)
			if err != nil {
				return answer, err
			}
			first, err := c.Offsets(Name(topic), partition, Earliest)
			return []any{answer, first}, err
		}
	}
	Refused("records: delete the first hundred", remove("codecs", 0, 100))
	Refused("records: delete them again", remove("codecs", 0, 50))
	Refused("records: refuse beyond the end", remove("codecs", 0, 501))
	Refused("records: refuse on a compacted topic", remove("settings", 0, 0))
	Refused("records: refuse a partition that is not there", remove("codecs", 7, 1))
	Refused("records: refuse an unknown topic", remove("unknown", 0, 1))
	Refused("records: the first that is left", func() (any, error) {
		found, err := c.Read(Name("codecs"), []int32{0}, Earliest, 1)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		return found[0].Offset, nil
	})
	Refused("records: delete all", remove("codecs", 0, -1))
}

func (c Client) quotas() {
	if c.Quotas == nil {
		return
	}
	user, client := Component{"user", Name("user")}, Component{"client-id", Name("client")}
	describe := func(strict bool, components ...Component) func() (any, error) {
		return func() (any, error) { return c.Quotas(strict, components...) }
	}
	set := func(key string, value float64, remove bool, entity ...Component) func() (any, error) {
		return func() (any, error) {
			return changed(describe(false, entity...), func() error { return c.AlterQuota(entity, key, value, remove) })
		}
	}
	Refused("quotas: of a user", set("producer_byte_rate", 1048576, false, user))
	Refused("quotas: of a user and a client", set("consumer_byte_rate", 2097152, false, user, client))
	Refused("quotas: describe strictly", describe(true, user))
	Refused("quotas: describe", describe(false, user))
	Refused("quotas: removed", set("producer_byte_rate", 0, true, user))
	Refused("quotas: all removed", set("consumer_byte_rate", 0, true, user, client))
	Refused("quotas: refuse an unknown key", set("bytes_per_fortnight", 1, false, user))
	Refused("quotas: refuse less than nothing", set("producer_byte_rate", -1, false, user))
	Refused("quotas: refuse an unknown kind", set("producer_byte_rate", 1, false, Component{"planet", "mars"}))
	Refused("quotas: refuse an impossible address", set("connection_creation_rate", 1, false, Component{"ip", "not-an-address"}))
}

func (c Client) credentials() {
	if c.Scrams == nil {
		return
	}
	user := Name("user")
	Refused("scram: a user's credentials", func() (any, error) { return c.UpsertScram(user, "SCRAM-SHA-256", 8192) })
	Refused("scram: of another mechanism", func() (any, error) { return c.UpsertScram(user, "SCRAM-SHA-512", 4096) })
	Refused("scram: described", func() (any, error) {
		time.Sleep(time.Second)
		return c.Scrams(user)
	})
	Refused("scram: refuse too few rounds", func() (any, error) { return c.UpsertScram(user, "SCRAM-SHA-256", 100) })
	Refused("scram: refuse too many rounds", func() (any, error) { return c.UpsertScram(user, "SCRAM-SHA-256", 100_000) })
	Refused("scram: an unknown user", func() (any, error) { return c.Scrams(Name("nobody")) })
	Refused("scram: one removed", func() (any, error) { return c.DeleteScram(user, "SCRAM-SHA-256") })
	Refused("scram: removed again", func() (any, error) { return c.DeleteScram(user, "SCRAM-SHA-256") })
	Refused("scram: the other removed", func() (any, error) { return c.DeleteScram(user, "SCRAM-SHA-512") })
	Refused("scram: none left", func() (any, error) {
		time.Sleep(time.Second)
		return c.Scrams(user)
	})
}

func (c Client) placement() {
	if c.LogDirs != nil {
		Refused("log dirs: of a topic", func() (any, error) { return c.LogDirs(Name("grown")) })
	}
	if c.MoveReplica != nil {
		Refused("log dirs: move a replica nowhere", func() (any, error) { return c.MoveReplica(Name("grown"), 0, "/no/such/folder") })
	}
	if c.Elect != nil {
		Refused("elections: the preferred leader leads already", func() (any, error) { return c.Elect(Name("grown"), 0, false) })
		if !c.ElectsPreferred {
			Refused("elections: unclean, and not needed", func() (any, error) { return c.Elect(Name("grown"), 0, true) })
		}
		Refused("elections: a partition that is not there", func() (any, error) { return c.Elect(Name("grown"), 77, false) })
		Refused("elections: an unknown topic", func() (any, error) { return c.Elect(Name("unknown"), 0, false) })
	}
	if c.Reassign != nil {
		Refused("reassignments: to where it is", func() (any, error) { return c.Reassign(Name("grown"), 0, []int32{1}) })
		Refused("reassignments: refuse a broker that is not there", func() (any, error) { return c.Reassign(Name("grown"), 0, []int32{77}) })
		Refused("reassignments: refuse a broker twice", func() (any, error) { return c.Reassign(Name("grown"), 0, []int32{1, 1}) })
		Refused("reassignments: refuse an unknown topic", func() (any, error) { return c.Reassign(Name("unknown"), 0, []int32{1}) })
		Refused("reassignments: cancel what is not going on", func() (any, error) { return c.Reassign(Name("grown"), 0, nil) })
		Refused("reassignments: none is going on", func() (any, error) { return c.Reassignments(Name("grown")) })
	}
}

func (c Client) deleting() {
	Step("delete: a topic", func() (any, error) {
		if err := c.Delete(Name("three")); err != nil {
			return nil, err
		}
		return Settled(false, func() (any, error) {
			topics, err := c.Topics()
			for _, topic := range topics {
				if topic == Name("three") {
					return true, err
				}
			}
			return false, err
		})
	})
	Refused("delete: an unknown topic", func() (any, error) { return done(c.Delete(Name("unknown"))) })
	Step("delete: a group", func() (any, error) { return done(c.DeleteGroup(Name("reads"))) })
	Refused("delete: an unknown group", func() (any, error) { return done(c.DeleteGroup(Name("unknown"))) })
	Step("delete: made again, it is empty", func() (any, error) {
		if _, err := c.create(Topic{Name: Name("three"), Partitions: 2, Replicas: 1}); err != nil {
			return nil, err
		}
		// A client that knew the topic before may still ask for its old leader.
		var found any
		err := Until("its ends", func() (known bool) {
			ends, err := c.ends("three", 2)
			found = ends
			return err == nil
		})
		return found, err
	})
}
