const { Kafka } = require('kafkajs')

const kafka = new Kafka({
  clientId: 'my-app',
  brokers: (process.env.KAFKA_BROKERS || 'localhost:9092').split(','),
})

async function run() {
  const admin = kafka.admin()
  console.log('Connecting...')
  await admin.connect()
  console.log('Connected!')
  await admin.createTopics({
    topics: [{ topic: 'my-topic', numPartitions: 3 }],
  })
  console.log('Topic created!')
  await admin.disconnect()
}

run().catch((error) => {
  console.error(error)
  process.exit(1)
})
