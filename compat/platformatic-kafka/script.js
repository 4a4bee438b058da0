// @platformatic/kafka against one node: node script.js HOST:PORT RUN
//
// Topics and groups carry the run's name. What has no order is sorted, what a clock decides is not printed.

const { readFileSync } = require('fs')
const path = require('path')
const { Admin, Consumer, Producer, ConfigResourceTypes, stringDeserializers, stringSerializers } = require('@platformatic/kafka')

// Its errors hold others; those of the protocol have the name and the number that Kafka gave them.
const codes = (error, found = new Set()) => {
  if (error?.apiId) found.add(`${error.apiId} (${error.apiCode})`)
  for (const inner of [...(error?.errors ?? []), error?.cause].filter(Boolean)) codes(inner, found)
  return found
}
const errorName = (error) => [...codes(error)].sort().join(', ') || error.code || error.name
const { client, step, refusal, until, settled } = require('../observe')(errorName)

const [bootstrap, run] = process.argv.slice(2)
const common = { clientId: 'compat', bootstrapBrokers: [bootstrap], retries: 3, retryDelay: 200, timeout: 10000, metadataMaxAge: 0 }
const admin = new Admin(common)
const name = (what) => `${what}-${run}`
const start = Date.now() - 3600_000 // of the records' own timestamps: old enough to lie behind, too young to expire
const refused = (what, ask) => step(what, () => refusal(ask()))
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const sorted = (list) => list.map((one) => JSON.stringify(one, (_, value) => (typeof value === 'bigint' ? Number(value) : value))).sort().map((text) => JSON.parse(text))

async function main() {
  const described = path.join(path.dirname(require.resolve('@platformatic/kafka')), '../package.json')
  client(`@platformatic/kafka ${JSON.parse(readFileSync(described)).version}`)
  await topics()
  await configs()
  await producing()
  await codecs()
  await reading()
  await offsets()
  await groups()
  await rebalancing()
  await administration()
  await deleting()
  await admin.close()
}

const partitions = async (topic) => (await admin.metadata({ topics: [name(topic)], forceUpdate: true })).topics.get(name(topic))?.partitions.filter((p) => p && p.leader >= 0).length ?? 0

async function create(topic, options = {}) {
  const [made] = await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1, ...options })
  await settled(async () => refusal(partitions(topic.slice(0, -run.length - 1))), { refused: false, result: options.assignments?.length ?? options.partitions ?? 1 })
  return { partitions: made.partitions, replicas: made.replicas }
}

async function topics() {
  await step('topics: create with 3 partitions', () => create(name('three'), { partitions: 3 }))
  await refused('topics: create again', () => create(name('three'), { partitions: 3 }))
  await step('topics: create with settings', () => create(name('settings'), { configs: [{ name: 'cleanup.policy', value: 'compact' }, { name: 'max.message.bytes', value: '5000' }] }))
  await step('topics: create with 2 partitions', () => create(name('grown'), { partitions: 2 }))
  for (const [what, topic, options] of [
    ['an illegal name', 'not/a/name'],
    ['a name of 250 characters', 'x'.repeat(250)],
    ['10001 partitions', name('many'), { partitions: 10001 }],
    ['two replicas of one broker', name('two'), { replicas: 2 }],
    ['an unknown setting', name('odd'), { configs: [{ name: 'no.such.setting', value: '1' }] }],
    ['an impossible setting', name('odd'), { configs: [{ name: 'retention.ms', value: 'soon' }] }],
  ]) {
    await refused(`topics: refuse ${what}`, () => create(topic, options))
  }
  await step('topics: list', async () => (await admin.listTopics()).filter((topic) => topic.endsWith(run)).sort())
  await step('topics: describe', async () => {
    const found = await admin.metadata({ topics: [name('three')], forceUpdate: true })
    return [[...found.brokers], found.topics.get(name('three')).partitions.map((p) => [p.leader, p.leaderEpoch, p.replicas])]
  })
  const grow = (topic, count) => admin.createPartitions({ topics: [{ name: name(topic), count }] })
  await step('partitions: from 2 to 4', async () => {
    await grow('grown', 4)
    return settled(() => partitions('grown'), 4)
  })
  await refused('partitions: refuse fewer', () => grow('grown', 3))
  await refused('partitions: refuse as many', () => grow('grown', 4))
  await refused('partitions: refuse an unknown topic', () => grow('unknown', 4))
}

const shown = async (topic, ...keys) => {
  const [found] = await admin.describeConfigs({ resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: name(topic), configurationKeys: keys.length ? keys : null }], includeSynonyms: true })
  return sorted(found.configs)
}

