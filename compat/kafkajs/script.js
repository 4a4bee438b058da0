// kafkajs against one node: node script.js HOST:PORT RUN
//
// Topics and groups carry the run's name, so that a node may be used twice. What has no order is sorted, what a clock
// decides is not printed.

const { spawn } = require('child_process')
const path = require('path')
const {
  Kafka, CompressionTypes, CompressionCodecs, ConfigResourceTypes, AclResourceTypes, ResourcePatternTypes, AclOperationTypes, AclPermissionTypes, logLevel,
} = require('kafkajs')
const snappy = require('kafkajs-snappy')
const lz4 = require('lz4-napi')
const zstd = require('@bokuweb/zstd-wasm')

// By its code, where it has one.
const errorName = (error) => {
  if (error.name === 'KafkaJSAggregateError') return error.errors.map(errorName).sort()
  if (error.name === 'KafkaJSDeleteGroupsError') return error.groups.map((group) => errorName(group.error)).sort()
  const cause = error.cause && error.cause.name ? error.cause : error.originalError
  if (!error.type && cause) return errorName(cause)
  return error.type ? `${error.type} (${error.code})` : error.name
}
const { client, step, refusal, until, settled } = require('../observe')(errorName)

const [bootstrap, run] = process.argv.slice(2)
// Apache Kafka's controller answers before its broker knows; what Kampa has answered, it knows.
const isLate = process.env.COMPAT_NODE === 'kafka'
const kafka = new Kafka({
  clientId: 'compat', brokers: [bootstrap], logLevel: logLevel.NOTHING,
  retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 1000 },
})
const impatient = new Kafka({
  clientId: 'compat', brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { retries: 0 },
})
const admin = kafka.admin()
const name = (what) => `${what}-${run}`
const start = Date.now() - 3600_000 // of the records' own timestamps: old enough to lie behind, too young to expire

CompressionCodecs[CompressionTypes.Snappy] = snappy
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: (encoder) => lz4.compressFrame(encoder.buffer),
  decompress: (buffer) => lz4.decompressFrame(buffer),
})
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async (encoder) => Buffer.from(zstd.compress(encoder.buffer, 3)),
  decompress: async (buffer) => Buffer.from(zstd.decompress(buffer)),
})

async function main() {
  client(`kafkajs ${require('kafkajs/package.json').version}`)
  await step('the tutorial: admin creates my-topic', async () => {
    const told = await tutorial('admin.js')
    // Apache Kafka's controller has answered before its broker knows of the topic; kafkajs asks that at once, and gives up.
    return isLate && told.errors?.includes('does not host this topic-partition') ? tutorial('admin.js') : told
  })
  await step('the tutorial: producer sends', () => tutorial('producer.js'))
  await step('the tutorial: consumer of test-group reads from the beginning', () => tutorial('consumer.js', 3))

  await admin.connect()
  await topics()
  await configs()
  await producing()
  await codecs()
  await reading()
  await groups()
  await rebalancing()
  await autoCreation()
  await administering()
  await deleting()
  await admin.disconnect()
}

/** One of the three programs, as a child; with `messages`, until it printed so many, for it never ends by itself. */
function tutorial(file, messages = 0) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, KAFKA_BROKERS: bootstrap.replace('127.0.0.1', 'localhost'), KAFKAJS_NO_PARTITIONER_WARNING: '1' }
    const child = spawn(process.execPath, [path.join(__dirname, 'tutorial', file)], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const late = setTimeout(() => child.kill('SIGKILL'), 45000)
    let output = ''
    let errors = ''
    const values = () => output.match(/value: '.*'/g) || []
    child.stdout.on('data', (data) => {
      output += data
      if (messages && values().length >= messages) child.kill('SIGTERM')
    })
    child.stderr.on('data', (data) => (errors += data))
    child.on('close', (code, signal) => {
      clearTimeout(late)
      if (signal === 'SIGKILL') return reject(new Error(`${file} did not come to its end: ${output}${errors}`))
      resolve(messages ? { values: values().sort() } : { code, output: output.trim().split('\n'), ...(code && { errors }) })
    })
  })
}

