import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { SetupError } from '../host/setup-error.ts'
import { type ActionInputs, AUTHORITIES, readInputs } from './inputs.ts'
import { jobVariables } from './job-variables.ts'
import { ACTION_LIMITS } from './limits.ts'
import { wayToRoot } from './programs.ts'
import { registryProgram } from './registry-program.ts'
import { annotate, checkFiles, log, mask, tell } from './runner-files.ts'
import { type Left, markOf, ORDER, type Started, type StartOrder } from './told.ts'

/** The main step: starts a local ECR that stays until the post step, and has the following steps use it. */
export async function main(): Promise<void> {
  try {
    await start()
  } catch (error) {
    const { name, message } = error as Error
    const known = error instanceof SetupError
    annotate('error', known ? message : `${name}: ${message} (a defect of the local ECR)`)
    process.exitCode = 1
  }
}

type Running = Extract<Started, { readonly pid: number }>

async function start(): Promise<void> {
  if (process.platform === 'win32')
    throw new SetupError(
      'The local ECR runs on Linux and macOS, and this runner has Windows. Use another one (runs-on).',
    )
  const inputs = readInputs(process.env)
  checkFiles()
  const folder = mkdtempSync(join(process.env['RUNNER_TEMP'] || tmpdir(), 'local-ecr-'))
  // Before there is anything to remove.
  tell('GITHUB_STATE', { folder })
  const registryBinary = await registryProgram(folder, log)
  if (registryBinary === null)
    annotate(
      'notice',
      'The local ECR keeps layers in memory: there is no registry on PATH, and none could be fetched, as the log says.',
    )
  const { running, through } = await launch(inputs, folder, registryBinary)
  const hostNames = through !== null
  const left: Left = { process: markOf(running.pid), script: SCRIPT, through: through ?? [], hostNames }
  tell('GITHUB_STATE', { left: JSON.stringify(left) })
  await handOver(running, inputs, hostNames)
}

/** The script that this is, for another process. */
const SCRIPT = process.argv[1] ?? ''

/**
 * Starts it as the inputs and the machine allow.
 * @returns what a command has to begin with to do what the process may; null if it has no host names to give back
 */
async function launch(
  { accounts, regions, hostNames }: ActionInputs,
  folder: string,
  registryBinary: string | null,
): Promise<{ running: Running; through: readonly string[] | null }> {
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const order = { accounts, regions, registryBinary, owner, job: markOf(process.ppid) }
  const root = hostNames === 'false' ? null : await wayToRoot()
  const against = whyNoHostNames(root) ?? (hostNames === 'auto' ? whyNotUnasked(process.env) : null)
  if (hostNames === 'true' && against !== null)
    throw new SetupError(
      `The input host-names is true, and ${against}. Leave it out: the registries are then ports of localhost.`,
    )
  if (hostNames !== 'false' && root !== null && against === null) {
    const started = await startProcess({ ...order, mode: 'tls' }, folder, root)
    if ('pid' in started) return { running: started, through: root }
    if (hostNames === 'true' || !started.known) throw refusal(started)
    annotate('notice', `The local ECR has ports of localhost, without ECR's host names. ${started.refused}`)
  } else if (hostNames === 'auto') log(`Ports of localhost, without ECR's host names: ${against}`)
  const started = await startProcess({ ...order, mode: 'localhost' }, folder, [])
  if ('pid' in started) return { running: started, through: null }
  throw refusal(started)
}

const refusal = ({ refused, known }: Exclude<Started, Running>) =>
  known ? new SetupError(refused) : new Error(refused)

function whyNoHostNames(root: readonly string[] | null): string | null {
  if (process.platform !== 'linux') return 'only Linux has the loopback address for them'
  if (root === null) return 'this user is not root and has no sudo without a password'
  const own = AUTHORITIES.filter((name) => process.env[name])
  return own.length > 0 ? `the machine has certificate authorities of its own (${own.join(', ')})` : null
}

/**
 * The names are those of the whole machine: another job there that asks AWS would reach this local ECR. A machine of
 * GitHub's own has one job, then it is gone.
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#runner-context
 */