async function configs() {
  await step('configs: of a topic', () => shown('settings'))
  await refused('configs: of an unknown topic', () => shown('unknown'))
  const operations = { set: 0, delete: 1, append: 2, subtract: 3 }
  const change = async (topic, ...changes) => {
    const configs = changes.map(([operation, key, value]) => ({ name: key, configOperation: operations[operation], value }))
    await admin.incrementalAlterConfigs({ resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: name(topic), configs }] })
    await pause(1000) // the node may tell of a change a moment later
    return shown(topic, 'retention.ms', 'cleanup.policy')
  }
  await refused("configs: change a topic's: set two", () => change('grown', ['set', 'retention.ms', '7200000'], ['set', 'cleanup.policy', 'delete']))
  await refused("configs: change a topic's: append to a list", () => change('grown', ['append', 'cleanup.policy', 'compact']))
  await refused("configs: change a topic's: subtract from a list", () => change('grown', ['subtract', 'cleanup.policy', 'delete']))
  await refused("configs: change a topic's: delete", () => change('grown', ['delete', 'retention.ms', ''], ['delete', 'cleanup.policy', '']))
  await refused('configs: refuse an impossible value', () => change('grown', ['set', 'retention.ms', 'soon']))
  await refused('configs: refuse an unknown setting', () => change('grown', ['set', 'no.such.setting', '1']))
  await refused('configs: refuse an unknown topic', () => change('unknown', ['set', 'retention.ms', '1']))
  await refused("configs: replace a topic's", async () => {
    await admin.alterConfigs({ resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: name('grown'), configs: [{ name: 'retention.ms', value: '3600001' }] }] })
    await pause(1000)
    return shown('grown', 'retention.ms', 'cleanup.policy')
  })
}

async function send(topic, messages, options = {}) {
  const producer = new Producer({ ...common, serializers: stringSerializers, ...options })
  try {
    const { offsets } = await producer.send({ messages: messages.map((message) => ({ topic: name(topic), timestamp: BigInt(start), ...message })), acks: -1, ...options })
    return offsets ? sorted(offsets.map(({ partition, offset }) => [partition, offset])) : 'sent'
  } finally {
    await producer.close()
  }
}

const listed = async (topic, count, timestamp) => {
  const asked = Array.from({ length: count }, (_, partitionIndex) => ({ partitionIndex, timestamp: BigInt(timestamp) }))
  const [found] = await admin.listOffsets({ topics: [{ name: name(topic), partitions: asked }] })
  return sorted(found.partitions.map((p) => [p.partitionIndex, p.offset, p.timestamp > 0n ? Number(p.timestamp) - start : Number(p.timestamp), p.leaderEpoch]))
}

async function producing() {
  for (const acks of [0, 1, -1]) {
    await step(`produce: acks ${acks}`, async () => {
      const answer = await send('three', [0, 1, 2].map((partition) => ({ partition, key: 'k', value: `acks ${acks}` })), { acks })
      if (acks !== 0) return answer
      await pause(500) // which says nothing of when it is written
      return 'sent'
    })
  }
  await step('produce: where the ends are', async () => [await listed('three', 3, -2), await listed('three', 3, -1)])
  await step('produce: no key, empty value, headers', () => send('three', [
    { partition: 0, value: 'no key' }, { partition: 0, key: '', value: '' }, { partition: 0, key: 'headers', value: 'x', headers: { one: '1', empty: '' } },
  ]))
  await step('produce: just under the limit', () => send('three', [{ partition: 1, value: 'x'.repeat(1048588 - 90) }]))
  await refused('produce: refuse one above the limit', () => send('three', [{ partition: 1, value: 'x'.repeat(1048588) }]))
  await refused("produce: refuse one above the topic's own limit", () => send('settings', [{ key: 'k', value: 'x'.repeat(5001) }]))
  await refused('produce: refuse a record without key on a compacted topic', () => send('settings', [{ value: 'no key' }]))
  await step('produce: idempotent', () => send('grown', Array.from({ length: 100 }, (_, i) => ({ partition: 0, value: `${i}` })), { idempotent: true }))
  await refused('produce: refuse an unknown topic', () => send('unknown', [{ value: 'x' }]))
  await step('produce: a topic that is made by asking for it', () => send('auto', [{ value: 'x' }], { autocreateTopics: true }))
}

