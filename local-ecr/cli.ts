import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ACCOUNTS, checkPlaces, REGIONS } from './host/options.ts'
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
  const given = readOptions()
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

interface Given {
  readonly options: Omit<LocalEcrOptions, 'dataDir'>
  readonly dataDir: string | null
  readonly json: boolean
  readonly verbose: boolean
  readonly help: boolean
}

/** @throws SetupError that names the option that is wrong */
function readOptions(): Given {
  const { values } = parse()
  const { mode, registry, rates, 'delay-ms': delay, account, region } = values
  checkPlaces(account ?? ACCOUNTS, region ?? REGIONS)
  if (mode !== 'tls' && mode !== 'localhost')
    throw new SetupError(`--mode is '${mode}': it can be localhost or tls.`)
  if (registry !== undefined && !existsSync(registry))
    throw new SetupError(
      `--registry is '${registry}': that file does not exist. Without --registry, layers are kept in memory.`,
    )
  if (rates !== undefined && rates !== 'documented')
    throw new SetupError(`--rates is '${rates}': it can be documented.`)
  if (delay !== undefined && !/^\d{1,6}$/.test(delay))
    throw new SetupError(`--delay-ms is '${delay}': it is a whole number of milliseconds.`)
  return {
    json: values.json,
    verbose: values.verbose,
    help: values.help,
    dataDir: values['data-dir'] ?? null,
    options: {
      mode,
      registryBinary: registry ?? null,
      ...(account ? { accounts: account } : {}),
      ...(region ? { regions: region } : {}),
      ...(rates ? { rates } : {}),
      ...(delay ? { relay: { delayMs: Number(delay) } } : {}),
    },
  }
}

function parse() {
  try {
    return parseArgs({
      options: {
        mode: { type: 'string', default: 'localhost' },
        registry: { type: 'string' },
        'data-dir': { type: 'string' },
        account: { type: 'string', multiple: true },
        region: { type: 'string', multiple: true },
        rates: { type: 'string' },
        'delay-ms': { type: 'string' },
        json: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    // Further lines of Node's message explain its own syntax.
    const [problem = ''] = (error as Error).message.split('\n')
    throw new SetupError(`${problem.replace(/\.$/, '')}. --help lists the options.`)
  }
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
