import { readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { ACTION_LIMITS } from './limits.ts'
import { run } from './programs.ts'
import { annotate, log, recalled } from './runner-files.ts'
import { type Ended, type Left, type ProcessMark, runs, SOCKET } from './told.ts'

/**
 * The post step: ends the local ECR and removes what it has left. A failure is a warning: the job's result is not
 * decided here. The variables of the job stay: with them a later post step reaches nobody, and without them AWS.
 */
export async function post(): Promise<void> {
  const folder = recalled('folder')
  if (folder === null) return
  const left = JSON.parse(recalled('left') ?? 'null') as Left | null
  const steps = [
    // A main that was killed may have started it, and not have told so.
    async () => (left?.process ? end(folder, left.process, left) : askToEnd(folder)),
    () => removeFolder(folder, left?.through ?? []),
  ]
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      annotate('warning', `The local ECR has left something on this machine: ${(error as Error).message}`)
    }
  }
}

async function end(folder: string, mark: ProcessMark, { through, script, hostNames }: Left): Promise<void> {
  const ended = await askToEnd(folder)
  if (ended !== null && (await isGone(mark))) {
    log(`The local ECR has answered ${ended.requests} requests, and has ended.`)
    return
  }
  annotate('warning', 'The local ECR did not end as it was told to; the log has its last words.')
  for (const line of lastWords(folder)) log(line)
  const asWhoever = (...command: string[]) => {
    const [program = '', ...args] = [...through, ...command]
    return run(program, args, ACTION_LIMITS.endMs)
  }
  if (runs(mark)) await asWhoever('kill', '-KILL', String(mark.pid))
  if (!(await isGone(mark))) throw new Error(`its process ${mark.pid} does not end`)
  if (hostNames) await asWhoever(process.execPath, script, 'undo')
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
