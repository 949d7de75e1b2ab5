import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { callerOf, invoke } from '../local-ecr/index.ts'
import { MEGABYTES, measureCompression } from './bench-compression.ts'
import { CommandError } from './command/errors.ts'
import { main } from './command/main.ts'
import { type Parts, readParts } from './parts.ts'
import { ACCOUNT, openStage, REGION, type Stage } from './stage.ts'
import { prepareEngines } from './with-engines.ts'

// The step, main and post, against the same by hand, on a small image that has changed, with a distance between
// the runner and ECR. Medians of interleaved rounds of one run; exits with 1 if a limit is passed.

const DELAY_MS = 25
const ROUNDS = 9
/** The step asks ECR and checks; bare docker does neither. */
const LIMIT_TO_BARE = 1.5

const help = `
npm run bench [-- compression [--megabytes N]]

The step's time, main and post, against the same by hand: medians of ${ROUNDS} rounds of an image of two tags with 25 ms of distance to ECR. Exits with 1
if a limit is passed. It takes two to five minutes, and needs what the demo needs.

compression: a table of what a new layer of ${MEGABYTES} MB takes with each compression, from the step's begin to its end.

  --megabytes N   a layer of another size, for compression
  --verbose   show where an error comes from
  --help      show this
`

const options = { megabytes: { type: 'string' } } as const

await main({ help, options, arguments: 1 }, async ({ interruption, args, values }) => {
  const [what] = args
  const megabytes = Number(values['megabytes'] ?? MEGABYTES)
  if (what !== undefined && what !== 'compression')
    throw new CommandError(`There is no bench ${what}.`, 'see npm run bench -- --help')
  if (!(Number.isInteger(megabytes) && megabytes > 0 && megabytes <= 10_000))
    throw new CommandError(`--megabytes ${values['megabytes']}: must be 1 to 10000.`, 'correct it')
  const parts = readParts()
  if (parts === undefined) {
    const withEngines = await prepareEngines({ engines: ['current'], clients: ['aws'] }, console.log)
    const command = [process.execPath, import.meta.filename, ...process.argv.slice(2)]
    return withEngines({ command, interruption })
  }
  if (what === 'compression') {
    const near = await openStage({ ...parts, engine: parts.engines.current })
    try {
      return await measureCompression(near, megabytes)
    } finally {
      await near.close()
    }
  }
  const stage = await openStage({ ...parts, engine: parts.engines.current, delayMs: DELAY_MS })
  try {
    return await measure(stage, parts)
  } finally {
    await stage.close()
  }
})

/** @returns the exit code */
async function measure(stage: Stage, { engines, aws }: Parts): Promise<number> {
  const context = path.join(stage.folder, 'app')
  mkdirSync(context)
  writeFileSync(path.join(context, 'Dockerfile'), `FROM ${stage.baseImage}\nCOPY content /content\n`)
  await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'CreateRepository', { repositoryName: 'app' })
  const host = stage.ecr.registryHost(ACCOUNT, REGION)
  const uris = ['v1', 'v2'].map((tag) => `${host}/app:${tag}`)
  const endpoint = stage.env['AWS_ENDPOINT_URL'] ? ['--endpoint-url', stage.env['AWS_ENDPOINT_URL']] : []
  const docker = (args: string[], input?: string) => run(engines.current.docker, args, stage.env, input)
  const ecr = (...args: string[]) => run(aws, [...endpoint, 'ecr', ...args], stage.env)
  const password = (await ecr('get-login-password')).trim()
  const login = (secret: string) => docker(['login', '--username', 'AWS', '--password-stdin', host], secret)

  const ways: Record<string, () => Promise<unknown>> = {
    'the step': async () => {
      const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1\nv2' }
      const main = await stage.main(inputs)
      if (main.exitCode !== 0) throw new Error(main.log)
      await stage.post(main)
    },
    'bare docker': async () => {
      await login(password)
      const tags = uris.flatMap((uri) => ['--tag', uri])
      await docker(['buildx', 'build', '--provenance=false', ...tags, '--push', context])
      await docker(['logout', host])
    },
    'the console’s walk': async () => {
      await ecr('describe-repositories', '--repository-names', 'app')
      await login((await ecr('get-login-password')).trim())
      await docker(['build', '--provenance=false', '--tag', 'app', context])
      for (const uri of uris) {
        await docker(['tag', 'app:latest', uri])
        await docker(['push', uri])
      }
      await docker(['logout', host])
    },
  }
  const names = Object.keys(ways)
  const seconds = new Map<string, number[]>(names.map((name) => [name, []]))
  for (let round = -1; round < ROUNDS; round++) {
    // Each way comes first, second and third equally often; the round before the first warms up.
    for (let at = 0; at < names.length; at++) {
      const name = names[(at + round + names.length) % names.length] as string
      writeFileSync(path.join(context, 'content'), randomBytes(20_000))
      const before = performance.now()
      await ways[name]?.()
      if (round >= 0) seconds.get(name)?.push((performance.now() - before) / 1000)
    }
  }
  const median = (name: string) => {
    const sorted = [...(seconds.get(name) ?? [])].sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  }
  console.log(`${ROUNDS} rounds, ${DELAY_MS} ms each way, a layer of 20 kB changed, two tags; seconds:`)
  for (const name of names) {
    const all = (seconds.get(name) ?? []).map((value) => value.toFixed(2)).join(' ')
    console.log(`${name.padEnd(20)} median ${median(name).toFixed(2)}   (${all})`)
  }
  const toBare = median('the step') / median('bare docker')
  const toWalk = median('the step') / median('the console’s walk')
  console.log(`the step / bare docker        ${toBare.toFixed(2)} (at most ${LIMIT_TO_BARE})`)
  console.log(`the step / the console’s walk ${toWalk.toFixed(2)} (below 1)`)
  return toBare <= LIMIT_TO_BARE && toWalk < 1 ? 0 : 1
}

function run(
  program: string,
  args: string[],
  env: Readonly<Record<string, string>>,
  input?: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { env: { ...env }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${error.message}\n${stderr}`))
        else resolve(stdout)
      },
    )
    child.stdin?.end(input ?? '')
  })
}