/** Makes topics. Apache Kafka's controller answers before its broker knows of them; kafkajs asks for them at once, and gives up. */
async function create(request) {
  try {
    return await admin.createTopics(request)
  } catch (error) {
    if (!isLate || !String(errorName(error)).startsWith('UNKNOWN_TOPIC_OR_PARTITION')) throw error
  }
  for (const { topic } of request.topics) await settled(async () => (await admin.listTopics()).includes(topic), true)
  return true
}

async function topics() {
  await step('cluster', async () => {
    const { brokers, controller, clusterId } = await admin.describeCluster()
    return { brokers, controller, clusterId }
  })
  await step('topics: create with 3 partitions', () =>
    create({ topics: [{ topic: name('three'), numPartitions: 3 }] }))
  await step('topics: create again', () => admin.createTopics({ topics: [{ topic: name('three') }] }))
  await step('topics: create with settings', () =>
    create({
      topics: [{
        topic: name('settings'), numPartitions: 1, replicationFactor: 1,
        configEntries: [
          { name: 'cleanup.policy', value: 'compact' },
          { name: 'retention.ms', value: '86400000' },
          { name: 'segment.bytes', value: '2097152' },
        ],
      }],
    }))
  await step('topics: create with an assignment', () =>
    create({ topics: [{
      topic: name('assigned'), numPartitions: -1, replicationFactor: -1,
      replicaAssignment: [{ partition: 0, replicas: [1] }, { partition: 1, replicas: [1] }],
    }] }))
  const refused = [
    ['an illegal name', { topic: 'not/a/name' }],
    ['the name ..', { topic: '..' }],
    ['a name of 250 characters', { topic: 'x'.repeat(250) }],
    ['no partitions', { topic: name('none'), numPartitions: 0 }],
    ['10001 partitions', { topic: name('many'), numPartitions: 10001 }],
    ['two replicas of one broker', { topic: name('two'), replicationFactor: 2 }],
    ['an unknown setting', { topic: name('odd'), configEntries: [{ name: 'no.such.setting', value: '1' }] }],
    ['an impossible setting', { topic: name('odd'), configEntries: [{ name: 'retention.ms', value: 'soon' }] }],
    ['a tiny segment', { topic: name('odd'), configEntries: [{ name: 'segment.bytes', value: '13' }] }],
    ['a replica on no broker', { topic: name('odd'), numPartitions: -1, replicationFactor: -1, replicaAssignment: [{ partition: 0, replicas: [77] }] }],
    ['a gap in the assignment', { topic: name('odd'), numPartitions: -1, replicationFactor: -1, replicaAssignment: [{ partition: 1, replicas: [1] }] }],
  ]
  for (const [what, topic] of refused) {
    await step(`topics: refuse ${what}`, () => refusal(admin.createTopics({ topics: [topic] })))
  }
  await step('topics: only validate', async () => {
    const created = await admin.createTopics({ validateOnly: true, waitForLeaders: false, topics: [{ topic: name('never') }] })
    return { created, exists: (await admin.listTopics()).includes(name('never')) }
  })
  await step('topics: list', async () => (await admin.listTopics()).filter((topic) => topic.endsWith(run)).sort())
  await step('topics: metadata', async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [name('three'), name('assigned')] })
    topics.forEach((topic) => topic.partitions.sort((a, b) => a.partitionId - b.partitionId))
    return topics.sort((a, b) => (a.name < b.name ? -1 : 1))
  })
  await step('topics: metadata of an unknown one', () => refusal(admin.fetchTopicMetadata({ topics: [name('unknown')] })))
  await step('partitions: from 2 to 4', async () => {
    const answer = await admin.createPartitions({ topicPartitions: [{ topic: name('assigned'), count: 4 }] })
    const count = async () => (await admin.fetchTopicMetadata({ topics: [name('assigned')] })).topics[0].partitions.length
    return { answer, count: await settled(count, 4) }
  })
  for (const [what, topic, count] of [['to fewer', 'assigned', 3], ['to as many', 'assigned', 4], ['of an unknown topic', 'unknown', 3]]) {
    await step(`partitions: refuse ${what}`, () =>
      refusal(impatient.admin().createPartitions({ topicPartitions: [{ topic: name(topic), count }] })))
  }
}

