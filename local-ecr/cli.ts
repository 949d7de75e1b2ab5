import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readOptions } from './host/arguments.ts'
import { SetupError } from './host/setup-error.ts'
import type { LocalEcr, LocalEcrOptions } from './host/start.ts'

const usage = `node local-ecr/cli.ts [options]           with Node 22.18 or later
npm run local-ecr -- [options]            in the repository of ecr-build-push, with Node 18 or later

Starts an ECR on this machine, prints the environment variables of its clients, and runs until it gets SIGINT, SIGTERM
or SIGHUP.

  --mode localhost|tls    localhost: ports, without TLS. tls: ECR's own host names, as root (default: localhost)
  --registry FILE         the program 'registry' of the distribution project, for the layers (default: in memory)
  --data-dir FOLDER       for its files (default: a folder in ${tmpdir()}, removed at the end)
  --account ID            may be repeated; the first one is the caller's
  --region NAME           may be repeated; the first one is the caller's
  --rates documented      throttles at the default quotas of an AWS account (default: never)
  --delay-ms N            adds N milliseconds to each direction of every connection
  --json                  prints one line of JSON instead of shell variables
  --verbose               prints the stack trace of an error
  --help
`

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())

let verbose = false
try {
  await main()
} catch (error) {
  const known = error instanceof SetupError
  const { message = String(error), name = '', stack } = error as Partial<Error>
  process.stderr.write(
    known ? `${message}\n` : `${name}: ${message}${verbose ? '' : ' (--verbose prints the stack trace)'}\n`,
  )
  if (verbose) process.stderr.write(`${stack}\n`)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const given = readOptions(process.argv.slice(2))
  if (given.help) {
    process.stdout.write(usage)
    return
  }
  verbose = given.verbose
  // A folder that nobody named is removed at the end.
  const own = given.dataDir === null ? mkdtempSync(join(tmpdir(), 'local-ecr-')) : null
  try {
    await run({ ...given.options, dataDir: given.dataDir ?? own ?? '' }, given.json)
  } finally {
    if (own !== null) rmSync(own, { recursive: true, force: true })
  }
}

async function run(options: LocalEcrOptions, json: boolean): Promise<void> {
  // Loaded now, so that a wrong option is told at once.
  const { startLocalEcr } = await import('./host/start.ts')
  const ecr = await startLocalEcr(options)
  process.stdout.write(json ? `${JSON.stringify(asJson(ecr))}\n` : asShell(ecr))
  await new Promise<void>((resolve) => {
    if (stop.signal.aborted) resolve()
    stop.signal.addEventListener('abort', () => resolve())
  })
  await ecr.stop()
}

/** For another process: the API's address, the host of each registry, and the environment. */
function asJson(ecr: LocalEcr): object {
  return { apiUrl: ecr.apiUrl, registries: ecr.registries, env: ecr.env() }
}

/** For a shell to read in: the environment, and the host of each registry as a comment. */
function asShell(ecr: LocalEcr): string {
  const registries = Object.entries(ecr.registries).map(([name, host]) => `# ${name}: ${host}`)
  const variables = Object.entries(ecr.env()).map(([name, value]) => `export ${name}='${value}'`)
  return `${[...registries, ...variables].join('\n')}\n`
}
