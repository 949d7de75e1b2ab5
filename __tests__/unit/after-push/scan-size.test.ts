import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { root } from '../../../dev/runner.ts'

const script = path.join(root, '__tests__/support/scan-load.ts')

/**
 * MiB that a process has for everything that is not garbage: it ends if it needs more. With a handful of findings it
 * needs between 8 and 12, for the code.
 */
const HEAP = 12 + 50
/** Above the one second that it is to cost, as other work on the machine makes the same work take more. */
const BUSY = 2.5

async function load(findings: number, lines: number, ...report: string[]) {
  const limits = [`--max-old-space-size=${HEAP}`, '--disable-warning=ExperimentalWarning']
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...limits,
    script,
    String(findings),
    String(lines),
    ...report,
  ])
  return JSON.parse(stdout) as { read: number; ignored: object; lines: number; detail: number; cpuMs: number }
}

test('20,000 findings and 5,000 lines of scan-ignore cost less than a second and 50 MB more', async () => {
  const [few, many] = [await load(20, 5), await load(20_000, 5000)]
  expect(many).toMatchObject({ read: 20_000, ignored: { HIGH: 2500, LOW: 2500 } })
  expect(many.cpuMs - few.cpuMs).toBeLessThan(1000 * BUSY)
  // What is told of them is short all the same: 20 rows and 100 that are ignored.
  expect(many.lines).toBeLessThan(130)
  expect(many.detail).toBeLessThan(32 * 1024)
}, 60_000)

test('with a report of them they need no more memory than that', async () => {
  expect(await load(20_000, 5000, 'report')).toMatchObject({ read: 20_000 })
}, 60_000)
