import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { run } from '../../src/actions/build-push/run.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { Cancelled, ending } from '../../src/shared/ending.ts'
import { Flow } from '../support/flow.ts'
import { inRegion, mainInputs } from '../support/inputs.ts'

// By itself: a signal ends whatever its process does after it.

test('a run that is cancelled has one summary, whatever its work still comes to', async () => {
  const flow = new Flow()
  const summaries: string[] = []
  let asked = 0
  flow.alter = (world) => ({
    ...world,
    summarize: async (facts) => {
      summaries.push(renderSummary(facts))
    },
    setOutputs: (some) => {
      world.setOutputs(some)
      if ('platform-digests' in some) asked++
    },
  })
  flow.afterBuild = () => process.emit('SIGINT', 'SIGINT')
  const inputs = mainInputs(inRegion(flow.caller.region))
  const unlisten = ending.listen()
  await flow.within(async (world) => {
    await expect(run(inputs, world)).rejects.toThrow(Cancelled)
    // The work goes on, to its end.
    for (let tries = 0; asked === 0 && tries < 100; tries++) await sleep(20)
    await sleep(300)
  })
  unlisten()
  expect(asked).toBe(1)
  expect(summaries).toHaveLength(1)
  expect(summaries[0]).toMatch(/^### ⛔ Cancelled: <code>app<\/code>\n/)
  expect(summaries[0]).not.toMatch(/docker pull|What now/)
  expect(flow.log.filter((line) => /^(?:Took|Failed|Cancelled) /.test(line))).toEqual([
    expect.stringMatching(/^Cancelled after \d/),
  ])
})
