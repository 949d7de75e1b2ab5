import path from 'node:path'
import { jest } from '@jest/globals'
import { root } from '../../dev/root.ts'

/** What a command has printed, and its exit code. */
export interface Ended {
  readonly code: number
  readonly output: string
}

/**
 * Runs a script of `dev/` in this process, loaded anew, until it has ended by itself: what a script makes of its
 * arguments needs no process, which takes more time than all of the rest.
 * @param script such as `dev/policy.ts`
 */
export async function runHere([script, ...args]: readonly string[]): Promise<Ended> {
  const lines: string[] = []
  const keep = (...said: unknown[]) => {
    lines.push(`${said.join(' ')}\n`)
  }
  const spies = (['log', 'error'] as const).map((name) => jest.spyOn(console, name).mockImplementation(keep))
  const { argv, exitCode } = process
  process.argv = [process.execPath, script as string, ...args]
  process.exitCode = 0
  try {
    await jest.isolateModulesAsync(async () => {
      await import(path.join(root, script as string))
    })
    return { code: Number(process.exitCode), output: lines.join('') }
  } finally {
    process.argv = argv
    process.exitCode = exitCode
    for (const spy of spies) spy.mockRestore()
  }
}
