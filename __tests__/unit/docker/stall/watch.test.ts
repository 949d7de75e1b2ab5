import { expect, test } from '@jest/globals'
import type { OutputReader, Wait } from '../../../../src/docker/stall/wait.ts'
import { Stalled, StallWatch } from '../../../../src/docker/stall/watch.ts'

const PUSH: Wait = { what: 'pushing layers', phase: 'push', shown: false }
const MANIFEST: Wait = { what: 'pushing manifest for app:v1', phase: 'push', shown: true }

/** A watch whose time, output and network the test moves. */
function watching(seconds: number, shares = true) {
  const now = { ms: 0, sent: 0, wait: PUSH as Wait | null, progress: 0 }
  const log: string[] = []
  const reader: OutputReader = {
    read: () => undefined,
    get progress() {
      return now.progress
    },
    waitsFor: () => now.wait,
  }
  const watch = new StallWatch(
    reader,
    { seconds, sharesNetwork: shares, log: (line) => log.push(line) },
    { carried: () => ({ sent: now.sent, received: 0 }), clock: () => now.ms },
  )
  watch.check()
  /** Lets time pass, second by second. @returns the second in which it was ended; null if it was not */
  const pass = (forSeconds: number, bytesPerSecond = 0): number | null => {
    for (let at = 0; at < forSeconds; at++) {
      now.ms += 1000
      now.sent += bytesPerSecond
      const ended = watch.check()
      if (ended !== null) {
        expect(ended).toBeInstanceOf(Stalled)
        log.push(ended.message)
        return now.ms / 1000
      }
    }
    return null
  }
  return { now, log, pass }
}

test('a push of which nothing moves is told each minute, and ended', () => {
  const { log, pass } = watching(300)
  expect(pass(1000)).toBe(300)
  expect(log).toEqual([
    ...[1, 2, 3, 4].map(
      (at) =>
        `docker has printed nothing new for ${at} min: it waits for pushing layers; this machine has sent 0 B since the last sign; it is ended and retried after 5 min without progress (stall-timeout)`,
    ),
    'no progress for 5 min, waiting for pushing layers',
  ])
})

test('what may be a copy inside the engine has twelve times as long', () => {
  const { now, pass } = watching(300)
  now.wait = { ...PUSH, mayWork: true }
  expect(pass(10_000)).toBe(3600)
})

test('slow is not silent: 300 MB at 2 MB/s are told of, and pushed', () => {
  const { log, pass } = watching(300)
  expect(pass(150, 2e6)).toBeNull()
  expect(log[0]).toContain('this machine has sent 120.0 MB since the last sign')
  // Hours of it, at a twentieth.
  expect(pass(20_000, 1e5)).toBeNull()
  // And then no more.
  expect(pass(1000)).not.toBeNull()
})

test('the noise of a machine is no progress of a push', () => {
  expect(watching(300).pass(1000, 8 * 1024)).toBe(300)
  expect(watching(300).pass(1000, 17 * 1024)).toBeNull()
})

test('what is a few kilobytes is ended whatever else the network carries', () => {
  const { now, pass } = watching(10)
  now.wait = MANIFEST
  expect(pass(1000, 1e8)).toBe(10)
})

test('output that goes on is progress', () => {
  const { now, pass } = watching(10)
  for (let line = 1; line < 20; line++) {
    expect(pass(9)).toBeNull()
    now.progress += 1
  }
  expect(pass(100)).not.toBeNull()
})

test('while anything else goes on, no time counts', () => {
  const { now, log, pass } = watching(10)
  now.wait = null
  expect(pass(10_000)).toBeNull()
  expect(log).toEqual([])
  now.wait = PUSH
  expect(pass(100)).toBe(10_010)
})

test('an engine that is elsewhere has twelve times as long for layers, and not for a manifest', () => {
  expect(watching(10, false).pass(1000, 1e6)).toBe(120)
  const { now, pass } = watching(10, false)
  now.wait = MANIFEST
  expect(pass(1000)).toBe(10)
})

test('0 ends nothing, and tells of it', () => {
  const { log, pass } = watching(0)
  expect(pass(20_000)).toBeNull()
  expect(log).toHaveLength(333)
  expect(log[0]).not.toContain('stall-timeout')
})
