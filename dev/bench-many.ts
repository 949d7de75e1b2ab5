import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { main } from './command/main.ts'
import { readParts } from './parts.ts'
import { openStage, REGION, type Stage } from './stage.ts'
import { prepareEngines } from './with-engines.ts'

// What more tags and more registries cost the step, with a distance between the runner and ECR: one tag, ten tags,
// and one tag in three registries, of a small image that has changed. Medians of interleaved rounds of one run; exits
// with 1 if a limit is passed.

const DELAY_MS = 25
const ROUNDS = 7
const WAYS = {
  'one tag': { inputs: {}, limit: 1 },
  'ten tags': { inputs: { tags: Array.from({ length: 10 }, (_, at) => `v${at}`).join('\n') }, limit: 1.3 },
  'three registries': { inputs: { registries: 'us-east-1\neu-west-1' }, limit: 1.5 },
} as const

const help = `
npm run bench:many

What more tags and more registries cost the step: medians of ${ROUNDS} rounds with 25 ms of distance to ECR. Exits with 1 if a
limit is passed. It takes two to five minutes, and needs what the demo needs.

  --verbose   show where an error comes from
  --help      show this
`

await main({ help, options: {} }, async ({ interruption }) => {
  const parts = readParts()
  if (parts === undefined) {
    const withEngines = await prepareEngines({ engines: ['current'], clients: [] }, console.log)
    return withEngines({ command: [process.execPath, import.meta.filename], interruption })
  }
  const stage = await openStage({ ...parts, engine: parts.engines.current, delayMs: DELAY_MS })
  try {
    return await measure(stage)
  } finally {
    await stage.close()
  }
})

/** @returns the exit code */
async function measure(stage: Stage): Promise<number> {
  const context = path.join(stage.folder, 'app')
  mkdirSync(context)
  writeFileSync(path.join(context, 'Dockerfile'), `FROM ${stage.baseImage}\nCOPY content /content\n`)
  const names = Object.keys(WAYS) as (keyof typeof WAYS)[]
  const seconds = new Map<string, number[]>(names.map((name) => [name, []]))
  for (let round = -1; round < ROUNDS; round++) {
    // Each way comes first, second and third equally often; the round before the first warms up.
    for (let at = 0; at < names.length; at++) {
      const name = names[(at + round + names.length) % names.length] as keyof typeof WAYS
      writeFileSync(path.join(context, 'content'), randomBytes(64 * 1024))
      const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' }
      const result = await stage.main({ ...inputs, ...WAYS[name].inputs })
      if (result.exitCode !== 0) throw new Error(result.log)
      if (round >= 0) seconds.get(name)?.push(result.seconds)
    }
  }
  const median = (name: string) => {
    const sorted = [...(seconds.get(name) ?? [])].sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  }
  console.log(`${ROUNDS} rounds, ${DELAY_MS} ms each way, a layer of 64 KiB changed; seconds:`)
  let passed = 0
  for (const name of names) {
    const all = (seconds.get(name) ?? []).map((value) => value.toFixed(2)).join(' ')
    const ratio = median(name) / median('one tag')
    console.log(
      `${name.padEnd(18)} median ${median(name).toFixed(2)}, ${ratio.toFixed(2)} of one tag (at most ${WAYS[name].limit})   (${all})`,
    )
    if (!(ratio <= WAYS[name].limit)) passed++
  }
  return passed === 0 ? 0 : 1
}
