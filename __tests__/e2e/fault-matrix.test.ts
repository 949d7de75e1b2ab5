import { appendFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, jest, test } from '@jest/globals'
import type { Stage } from '../../dev/stage.ts'
import { runCell } from '../support/fault-run.ts'
import { type Cell, everyCell } from '../support/fault-table.ts'
import { type EngineName, stageOn } from '../support/parts.ts'

jest.setTimeout(3_000_000)
const report = process.env['FAULTS_REPORT'] as string
const only = new RegExp(process.env['FAULTS_ONLY'] ?? '.')
describe.each<EngineName>(['current', 'old'])('%s', (name) => {
  let stage: Stage
  beforeAll(async () => {
    stage = await stageOn(name)
  })
  afterAll(() => stage?.close())
  test('explore', async () => {
    const cells = everyCell().filter(
      (cell) =>
        only.test(`${cell.stage}/${cell.fault}/${cell.times}`) &&
        (name === 'current' ||
          ['login', 'base', 'blob check', 'upload begin', 'upload part', 'upload end', 'manifest'].includes(
            cell.stage,
          )),
    )
    const worker = async () => {
      for (;;) {
        const cell = cells.shift()
        if (!cell) return
        const ran = await runCell(stage, cell as Cell)
        const sum = {
          engine: name,
          cell: `${cell.stage}/${cell.fault}/${cell.times}`,
          exit: ran.main.exitCode,
          s: Number(ran.main.seconds.toFixed(1)),
          met: ran.met,
          pending: ran.pending,
          left: ran.left,
          held: ran.held,
          ann: ran.main.annotations.map((a) => `${a.kind}: ${a.message}`),
          ops: ran.requests
            .filter((r) => r.status >= 400 || r.status === 0)
            .map((r) => `${r.operation} ${r.status} ${r.error}`),
          log: ran.main.log,
        }
        appendFileSync(report, `${JSON.stringify(sum)}\n`)
      }
    }
    await Promise.all([1, 2, 3, 4].map(worker))
  })
})
