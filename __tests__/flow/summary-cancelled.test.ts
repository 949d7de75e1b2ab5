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
  let atEnd: Record<string, string> | null = null
  flow.alter = (world) => ({
    ...world,
    summarize: async (facts) => {
      summaries.push(renderSummary(facts))
    },
    log: (line) => {
      world.log(line)
      if (line.startsWith('Built and pushed')) process.emit('SIGINT', 'SIGINT')
    },
    setOutputs: (some) => {
      if (atEnd === null && 'json' in some) atEnd = { ...flow.outputs }
      world.setOutputs(some)
      if ('platform-digests' in some) asked++
    },
  })
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
  // docker had pushed by then, and nothing else was done.
  const uri = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/app'
  const digest = flow.store.get(flow.place).tags.get('v1')
  expect(atEnd).toMatchObject({
    pushed: 'true',
    digest,
    'digest-uri': `${uri}@${digest}`,
    'image-uri': `${uri}:v1`,
    'image-uris': `${uri}:v1`,
    tags: 'v1',
  })
  expect(summaries[0]).toContain(`In ECR all the same, put by this run:\n\n\`\`\`text\n${uri}:v1\n\`\`\``)
  expect(flow.log).toEqual(expect.arrayContaining([`Pushed ${uri}:v1`, `Digest ${uri}@${digest}`]))
})