async function configs() {
  const sorted = ({ resources, throttleTime }) => ({
    throttleTime,
    resources: resources.map(({ errorCode, resourceType, resourceName, configEntries }) => ({
      errorCode, resourceType, resourceName,
      entries: configEntries.map((entry) => ({ ...entry, configSynonyms: entry.configSynonyms })).sort((a, b) => (a.configName < b.configName ? -1 : 1)),
    })),
  })
  await step('configs: of a topic, all, with synonyms', async () =>
    sorted(await admin.describeConfigs({ includeSynonyms: true, resources: [{ type: ConfigResourceTypes.TOPIC, name: name('settings') }] })))
  await step('configs: of a topic, three of them', async () =>
    sorted(await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: name('three'), configNames: ['retention.ms', 'max.message.bytes', 'no.such.setting'] }],
    })))
  await step('configs: of an unknown topic', () =>
    refusal(admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: name('unknown') }] })))
  await step('configs: of the broker, some of them', async () =>
    sorted(await admin.describeConfigs({
      includeSynonyms: true,
      resources: [{
        type: ConfigResourceTypes.BROKER, name: '1',
        configNames: ['advertised.listeners', 'num.partitions', 'log.retention.ms', 'log.retention.hours', 'message.max.bytes', 'auto.create.topics.enable', 'min.insync.replicas', 'compression.type', 'unclean.leader.election.enable'],
      }],
    })))
}

/** Sends and says what each partition answered. */
async function send(producer, topic, messages, options = {}) {
  const answers = await producer.send({ topic: name(topic), messages, ...options })
  return answers
    .map(({ partition, errorCode, baseOffset, logAppendTime, logStartOffset }) => ({
      partition, errorCode, baseOffset, logStartOffset, stamped: logAppendTime !== undefined && logAppendTime !== '-1',
    }))
    .sort((a, b) => a.partition - b.partition)
}

const ends = async (topic) =>
  (await admin.fetchTopicOffsets(name(topic)))
    .map(({ partition, low, high }) => `${partition}: ${low}..${high}`)
    .sort()

