import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'

const script = path.join(root, '__tests__/support/scan-load.ts')

/** MiB of heap in which a handful of findings is enough for nothing but the code: what runs in it needs no more. */
const HEAP_OF_FEW = 12
/** MiB of heap that many of them may need more, for everything that is not garbage: a process ends if it needs more. */
const HEAP_MORE = 50
/** MiB that the machine then gives at most for it, with what V8 takes beside its heap, and does not give back at once. */
const RESIDENT_MORE = 80
/** Above the seconds that it is to cost, as other work on the machine makes the same work take more. */
const BUSY = 2.5

async function load(heap: number, findings: number, lines: number, ...report: string[]) {
  const limits = [`--max-old-space-size=${heap}`, '--disable-warning=ExperimentalWarning']
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...limits,
    script,
    String(findings),
    String(lines),
    ...report,
  ])
  return JSON.parse(stdout) as {
    readonly read: number
    readonly ignored: object
    readonly lines: number
    readonly detail: number
    readonly cpuMs: number
    readonly mebibytes: number
  }
}

test.each<[string, number, string[]]>([
  ['a second', 1, []],
  ['two seconds with a report', 2, ['report']],
])(
  '20,000 findings and 5,000 lines of scan-ignore cost less than %s, and 50 MB of heap, more than 20 and 5',
  async (_, seconds, report) => {
    const few = await load(HEAP_OF_FEW, 20, 5, ...report)
    const many = await load(HEAP_OF_FEW + HEAP_MORE, 20_000, 5000, ...report)
    expect(many).toMatchObject({ read: 20_000, ignored: { HIGH: 2500, LOW: 2500 } })
    expect(many.cpuMs - few.cpuMs).toBeLessThan(1000 * seconds * BUSY)
    expect(many.mebibytes - few.mebibytes).toBeLessThan(RESIDENT_MORE)
    // What is told of them is short all the same: 20 rows and 100 that are ignored.
    expect(many.lines).toBeLessThan(130)
    expect(many.detail).toBeLessThan(32 * 1024)
  },
  60_000,
)
