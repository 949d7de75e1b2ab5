import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ACCOUNTS, checkPlaces, REGIONS } from './options.ts'
import { SetupError } from './setup-error.ts'
import type { LocalEcrOptions } from './start.ts'

/** What the command was told. */
export interface Given {
  readonly options: Omit<LocalEcrOptions, 'dataDir'>
  readonly dataDir: string | null
  readonly json: boolean
  readonly verbose: boolean
  readonly help: boolean
}

/**
 * Reads the command's arguments.
 * @throws SetupError that names the option that is wrong
 */
export function readOptions(args: readonly string[]): Given {
  const { values } = parse(args)
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

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
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