async function producing() {
  const producer = kafka.producer()
  await producer.connect()
  for (const acks of [0, 1, -1]) {
    await step(`produce: acks ${acks}`, () =>
      send(producer, 'three', [0, 1, 2].map((partition) => ({ partition, key: `k${partition}`, value: `acks ${acks}`, timestamp: String(start) })), { acks }))
    // acks 0 says nothing of when it is written
    if (acks === 0) await settled(() => ends('three'), ['0: 0..1', '1: 0..1', '2: 0..1'])
  }
  await step('produce: where the ends are', () => ends('three'))
  await step('produce: by key', () =>
    send(producer, 'three', Array.from({ length: 30 }, (_, i) => ({ key: `key ${i}`, value: `value ${i}`, timestamp: String(start + i) }))))
  await step('produce: null key, null value, empty value, headers', () =>
    send(producer, 'three', [
      { partition: 0, key: null, value: 'no key' }, { partition: 0, key: 'no value', value: null }, { partition: 0, key: '', value: '' },
      { partition: 0, key: 'headers', value: 'x', headers: { one: '1', two: ['2', 'two'], bytes: Buffer.from([0, 255, 254]), empty: '' } },
    ].map((message) => ({ ...message, timestamp: String(start) }))))
  await step('produce: no messages', () => send(producer, 'three', []))
  await step('produce: just under the limit', () =>
    send(producer, 'three', [{ partition: 1, value: Buffer.alloc(1048588 - 80, 'x'), timestamp: String(start) }]))
  await step('produce: refuse one above the limit', () =>
    refusal(send(producer, 'three', [{ partition: 1, value: Buffer.alloc(1048588, 'x') }])))
  await step('produce: refuse a record without key on a compacted topic', () => refusal(send(producer, 'settings', [{ value: 'no key' }])))
  await step('produce: two topics at once', async () => {
    const answers = await producer.sendBatch({
      topicMessages: [
        { topic: name('three'), messages: [{ partition: 2, value: 'a', timestamp: String(start) }] },
        { topic: name('assigned'), messages: [{ partition: 3, value: 'b', timestamp: String(start) }] },
      ],
    })
    return answers.map(({ topicName, partition, errorCode, baseOffset }) => ({ topicName, partition, errorCode, baseOffset }))
      .sort((a, b) => (a.topicName < b.topicName ? -1 : 1))
  })
  await create({ topics: [
    { topic: name('stamped'), numPartitions: 1, configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }] },
    { topic: name('insync'), numPartitions: 1, configEntries: [{ name: 'min.insync.replicas', value: '2' }] },
    { topic: name('small'), numPartitions: 1, configEntries: [{ name: 'max.message.bytes', value: '1000' }] },
    { topic: name('strict'), numPartitions: 1, configEntries: [{ name: 'message.timestamp.before.max.ms', value: '60000' }] },
  ] })
  await step('produce: the broker stamps the time', () => send(producer, 'stamped', [{ value: 'when?', timestamp: String(start) }]))
  // Who sends only once must not come before the node leads what was just made.
  for (const topic of ['insync', 'small', 'strict']) await send(producer, topic, [{ value: 'first' }])
  const once = impatient.producer()
  await once.connect()
  await step('produce: too few replicas, acks all', () => refusal(send(once, 'insync', [{ value: 'x' }])))
  await step('produce: too few replicas, acks 1', () => send(once, 'insync', [{ value: 'x' }], { acks: 1 }))
  await step('produce: above the topic\'s own limit', () => refusal(send(once, 'small', [{ value: Buffer.alloc(1001, 'x') }])))
  await step('produce: a time too far back', () => refusal(send(once, 'strict', [{ value: 'x', timestamp: String(start) }])))
  await once.disconnect()

  const idempotent = kafka.producer({ idempotent: true, maxInFlightRequests: 5 })
  await idempotent.connect()
  await step('produce: idempotent', async () => {
    const rounds = []
    for (let i = 0; i < 5; i++) rounds.push(...(await send(idempotent, 'assigned', [{ partition: 0, value: `i${i}`, timestamp: String(start) }])))
    return rounds
  })
  await step('produce: idempotent, many at once', async () => {
    const many = Array.from({ length: 20 }, (_, i) => send(idempotent, 'assigned', [{ partition: 1, value: `m${i}`, timestamp: String(start) }]))
    const offsets = (await Promise.all(many)).flat().map(({ baseOffset }) => Number(baseOffset))
    return { offsets: offsets.sort((a, b) => a - b), ends: await ends('assigned') }
  })
  await idempotent.disconnect()
  await producer.disconnect()
}

async function codecs() {
  await zstd.init()
  await create({ topics: [{ topic: name('codecs'), numPartitions: 1 }] })
  const producer = kafka.producer()
  await producer.connect()
  const known = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP, snappy: CompressionTypes.Snappy, lz4: CompressionTypes.LZ4, zstd: CompressionTypes.ZSTD }
  for (const [codec, compression] of Object.entries(known)) {
    await step(`codecs: produce with ${codec}`, () =>
      send(producer, 'codecs', Array.from({ length: 100 }, (_, i) => ({ key: codec, value: `${codec} ${i} `.repeat(20), timestamp: String(start + i) })), { compression }))
  }
  for (const codec of ['gzip', 'zstd', 'uncompressed']) {
    await step(`codecs: the broker compresses with ${codec}`, async () => {
      const topic = `to-${codec}`
      await create({ topics: [{ topic: name(topic), configEntries: [{ name: 'compression.type', value: codec }] }] })
      return send(producer, topic, Array.from({ length: 50 }, (_, i) => ({ value: `v${i} `.repeat(30), timestamp: String(start) })), { compression: CompressionTypes.Snappy })
    })
    await step(`codecs: read what the broker compressed with ${codec}`, async () => summary(await consume(`to-${codec}`, 50)))
  }
  await step('codecs: read them all back', async () => summary(await consume('codecs', 500)))
  await producer.disconnect()
}