async function codecs() {
  await step('codecs: a topic for them', () => create(name('codecs')))
  for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
    await refused(`codecs: produce with ${compression}`, () => send('codecs', Array.from({ length: 100 }, (_, i) => ({ key: compression, value: `${compression} ${i} `.repeat(20), timestamp: BigInt(start + i) })), { compression }))
  }
  await step('codecs: read them all back', async () => {
    const keys = {}
    const seen = await read('codecs', 500)
    seen.forEach(({ key }) => (keys[key] = (keys[key] || 0) + 1))
    return { keys, bytes: seen.reduce((sum, { value }) => sum + value.length, 0) }
  })
}

/** A consumer of a group with what it reads; its stream is polled by itself. */
async function member(group, topic, options = {}) {
  const consumer = new Consumer({ ...common, groupId: name(group), deserializers: stringDeserializers, sessionTimeout: 10000, heartbeatInterval: 300, autocommit: false, maxWaitTime: 100 })
  const stream = await consumer.consume({ topics: [name(topic)], mode: 'committed', fallbackMode: 'earliest', ...options })
  const state = { consumer, seen: [], close: () => consumer.close(true), partitions: () => (consumer.assignments ?? []).filter((one) => one.topic === name(topic)).flatMap((one) => one.partitions).sort() }
  stream.on('data', ({ partition, offset, timestamp, key, value, headers }) =>
    state.seen.push({ partition, offset: Number(offset), time: Number(timestamp) - start, key, value, headers: [...headers] }))
  stream.on('error', (error) => (state.error = error))
  return state
}

async function read(topic, count, options = { mode: 'earliest' }) {
  const reader = await member(`reads-${topic}`, topic, options)
  try {
    await until(`${count} records of ${topic}`, () => reader.seen.length >= count, 20000)
  } finally {
    await reader.close()
  }
  return reader.seen.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
}

async function reading() {
  await step('read: every record of three partitions', async () =>
    (await read('three', 13)).map(({ partition, offset, time, key, value, headers }) => [partition, offset, time, key ?? null, value.length > 100 ? value.length : value, headers]))
  await step('read: from an offset inside a batch', async () =>
    (await read('codecs', 10, { mode: 'manual', offsets: [{ topic: name('codecs'), partition: 0, offset: 490n }] })).map(({ offset }) => offset))
}

async function offsets() {
  for (const ms of [-1000, 0, 50, 99, 100, 7200_000]) await refused(`offsets: at the start's time and ${ms} ms`, () => listed('codecs', 1, start + ms))
  for (const [what, place] of [['latest', -1], ['earliest', -2], ['of the greatest time', -3]]) await refused(`offsets: ${what}`, () => listed('codecs', 1, place))
  await refused('offsets: of an unknown topic', () => listed('unknown', 1, -1))
}

const committed = async (group) => {
  const [found] = await admin.listConsumerGroupOffsets({ groups: [{ groupId: name(group), topics: [{ name: name('three'), partitionIndexes: [0, 1, 2] }] }] })
  return sorted(found.topics.flatMap(({ partitions }) => partitions.map((p) => [p.partitionIndex, p.committedOffset, p.metadata])))
}

const describe = async (group) => {
  const { state, protocolType, protocol, members, authorizedOperations } = (await admin.describeGroups({ groups: [name(group)] })).get(name(group))
  return { state, protocolType, protocol, authorizedOperations, members: sorted([...members.values()].map((m) => [m.clientId, m.clientHost, m.groupInstanceId])) }
}

async function groups() {
  await step('groups: read, commit by hand, leave', async () => {
    const reader = await member('reads', 'three')
    await until('the records', () => reader.seen.length >= 13)
    await reader.consumer.commit({ offsets: [{ topic: name('three'), partition: 0, offset: 5n, leaderEpoch: 0 }] })
    await reader.close()
    return reader.seen.length
  })
  await step('groups: what is committed', () => committed('reads'))
  await refused('groups: what an unknown group committed', () => committed('unknown'))
  const set = (group, topic) => admin.alterConsumerGroupOffsets({ groupId: name(group), topics: [{ name: name(topic), partitionOffsets: [{ partition: 1, offset: 2n }] }] })
  await refused('groups: set an offset', async () => [await set('reads', 'three'), await committed('reads')])
  await refused('groups: set an offset of an unknown topic', () => set('reads', 'unknown'))
  const forget = (group, topic) => admin.deleteConsumerGroupOffsets({ groupId: name(group), topics: [{ name: name(topic), partitionIndexes: [1] }] })
  await refused('groups: delete an offset', async () => [await forget('reads', 'three'), await committed('reads')])
  await refused('groups: delete an offset of an unknown topic', () => forget('reads', 'unknown'))
  await refused('groups: delete an offset of an unknown group', () => forget('unknown', 'three'))
  await step('groups: list', async () => sorted([...(await admin.listGroups()).values()].filter(({ id }) => id.endsWith(run))))
  await refused('groups: describe an empty one', () => describe('reads'))
  await refused('groups: describe an unknown one', () => describe('unknown'))
}

