const { Kafka } = require('kafkajs')

const kafka = new Kafka({
  clientId: 'my-app',
  brokers: (process.env.KAFKA_BROKERS || 'localhost:9092').split(','),
})

const producer = kafka.producer()

async function run() {
  await producer.connect()
  await producer.send({
    topic: 'my-topic',
    messages: [
      { key: 'key1', value: 'hello world' },
      { key: 'key2', value: 'hey hey!' },
      { value: 'Hello KafkaJS user!' },
    ],
  })
  console.log('Sent!')
  await producer.disconnect()
}

run().catch((error) => {
  console.error(error)
  process.exit(1)
})
