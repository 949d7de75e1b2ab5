import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { read } from '../../support/arguments.ts'

const cwd = mkdtempSync(path.join(os.tmpdir(), 'compression-'))
writeFileSync(path.join(cwd, 'Dockerfile'), 'FROM scratch\n')
afterAll(() => rmSync(cwd, { recursive: true }))
const desk = { cwd, folder: cwd }

test.each([
  ['gzip', '', null],
  ['gzip', '0', 0],
  ['gzip', '9', 9],
  ['estargz', '9', 9],
  ['zstd', '22', 22],
  ['uncompressed', '', null],
])('%s %s', (type, given, level) => {
  const { build } = read({ compression: type, 'compression-level': given }, desk)
  expect(build.compression).toEqual({ type, level })
})

describe('a wrong one', () => {
  test.each<[Record<string, string>, string]>([
    [{ compression: 'brotli' }, "Input 'compression': 'brotli': must be gzip, zstd, estargz or uncompressed"],
    [
      { compression: 'brotli', 'compression-level': '3' },
      "Input 'compression': 'brotli': must be gzip, zstd, estargz or uncompressed",
    ],
    [
      { 'compression-level': '3' },
      "Input 'compression-level': '3': needs compression: gzip, zstd or estargz",
    ],
    ...(['gzip', 'estargz'] as const).map((compression): [Record<string, string>, string] => [
      { compression, 'compression-level': '10' },
      `Input 'compression-level': '10': of ${compression} must be a whole number from 0 to 9`,
    ]),
    [
      { compression: 'zstd', 'compression-level': '23' },
      "Input 'compression-level': '23': of zstd must be a whole number from 0 to 22",
    ],
    [
      { compression: 'zstd', 'compression-level': '-1' },
      "Input 'compression-level': '-1': of zstd must be a whole number from 0 to 22",
    ],
    [
      { compression: 'uncompressed', 'compression-level': '0' },
      "Input 'compression-level': '0': goes with gzip, zstd or estargz; uncompressed has no level",
    ],
    ...['compression=gzip', 'compression-level=3', 'force-compression=true'].map(
      (field): [Record<string, string>, string] => [
        { compression: 'zstd', outputs: `type=oci,dest=o.tar,${field}` },
        `Input 'outputs': 'type=oci,dest=o.tar,${field}': says ${field.split('=')[0]}, beside the input compression; leave out one of the two`,
      ],
    ),
    [
      { compression: 'zstd', outputs: 'type=image,oci-mediatypes=false' },
      "Input 'outputs': 'type=image,oci-mediatypes=false': has oci-mediatypes=false, which the input compression excludes",
    ],
  ])('%j', (given, message) => {
    expect(() => read(given, desk)).toThrow(new Error(message))
  })

  test('a cache that is no record is told of alone', () => {
    const given = { compression: 'zstd', push: 'false', 'cache-to': 'type=local,dest="x' }
    expect(() => read(given, desk)).toThrow(/^Input 'cache-to': [^\n]*$/)
  })
})

test('what docker archives and files have is their own', () => {
  const outputs = 'type=docker,dest=d.tar,compression=gzip'
  expect(read({ compression: 'zstd', outputs }, desk).build.compression?.type).toBe('zstd')
})
