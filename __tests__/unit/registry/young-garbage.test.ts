import { expect, test } from '@jest/globals'
import { noteArrived } from '../../../src/registry/young-garbage.ts'

const MIB = 1024 * 1024

test('what has arrived and is not held any more is freed before much more arrives', () => {
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  for (let arrived = 0; arrived < 64 * MIB; arrived += MIB) {
    for (let record = 0; record < 64; record++) Buffer.from(new ArrayBuffer(16 * 1024))
    noteArrived(MIB)
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
  }
  expect(most).toBeLessThan(24 * MIB)
})

test('V8 gives its collector to nobody else', () => {
  noteArrived(64 * MIB)
  expect(Reflect.get(globalThis, 'gc')).toBeUndefined()
})