const summary = (messages) => {
  const keys = {}
  messages.forEach(({ key }) => (keys[key] = (keys[key] || 0) + 1))
  return { count: messages.length, keys, bytes: messages.reduce((sum, { value }) => sum + value.length, 0), last: messages.at(-1).value.slice(0, 12) }
}

/** Reads `count` records with a consumer of its own group, from the beginning. */
async function consume(topic, count, { group = `reads-${topic}`, seek, fromBeginning = true, settings = {} } = {}) {
  const consumer = kafka.consumer({ groupId: name(group), maxWaitTimeInMs: 100, ...settings })
  const seen = []
  await consumer.connect()
  await consumer.subscribe({ topics: [name(topic)], fromBeginning })
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const { offset, timestamp, key, value, headers } = message
      seen.push({ partition, offset: Number(offset), time: Number(timestamp) - start, key: key && key.toString(), value: value && value.toString(), headers })
    },
  })
  if (seek) seek(consumer)
  try {
    await until(`${count} records of ${topic}`, () => seen.length >= count, 20000)
  } finally {
    await consumer.disconnect()
  }
  return seen.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
}

async function reading() {
  const text = (headers) => Object.entries(headers || {}).map(([key, value]) => [key, [value].flat().map((one) => one.toString('hex'))])
  await step('read: every record of three partitions', async () => {
    const seen = await consume('three', 45)
    return seen.map(({ partition, offset, time, key, value, headers }) =>
      [partition, offset, time > 3_000_000 ? 'now' : time, key, value && (value.length > 100 ? value.length : value), text(headers)])
  })
  await step('read: with small fetches', async () =>
    summary(await consume('codecs', 500, { group: 'small', settings: { maxBytesPerPartition: 500, maxBytes: 1000 } })))
  await step('read: seek to an offset', async () => {
    const seen = await consume('codecs', 10, { group: 'seek', seek: (consumer) => consumer.seek({ topic: name('codecs'), partition: 0, offset: '490' }) })
    return seen.slice(0, 10).map(({ offset }) => offset)
  })
  await step('read: an offset out of range starts over', async () => {
    const seen = await consume('codecs', 500, { group: 'range', seek: (consumer) => consumer.seek({ topic: name('codecs'), partition: 0, offset: '99999' }) })
    return { first: seen[0].offset, last: seen.at(-1).offset }
  })
  for (const at of [-1000, 0, 50, 99, 100, 3600_000 * 2]) {
    await step(`offsets: at the start's time and ${at} ms`, async () =>
      admin.fetchTopicOffsetsByTimestamp(name('codecs'), start + at))
  }
  await step('offsets: by time, three partitions', async () =>
    (await admin.fetchTopicOffsetsByTimestamp(name('three'), start + 15)).sort((a, b) => a.partition - b.partition))
  await step('offsets: the ends of an unknown topic', () => refusal(impatient.admin().fetchTopicOffsets(name('unknown'))))
}

