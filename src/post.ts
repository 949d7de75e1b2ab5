import { rm } from 'node:fs/promises'
import type { OnDisk } from './docker/index.ts'
import { removeKeptLogin } from './docker/kept-login.ts'
import { explain } from './errors.ts'

/**
 * The post step: puts the user's Docker configuration back and removes the step's own folder, also after a main
 * step that failed or was killed. A failure is a warning: the job's result is not decided here.
 */
export async function post(onDisk: OnDisk | null): Promise<void> {
  if (onDisk === null) return
  const { folder, kept } = onDisk
  // The folder first: on a full disk its going makes room for the other.
  for (const clean of [
    () => rm(folder, { recursive: true, force: true }),
    async () => kept && removeKeptLogin(kept),
  ]) {
    await clean().catch((error) => {
      const text = explain(error).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
      process.stdout.write(`::warning::${text}\n`)
    })
  }
}
