import { readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { variablesAfterwards } from './job-variables.ts'
import { ACTION_LIMITS } from './limits.ts'
import { run } from './programs.ts'
import { annotate, log, recalled, tell } from './runner-files.ts'
import { type Ended, type Left, type ProcessMark, runs, SOCKET } from './told.ts'

/**
 * The post step: ends the local ECR and removes what it has left. A failure is a warning: the job's result is not
 * decided here. The job keeps its keys, and gets an address at which nobody is: a later post step must not reach AWS.
 */
export async function post(): Promise<void> {
  const folder = recalled('folder')
  if (folder === null) return
  const left = leftAs('left')
  const starting = leftAs('starting')
  const steps = [
    // Before the names of hosts are AWS's again. A main that was cancelled before has given the job no address.
    () => (left === null ? undefined : tell('GITHUB_ENV', variablesAfterwards(left.hostNames))),
    async () => (left?.process ? end(folder, left.process, left) : endStarting(folder, starting)),
    () => removeFolder(folder, (left ?? starting)?.through ?? []),
  ]
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      annotate('warning', `The local ECR has left something on this machine: ${(error as Error).message}`)
    }
  }
}

const leftAs = (name: string) => JSON.parse(recalled(name) ?? 'null') as Left | null

async function end(folder: string, mark: ProcessMark, left: Left): Promise<void> {
  const ended = await askToEnd(folder)
  if (ended !== null && (await isGone(mark))) {
    log(`The local ECR has answered ${ended.requests} requests, and has ended.`)
    return
  }
  annotate('warning', 'The local ECR did not end as it was told to; the log has its last words.')
  for (const line of lastWords(folder)) log(line)
  await endByForce(mark, left)
}

/** @throws Error if it does not end, or if the names of hosts cannot be given back */
async function endByForce(mark: ProcessMark, { through, script, hostNames }: Left): Promise<void> {
  const asWhoever = (...command: string[]) => {
    const [program = '', ...args] = [...through, ...command]
    return run(program, args, ACTION_LIMITS.endMs)
  }
  // A process that was not told yet may be sudo, which passes on TERM, and cannot pass on KILL.
  for (const signal of ['-TERM', '-KILL'])
    if (runs(mark)) {
      await asWhoever('kill', signal, String(mark.pid))
      await isGone(mark)
    }
  if (runs(mark)) throw new Error(`its process ${mark.pid} does not end`)
  if (hostNames) await asWhoever(process.execPath, script, 'undo')
}

/**
 * Ends what a main that was cancelled, or has given up, had started: it listens soon, or ends by itself.
 * @param left what the main step told when it started it; null if it was cancelled before
 */
async function endStarting(folder: string, left: Left | null): Promise<void> {
  const starting = left?.process ?? null
  const last = performance.now() + ACTION_LIMITS.stopMs
  while ((await askToEnd(folder)) === null) {
    if (left === null || starting === null || !runs(starting)) return
    if (performance.now() > last) return endByForce(starting, left)
    await sleep(ACTION_LIMITS.lookMs)
  }
  if (starting !== null) await isGone(starting)
  log('The local ECR has ended, which a step that did not finish had started.')
}

function lastWords(folder: string): string[] {
  try {
    return readFileSync(join(folder, 'local-ecr.log'), 'utf8').trim().split('\n').slice(-20)
  } catch (error) {
    return [(error as Error).message]
  }
}

/** @returns null if there is no answer in time */
async function askToEnd(folder: string): Promise<Ended | null> {
  try {
    // The path of a socket is short.
    process.chdir(folder)
    const signal = AbortSignal.timeout(ACTION_LIMITS.stopMs)
    return await new Promise((resolve, reject) => {
      const asking = request({ socketPath: SOCKET, method: 'POST', path: '/end', signal }, (answer) => {
        text(answer)
          .then((body) => resolve(JSON.parse(body) as Ended))
          .catch(reject)
      })
      asking.on('error', reject).end()
    })
  } catch {
    return null
  }
}

async function isGone(mark: ProcessMark): Promise<boolean> {
  const last = performance.now() + ACTION_LIMITS.endMs
  while (runs(mark)) {
    if (performance.now() > last) return false
    await sleep(ACTION_LIMITS.lookMs)
  }
  return true
}

async function removeFolder(folder: string, through: readonly string[]): Promise<void> {
  process.chdir('/')
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch (error) {
    const [program, ...args] = [...through, 'rm', '-rf', '--', folder]
    // Without a way to more rights, the same would fail again.
    if (program === undefined || through.length === 0) throw error
    await run(program, args, ACTION_LIMITS.endMs)
  }
}
