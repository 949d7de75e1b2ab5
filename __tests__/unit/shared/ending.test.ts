import { expect, test } from '@jest/globals'
import { Cancelled, Ending } from '../../../src/shared/ending.ts'
import { explain } from '../../../src/shared/errors.ts'

const never = new Promise<never>(() => undefined)

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s ends what goes on, with the exit code %i', async (signal, exitCode) => {
  const ending = new Ending()
  const unlisten = ending.listen()
  ending.refuse()
  expect(await ending.before(Promise.resolve('done'))).toBe('done')
  const waiting = ending.before(never)
  process.emit(signal, signal)
  unlisten()
  await expect(waiting).rejects.toThrow(Cancelled)
  expect(() => ending.refuse()).toThrow(`The step was told to end (${signal})`)
  await expect(ending.before(never)).rejects.toThrow(Cancelled)
  expect(ending.reason).toMatchObject({ exitCode, signal })
  expect(explain(ending.reason?.error)).not.toContain('\n')
})

test('the first one counts', () => {
  const ending = new Ending()
  const unlisten = ending.listen()
  process.emit('SIGINT', 'SIGINT')
  process.emit('SIGTERM', 'SIGTERM')
  process.emit('uncaughtException', new Error('later'))
  unlisten()
  expect(ending.reason?.exitCode).toBe(130)
})

test('an error that nobody waited for ends it as a failure, and children politely', async () => {
  const ending = new Ending()
  const unlisten = ending.listen()
  const error = new Error('a defect')
  process.emit('uncaughtException', error)
  unlisten()
  await expect(ending.before(never)).rejects.toBe(error)
  expect(ending.reason).toEqual({ error, exitCode: 1, signal: 'SIGTERM' })
})

test('a wait that nothing can end any more ends as a failure, and not the process in silence', async () => {
  const ending = new Ending()
  const unlisten = ending.listen()
  process.emit('beforeExit', 0)
  unlisten()
  await expect(ending.before(never)).rejects.toThrow('nothing is left that it could wait for')
  expect(ending.reason).toMatchObject({ exitCode: 1 })
})

test('signals and errors go back to whom they were before', () => {
  const events = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'beforeExit']
  const counts = () => events.map((event) => process.listenerCount(event))
  const before = counts()
  const unlisten = new Ending().listen()
  expect(counts()).toEqual(before.map((count) => count + 1))
  unlisten()
  expect(counts()).toEqual(before)
})