async function groups() {
  const group = name('reads-three')
  const committed = async (topics) => {
    const answer = await admin.fetchOffsets({ groupId: group, ...(topics && { topics }) })
    return answer.map(({ topic, partitions }) => ({ topic, partitions: partitions.sort((a, b) => a.partition - b.partition) }))
  }
  await step('groups: what is committed', () => committed([name('three')]))
  await step('groups: what is committed, of all topics', () => committed())
  await step('groups: what is committed for a partition never read', () => committed([name('small')]))
  await step('groups: describe an empty one', async () => {
    const { groups } = await admin.describeGroups([group])
    return groups.map(({ errorCode, groupId, protocol, protocolType, state, members }) => ({ errorCode, groupId, protocol, protocolType, state, members: members.length }))
  })
  await step('groups: describe an unknown one', async () => {
    const { groups } = await admin.describeGroups([name('unknown')])
    return groups
  })
  await step('groups: list', async () =>
    (await admin.listGroups()).groups.filter(({ groupId }) => groupId.endsWith(run)).sort((a, b) => (a.groupId < b.groupId ? -1 : 1)))
  await step('groups: set offsets', async () => {
    await admin.setOffsets({ groupId: group, topic: name('three'), partitions: [{ partition: 0, offset: '1' }, { partition: 2, offset: '2' }] })
    return committed([name('three')])
  })
  await step('groups: reset offsets to the earliest', async () => {
    await admin.resetOffsets({ groupId: group, topic: name('three'), earliest: true })
    return committed([name('three')])
  })
  await step('groups: go on at the committed offset', async () => {
    await admin.setOffsets({ groupId: group, topic: name('three'), partitions: [{ partition: 0, offset: '14' }, { partition: 1, offset: '12' }, { partition: 2, offset: '13' }] })
    const seen = await consume('three', 6, { group: 'reads-three' })
    return seen.map(({ partition, offset }) => `${partition}/${offset}`)
  })
  await step('groups: manual commit', async () => {
    const consumer = kafka.consumer({ groupId: name('manual'), maxWaitTimeInMs: 100 })
    await consumer.connect()
    await consumer.subscribe({ topic: name('codecs'), fromBeginning: true })
    let seen = 0
    await consumer.run({ autoCommit: false, eachMessage: async () => { seen++ } })
    await until('the first records', () => seen >= 100)
    await consumer.commitOffsets([{ topic: name('codecs'), partition: 0, offset: '100', metadata: 'half way' }])
    await consumer.disconnect()
    return admin.fetchOffsets({ groupId: name('manual'), topics: [name('codecs')] })
  })
  await step('groups: a session too short', () => refusal((async () => {
    const consumer = impatient.consumer({ groupId: name('short'), sessionTimeout: 100, heartbeatInterval: 20, retry: { retries: 0, restartOnFailure: async () => false } })
    let crashed
    consumer.on(consumer.events.CRASH, ({ payload }) => (crashed = payload.error))
    await consumer.connect()
    await consumer.subscribe({ topic: name('codecs') })
    await consumer.run({ eachMessage: async () => {} })
    await until('the crash', () => crashed).finally(() => consumer.disconnect())
    throw crashed
  })()))
}