async function rebalancing() {
  let one, two
  await step('rebalance: one member has all partitions', async () => {
    await create(name('shared'), { partitions: 4 })
    one = await member('rebalance', 'shared')
    await until('four partitions', () => one.partitions().length === 4)
    return [one.partitions(), await describe('rebalance')]
  })
  await step('rebalance: a second joins, both have two', async () => {
    two = await member('rebalance', 'shared')
    await until('two and two', () => one.partitions().length === 2 && two.partitions().length === 2)
    return [[...one.partitions(), ...two.partitions()].sort(), await settled(async () => (await describe('rebalance')).state, 'Stable')]
  })
  await refused('rebalance: deleting the busy group is refused', () => admin.deleteGroups({ groups: [name('rebalance')] }))
  await step('rebalance: one leaves, the other has all again', async () => {
    await one.close()
    await until('four partitions', () => two.partitions().length === 4)
    return two.partitions()
  })
  await step('rebalance: both gone', async () => {
    await two.close()
    return describe('rebalance')
  })
  await refused('rebalance: delete the group', () => admin.deleteGroups({ groups: [name('rebalance')] }))
  await refused('rebalance: delete it again', () => admin.deleteGroups({ groups: [name('rebalance')] }))
}

async function administration() {
  const remove = async (topic, offset) => sorted((await admin.deleteRecords({ topics: [{ name: name(topic), partitions: [{ partition: 0, offset }] }] }))[0].partitions)
  await refused('records: delete the first hundred', () => remove('codecs', 100n))
  await refused('records: refuse beyond the end', () => remove('codecs', 501n))
  await refused('records: refuse on a compacted topic', () => remove('settings', 0n))
  await refused('records: delete all', () => remove('codecs', -1n))
  const user = { entityType: 'user', entityName: name('user') }
  const described = async () => sorted(await admin.describeClientQuotas({ components: [{ entityType: 'user', matchType: 0, match: name('user') }], strict: true }))
  const quota = async (entities, op) => {
    await admin.alterClientQuotas({ entries: [{ entities, ops: [op] }] })
    await pause(1000)
    return described()
  }
  await refused('quotas: of a user', () => quota([user], { key: 'producer_byte_rate', value: 1048576, remove: false }))
  await refused('quotas: refuse an unknown key', () => quota([user], { key: 'bytes_per_fortnight', value: 1, remove: false }))
  await refused('quotas: removed', () => quota([user], { key: 'producer_byte_rate', value: 0, remove: true }))
  await refused('log dirs: of a topic', async () => {
    const [{ broker, results }] = await admin.describeLogDirs({ topics: [{ name: name('grown'), partitions: [0, 1] }] })
    return [broker, results.map(({ topics }) => sorted(topics.flatMap(({ partitions }) => partitions.map(({ partitionSize, ...rest }) => ({ ...rest, holdsSomething: partitionSize > 0n })))))]
  })
  const acl = { resourceType: 2, resourceName: name('acl'), resourcePatternType: 3, principal: `User:${name('user')}`, host: '*', operation: 3, permissionType: 3 }
  await refused('acls: create', () => admin.createAcls({ creations: [acl] }))
  await refused('acls: describe', () => admin.describeAcls({ filter: acl }))
  await refused('acls: delete', () => admin.deleteAcls({ filters: [acl] }))
  await refused('groups: the coordinator', async () => sorted(await admin.findCoordinator({ keyType: 0, keys: [name('reads')] })))
}

async function deleting() {
  await step('delete: a topic', async () => {
    await admin.deleteTopics({ topics: [name('three')] })
    return settled(async () => (await admin.listTopics()).includes(name('three')), false)
  })
  await refused('delete: an unknown topic', () => admin.deleteTopics({ topics: [name('unknown')] }))
  await step('delete: a group', () => admin.deleteGroups({ groups: [name('reads')] }))
  await step('delete: made again, it is empty', async () => {
    await create(name('three'), { partitions: 2 })
    return listed('three', 2, -1)
  })
}

main().then(() => process.exit(0), (error) => {
  console.error(error)
  process.exit(1)
})
