import { expect, test } from '@jest/globals'
import { run } from '../../src/actions/build-push/run.ts'
import { Cancelled, ending } from '../../src/shared/ending.ts'
import { Flow } from '../support/flow.ts'
import { inRegion, mainInputs } from '../support/inputs.ts'

// By itself: a signal ends whatever its process does after it.

test('gate: before-tags, cancelled while the scan runs: no output names a tag that was left as it was', async () => {
  const flow = new Flow()
  await flow.run({ tags: ['v1'] })
  const old = flow.outputs['digest']
  flow.content = 'next'
  flow.store.scanPlans.set('app', { underWay: 1000 })
  let atEnd: Record<string, string> | null = null
  flow.alter = (world) => ({
    ...world,
    log: (line) => {
      world.log(line)
      if (line.startsWith('Scan of')) process.emit('SIGINT', 'SIGINT')
    },
    setOutputs: (some) => {
      world.setOutputs(some)
      if (atEnd === null && 'json' in some) atEnd = { ...flow.outputs }
    },
  })
  const usual = mainInputs(inRegion(flow.caller.region))
  const after = { ...usual.after, failOnSeverity: 'HIGH', gate: 'before-tags' } as const
  const unlisten = ending.listen()
  await flow.within((world) => expect(run({ ...usual, after }, world)).rejects.toThrow(Cancelled))
  unlisten()
  expect(flow.store.get(flow.place).tags.get('v1')).toBe(old)
  expect(atEnd).toMatchObject({ pushed: 'true', tags: '', 'image-name': '', version: '' })
  const { digest } = atEnd as unknown as Record<string, string>
  expect(digest).toMatch(/^sha256:/)
  expect(digest).not.toBe(old)
})