async function rebalancing() {
  await create({ topics: [{ topic: name('shared'), numPartitions: 4 }] })
  const groupId = name('rebalance')
  const member = async (seen) => {
    const consumer = kafka.consumer({ groupId, sessionTimeout: 10000, heartbeatInterval: 300, rebalanceTimeout: 20000, maxWaitTimeInMs: 100 })
    const state = { consumer, partitions: [], joins: 0 }
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      state.partitions = (payload.memberAssignment[name('shared')] || []).sort()
      state.protocol = payload.groupProtocol
      state.leads = payload.isLeader
      state.joins++
    })
    await consumer.connect()
    await consumer.subscribe({ topic: name('shared'), fromBeginning: true })
    await consumer.run({ eachMessage: async ({ message }) => { seen.push(message.value.toString()) } })
    return state
  }
  const describe = async () => {
    const [group] = (await admin.describeGroups([groupId])).groups
    return {
      errorCode: group.errorCode, state: group.state, protocol: group.protocol, protocolType: group.protocolType,
      members: group.members.map(({ clientId, clientHost, memberId, memberMetadata, memberAssignment }) =>
        ({ clientId, clientHost, named: memberId.startsWith('compat-'), metadata: memberMetadata.length, assignment: memberAssignment.length })),
    }
  }
  const seen = []
  let first, second
  await step('rebalance: one member has all partitions', async () => {
    first = await member(seen)
    await until('four partitions', () => first.partitions.length === 4)
    return { partitions: first.partitions, leads: first.leads, protocol: first.protocol, group: await describe() }
  })
  await step('rebalance: a second joins, both have two', async () => {
    second = await member(seen)
    await until('two and two', () => first.partitions.length === 2 && second.partitions.length === 2)
    return { both: [...first.partitions, ...second.partitions].sort(), leads: [first.leads, second.leads], group: await describe() }
  })
  await step('rebalance: every record goes to one of them', async () => {
    const producer = kafka.producer()
    await producer.connect()
    for (let partition = 0; partition < 4; partition++) {
      await producer.send({ topic: name('shared'), messages: Array.from({ length: 25 }, (_, i) => ({ partition, value: `${partition}/${i}` })) })
    }
    await producer.disconnect()
    await until('all records', () => seen.length >= 100)
    return { count: seen.length, distinct: new Set(seen).size }
  })
  await step('rebalance: deleting the busy group is refused', () => refusal(admin.deleteGroups([groupId])))
  await step('rebalance: one leaves, the other has all again', async () => {
    await first.consumer.disconnect()
    await until('four partitions', () => second.partitions.length === 4)
    return { partitions: second.partitions, leads: second.leads, group: await describe() }
  })
  await step('rebalance: both gone', async () => {
    await second.consumer.disconnect()
    return describe()
  })
  await step('rebalance: delete the group', async () => {
    const answer = await admin.deleteGroups([groupId])
    return { answer, after: await describe() }
  })
  await step('rebalance: deleting an unknown group is refused', () => refusal(admin.deleteGroups([name('unknown')])))
}

async function autoCreation() {
  const exists = async (topic) => (await admin.listTopics()).includes(name(topic))
  await step('auto-creation: a producer that asks for it', async () => {
    const producer = kafka.producer({ allowAutoTopicCreation: true })
    await producer.connect()
    const answer = await send(producer, 'auto-producer', [{ value: 'x', timestamp: String(start) }])
    await producer.disconnect()
    return { answer, exists: await exists('auto-producer') }
  })
  await step('auto-creation: a producer that does not', async () => {
    const producer = impatient.producer({ allowAutoTopicCreation: false })
    await producer.connect()
    const answer = await refusal(send(producer, 'no-auto-producer', [{ value: 'x' }]))
    await producer.disconnect()
    return { answer, exists: await exists('no-auto-producer') }
  })
  await step('auto-creation: a consumer that asks for it', async () => {
    const consumer = kafka.consumer({ groupId: name('auto'), allowAutoTopicCreation: true })
    await consumer.connect()
    // Apache Kafka answers the first time that it knows no such topic, and creates it.
    const asked = await settled(() => refusal(consumer.subscribe({ topic: name('auto-consumer'), fromBeginning: true })), { refused: false, result: null })
    await consumer.disconnect()
    return { asked, exists: await exists('auto-consumer') }
  })
  await step('auto-creation: a consumer that does not', async () => {
    const consumer = impatient.consumer({ groupId: name('auto'), allowAutoTopicCreation: false })
    await consumer.connect()
    const answer = await refusal(consumer.subscribe({ topic: name('no-auto-consumer'), fromBeginning: true }))
    await consumer.disconnect()
    return { answer, exists: await exists('no-auto-consumer') }
  })
  await step('auto-creation: never with an illegal name', async () => {
    const producer = impatient.producer({ allowAutoTopicCreation: true })
    await producer.connect()
    const answer = await refusal(producer.send({ topic: 'not a name', messages: [{ value: 'x' }] }))
    await producer.disconnect()
    return answer
  })
}

