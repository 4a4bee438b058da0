// Prints what a script saw: one JSON line per step, compared later between Kampa and Apache Kafka.
//
// A step that ends in an error of the client says the error's name, which `errorName` knows. A step that nobody expected
// to fail says "unexpected", and the runner then blames the script if Apache Kafka failed it too.

module.exports = (errorName) => {
  /** Says which client this is. */
  const client = (nameAndVersion) => process.stdout.write(JSON.stringify({ client: nameAndVersion }) + '\n')

  const step = async (name, run) => {
    let line
    try {
      line = { step: name, result: (await run()) ?? 'done' }
    } catch (error) {
      line = { step: name, unexpected: errorName(error), detail: String(error.stack) }
    }
    process.stdout.write(JSON.stringify(line, plain) + '\n')
  }

  /** The error's name, or what came instead of an error. */
  const refusal = async (promise) => {
    try {
      const result = await promise
      return { refused: false, result: result ?? null }
    } catch (error) {
      return { refused: errorName(error) }
    }
  }

  /** Waits for something that the script itself sees. */
  const until = async (what, condition, ms = 30000) => {
    const end = Date.now() + ms
    while (!condition()) {
      if (Date.now() > end) throw new Error(`waited ${ms} ms in vain for ${what}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** Asks until the answer is the wanted one, for some of them come late; returns the last answer. */
  const settled = async (ask, wanted, ms = 10000) => {
    const end = Date.now() + ms
    for (;;) {
      const answer = await ask()
      if (JSON.stringify(answer) === JSON.stringify(wanted) || Date.now() > end) return answer
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  return { client, step, refusal, until, settled }
}

/** What JSON has no word for. */
const plain = (_, value) => {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Map) return Object.fromEntries([...value].sort())
  return value
}