function whyNotUnasked({ RUNNER_ENVIRONMENT: kind }: NodeJS.ProcessEnv): string | null {
  return kind === 'github-hosted'
    ? null
    : 'this runner is not hosted by GitHub, and may have other jobs that ask AWS; host-names: true says that it has none'
}

/**
 * Starts the background process, with layers in memory if the registry is none that starts.
 * @throws SetupError if it says nothing in time
 */
async function startProcess(order: StartOrder, folder: string, through: readonly string[]): Promise<Started> {
  const started = await startOnce(order, folder, through)
  const { registryBinary } = order
  if ('pid' in started || !started.refused.startsWith(`The registry ${registryBinary} did not start`))
    return started
  const [why = ''] = started.refused.split('\n')
  annotate('notice', `The local ECR keeps layers in memory. ${why}.`)
  return startOnce({ ...order, registryBinary: null }, folder, through)
}

/**
 * Starts the process, and waits until it listens or has refused.
 * @throws SetupError with the end of its log if it says nothing in time
 */
async function startOnce(order: StartOrder, folder: string, through: readonly string[]): Promise<Started> {
  writeFileSync(join(folder, ORDER), JSON.stringify(order))
  const record = join(folder, 'local-ecr.log')
  const [program = '', ...args] = [...through, process.execPath, SCRIPT, 'background']
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', openSync(record, 'a')],
    env: environment(),
  })
  child.unref()
  // Now, and not once it listens: this step may be cancelled while it waits.
  const hostNames = order.mode === 'tls'
  const left: Left = { process: markOf(child.pid ?? 0), script: SCRIPT, through, hostNames }
  tell('GITHUB_STATE', { starting: JSON.stringify(left) })
  const said = await firstLine(child)
  if (said !== null) return JSON.parse(said) as Started
  const end = readFileSync(record, 'utf8').trim().slice(-2000)
  throw new SetupError(
    `The local ECR did not start within ${ACTION_LIMITS.startMs / 1000} s, or ended. Run the job again; if it stays, start it in a shell of this machine (npm run local-ecr).${end === '' ? '' : ` It has said: ${end}`}`,
  )
}

/** What the process gets of the job: nothing secret, and what lets the runner end it with the job. */
function environment(): Record<string, string> {
  const kept = ['PATH', 'TMPDIR', 'RUNNER_TRACKING_ID'].map((name) => [name, process.env[name] ?? ''])
  return Object.fromEntries(kept.filter(([, value]) => value !== ''))
}

/** The first line that a process prints; null if it ends or is silent. */
async function firstLine(child: ChildProcess): Promise<string | null> {
  const { stdout } = child
  if (stdout === null) return null
  const signal = AbortSignal.timeout(ACTION_LIMITS.startMs)
  const failed = once(child, 'error', { signal }).then(() => null)
  const lines = createInterface({ input: stdout })
  const line = once(lines, 'line', { signal }).then(([text]) => String(text))
  const closed = once(lines, 'close', { signal }).then(() => null)
  try {
    return await Promise.race([line, closed, failed])
  } catch {
    return null
  } finally {
    for (const other of [line, closed, failed]) other.catch(() => {})
    lines.close()
    stdout.destroy()
  }
}

/** Tells the following steps, and the person who reads the log, where the local ECR is. */
async function handOver(running: Running, inputs: ActionInputs, hostNames: boolean): Promise<void> {
  const { apiUrl, registries, env } = running
  for (const name of ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) mask(env[name] ?? '')
  const [account = ''] = inputs.accounts
  const [region = ''] = inputs.regions
  tell('GITHUB_ENV', jobVariables(running, inputs, hostNames, process.env))
  tell('GITHUB_OUTPUT', {
    registry: registries[`${account}/${region}`] ?? '',
    registries: JSON.stringify(registries),
    'account-id': account,
    region,
    'endpoint-url': apiUrl,
    'host-names': String(hostNames),
  })
  log('The local ECR answers what the following steps ask on this machine, and nothing of that reaches AWS:')
  for (const [place, host] of Object.entries(registries)) log(`  ${place}: ${host}`)
  log(`  API: ${apiUrl}`)
  if (hostNames) await sleep(ACTION_LIMITS.hostsFileMs)
}
