import { PassThrough, Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Batches } from '../../../src/registry/batches.ts'

/** All that comes, batch by batch. */
async function all(batches: Batches): Promise<Buffer[][]> {
  const found: Buffer[][] = []
  for (let next = await batches.next(); next !== null; next = await batches.next()) found.push(next)
  return found
}

test('every byte comes once and in order, whatever parts it comes in', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), async (parts) => {
      const found = (await all(new Batches(Readable.from(parts.map((part) => Buffer.from(part)))))).flat()
      expect(Buffer.concat(found)).toEqual(Buffer.concat(parts))
      expect(found.every(({ length }) => length > 0)).toBe(true)
    }),
  ))

test('what has come meanwhile comes at once, as it is', async () => {
  const stream = new PassThrough()
  const batches = new Batches(stream)
  const parts = [Buffer.from('one'), Buffer.from('two')]
  for (const part of parts) stream.write(part)
  await new Promise(setImmediate)
  const found = await batches.next()
  expect(found).toEqual(parts)
  expect(found?.[0]).toBe(parts[0])
})

test('whoever sends has to wait while nobody takes it, and goes on after that', async () => {
  const part = Buffer.alloc(64 * 1024)
  let sent = 0
  const stream = Readable.from(
    (function* () {
      for (; sent < 100; sent++) yield part
    })(),
  )
  const batches = new Batches(stream)
  for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate)
  expect(sent).toBeLessThan(30)
  expect((await all(batches)).flat()).toHaveLength(100)
})

test('what came before a failure comes first', async () => {
  const stream = new PassThrough()
  const batches = new Batches(stream)
  stream.write('some')
  await new Promise(setImmediate)
  stream.destroy(new Error('broken'))
  expect(String(await batches.next())).toBe('some')
  await expect(batches.next()).rejects.toThrow('broken')
})

test.each([
  ['is closed by the other side', (stream: PassThrough) => stream.destroy()],
  ['is closed here', (_: PassThrough, batches: Batches) => batches.close()],
])('who waits hears that the stream %s', async (_, close) => {
  const stream = new PassThrough()
  const batches = new Batches(stream)
  const waiting = batches.next()
  close(stream, batches)
  await expect(waiting).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
})

test('a stream that has broken before somebody reads it is an error, and no endless wait', async () => {
  const stream = new PassThrough()
  stream.on('error', () => undefined)
  const closed = new Promise((resolve) => stream.on('close', resolve))
  stream.destroy(new Error('broken'))
  await closed
  await expect(new Batches(stream).next()).rejects.toThrow('broken')
})
