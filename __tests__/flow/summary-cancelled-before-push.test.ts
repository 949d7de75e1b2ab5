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
  const { promise: runHasEnded, resolve: endBuild } = Promise.withResolvers<void>()
  let pushed: string | undefined
  flow.alter = (world) => ({
    ...world,
    summarize: async (facts) => {
      pushed = flow.outputs['pushed']
      summaries.push(renderSummary(facts))
    },
    docker: {
      ...world.docker,
      build: async () => {
        process.emit('SIGINT', 'SIGINT')
        // It ends after the run has: told to, as docker is.
        await runHasEnded
        throw new Cancelled('SIGINT')
      },
    },
  })
  const unlisten = ending.listen()
  await flow.within(async (world) => {
    await expect(run(mainInputs(inRegion(flow.caller.region)), world)).rejects.toThrow(Cancelled)
    endBuild()
    // What the run would still do, it does now.
    await sleep(50)
  })
  unlisten()
  expect(pushed).toBe('false')
  expect(summaries).toHaveLength(1)
  expect(summaries[0]).toContain('The image was not pushed, and this run moved none of its tags.')
  expect(flow.log).toContainEqual(
    expect.stringMatching(/^Cancelled after [\d.]+ m?s: the image was not pushed$/),
  )
})
