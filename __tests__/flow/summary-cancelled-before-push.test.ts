import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { run } from '../../src/actions/build-push/run.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { Cancelled, ending } from '../../src/shared/ending.ts'
import { Flow } from '../support/flow.ts'
import { inRegion, mainInputs } from '../support/inputs.ts'

// By itself: a signal ends whatever its process does after it.

test('a run that is cancelled before docker can have pushed says that the image was not pushed', async () => {
  const flow = new Flow()
  const summaries: string[] = []
  let pushed: string | undefined
  flow.alter = (world) => ({
    ...world,
    summarize: async (facts) => {
      pushed = flow.outputs['pushed']
      summaries.push(renderSummary(facts))
    },
    // The build takes longer than the run.
    docker: {
      ...world.docker,
      build: async (...given) => {
        process.emit('SIGINT', 'SIGINT')
        await sleep(300)
        return world.docker.build(...given)
      },
    },
  })
  const unlisten = ending.listen()
  await flow.within(async (world) => {
    await expect(run(mainInputs(inRegion(flow.caller.region)), world)).rejects.toThrow(Cancelled)
  })
  unlisten()
  expect(pushed).toBe('false')
  expect(summaries).toHaveLength(1)
  expect(summaries[0]).toContain('The image was not pushed, and this run moved none of its tags.')
  expect(flow.log).toContainEqual(
    expect.stringMatching(/^Cancelled after [\d.]+ m?s: the image was not pushed$/),
  )
})
