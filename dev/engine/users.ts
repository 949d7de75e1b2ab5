import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

let counter = 0

/**
 * Notes in a folder that this process uses what the folder stands for, until it says otherwise or ends.
 * @returns what takes the note back
 */
export async function addUser(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true })
  counter += 1
  const note = join(folder, `${process.pid}-${counter}`)
  await writeFile(note, (await startOf(process.pid)) ?? '')
  return () => rm(note, { force: true })
}

/** The processes that use it now; notes of processes that were killed go. */
export async function usersOf(folder: string): Promise<number[]> {
  const notes = await readdir(folder).catch(() => [])
  const users = new Set<number>()
  for (const note of notes) {
    const pid = Number.parseInt(note, 10)
    const noted = await readFile(join(folder, note), 'utf8').catch(() => undefined)
    if (noted !== undefined && noted === (await startOf(pid))) users.add(pid)
    else await rm(join(folder, note), { force: true })
  }
  return [...users]
}

/**
 * Does a piece of work while no other process on this machine does one under the same name. The lock is a
 * listening abstract socket, which ends with its process, so that none is ever left behind.
 * @throws where another holds it for two minutes
 */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 120_000
  for (;;) {
    const unlock = await tryLock(`\0${name}`)
    if (unlock) return work().finally(unlock)
    if (Date.now() > deadline) throw new Error(`another process holds the lock ${name} for two minutes`)
    await sleep(100)
  }
}

function tryLock(address: string): Promise<(() => Promise<void>) | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(address, () => resolve(() => new Promise((done) => server.close(() => done()))))
  })
}

/** When a process began, by which it is told from a later one of its number; undefined where it has ended. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The name, in parentheses, may hold blanks; the state follows it, and 19 fields later the start.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields?.[0] === 'Z' ? undefined : fields?.[19]
}
