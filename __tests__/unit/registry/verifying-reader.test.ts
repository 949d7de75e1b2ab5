import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../../src/oci/types.ts'
import { readUpTo } from '../../../src/registry/http.ts'
import { VerifyingReader } from '../../../src/registry/verifying-reader.ts'

/** Reads a stream as the blob that it should be. @returns its bytes, as text */
async function read(stream: Readable, content: string): Promise<string> {
  const bytes = Buffer.from(content)
  const blob = { mediaType: 'x', digest: digestOf(bytes), size: bytes.length }
  const reader = new VerifyingReader(stream, blob, 'HOST/NAME')
  return Buffer.from(await readUpTo(reader.stream(), 1000)).toString()
}

describe.each([
  ['a blob', 'some bytes'],
  ['an empty blob', ''],
])('%s', (_, content) => {
  test('that cannot be read is an error of the reader, and of nobody else', async () => {
    const missing = createReadStream('/nonexistent/blob')
    await expect(read(missing, content)).rejects.toThrow(/^blob sha256:\S+: ENOENT/)
  })

  test('with more bytes than its descriptor says is refused', async () => {
    const stream = Readable.from([Buffer.from(`${content}more`)])
    await expect(read(stream, content)).rejects.toThrow('has more bytes than its descriptor says')
  })
})

test('an empty blob is read to its end, so that nothing of it stays open', async () => {
  const stream = Readable.from([Buffer.alloc(0)])
  expect(await read(stream, '')).toBe('')
  expect(stream.readableEnded).toBe(true)
})