/** What is neither topics nor groups. Other scripts use the same node: what is made carries the run's name. */
async function administering() {
  await create({ topics: [{ topic: name('administered'), numPartitions: 2 }] })
  const producer = kafka.producer()
  await producer.connect()
  await send(producer, 'administered', Array.from({ length: 10 }, (_, i) => ({ partition: 0, value: `${i}` })))
  await producer.disconnect()
  const settings = async (topic, configEntries) => {
    const { resources } = await impatient.admin().alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: name(topic), configEntries }] })
    await new Promise((resolve) => setTimeout(resolve, 1000)) // the node may tell of a change a moment later
    const described = await admin.describeConfigs({ resources: [{ type: ConfigResourceTypes.TOPIC, name: name(topic), configNames: ['retention.ms', 'cleanup.policy'] }] })
    return [resources.map(({ errorCode }) => errorCode), described.resources[0].configEntries.map(({ configName, configValue }) => `${configName}=${configValue}`).sort()]
  }
  await step('configs: replace', () => refusal(settings('administered', [{ name: 'retention.ms', value: '3600001' }])))
  await step('configs: refuse an impossible value', () => refusal(settings('administered', [{ name: 'retention.ms', value: 'soon' }])))
  await step('configs: refuse an unknown setting', () => refusal(settings('administered', [{ name: 'no.such.setting', value: '1' }])))
  await step('configs: replace those of an unknown topic', () => refusal(settings('unknown', [{ name: 'retention.ms', value: '1' }])))
  for (const [what, partition, offset] of [['delete three', 0, '3'], ['refuse beyond the end', 0, '11'], ['delete all', 0, '-1']]) {
    await step(`records: ${what}`, () => refusal((async () => {
      await impatient.admin().deleteTopicRecords({ topic: name('administered'), partitions: [{ partition, offset }] })
      return ends('administered')
    })()))
  }
  for (const [what, replicas] of [['to where it is', [1]], ['refuse a broker that is not there', [77]]]) {
    await step(`reassignments: ${what}`, () => refusal(impatient.admin().alterPartitionReassignments({ topics: [{ topic: name('administered'), partitionAssignment: [{ partition: 0, replicas }] }] })))
  }
  await step('reassignments: none goes on', () => refusal(admin.listPartitionReassignments({ topics: [{ topic: name('administered'), partitions: [0] }] })))
  const acl = { resourceType: AclResourceTypes.TOPIC, resourceName: name('acl'), resourcePatternType: ResourcePatternTypes.LITERAL, principal: `User:${name('user')}`, host: '*', operation: AclOperationTypes.READ, permissionType: AclPermissionTypes.ALLOW }
  await step('acls: create', () => refusal(impatient.admin().createAcls({ acl: [acl] })))
  await step('acls: describe', () => refusal(impatient.admin().describeAcls(acl)))
  await step('acls: delete', () => refusal(impatient.admin().deleteAcls({ filters: [acl] })))
}

async function deleting() {
  await step('delete: a topic', async () => {
    await admin.deleteTopics({ topics: [name('three')] })
    return { exists: await settled(async () => (await admin.listTopics()).includes(name('three')), false) }
  })
  await step('delete: its committed offsets are gone with it', () => settled(() => admin.fetchOffsets({ groupId: name('reads-three') }), []))
  await step('delete: an unknown topic', () => refusal(impatient.admin().deleteTopics({ topics: [name('unknown')] })))
  await step('delete: made again, it is empty', async () => {
    await create({ topics: [{ topic: name('three'), numPartitions: 2 }] })
    return ends('three')
  })
  await step('delete: made again, it takes records', async () => {
    const producer = kafka.producer()
    await producer.connect()
    const answer = await send(producer, 'three', [{ partition: 1, value: 'new', timestamp: String(start) }])
    await producer.disconnect()
    return answer
  })
}

main().then(() => process.exit(0), (error) => {
  console.error(error)
  process.exit(1)
})
