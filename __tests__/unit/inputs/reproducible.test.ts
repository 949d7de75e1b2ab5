import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { refuseUndated, sourceDateOf } from '../../../src/actions/build-push/values.ts'
import type { Checkout } from '../../../src/metadata/index.ts'
import { read } from '../../support/arguments.ts'
import { image } from '../metadata/support.ts'

const cwd = mkdtempSync(path.join(os.tmpdir(), 'reproducible-'))
writeFileSync(path.join(cwd, 'Dockerfile'), 'FROM scratch\n')
afterAll(() => rmSync(cwd, { recursive: true }))
const desk = { cwd, folder: cwd }
const given = { reproducible: 'true' }

test('alone, and with what is signed beside the image', () => {
  expect(read(given, desk).build.reproducible).toBe(true)
  expect(read({ ...given, attest: 'provenance,sbom' }, desk).build.reproducible).toBe(true)
  expect(read({}, desk).build.reproducible).toBe(false)
  expect(read({ ...given, push: 'false' }, desk).build.reproducible).toBe(false)
})

test.each<[Record<string, string>, string]>([
  [{ provenance: 'true' }, "Input 'provenance': 'true': holds the times of the build"],
  [{ sbom: 'true' }, "Input 'sbom': 'true': holds the times of the build"],
  [{ attests: 'type=sbom' }, "Input 'attests': 'type=sbom': holds the times of the build"],
  [
    { attest: 'sbom', 'push-by-digest': 'true', tags: '' },
    "Input 'attest': 'sbom': holds the times of the build",
  ],
  [{ 'cache-to': 'type=inline,"x' }, "Input 'cache-to'"],
  [{ 'cache-to': 'type=inline' }, "Input 'cache-to': 'type=inline': puts the cache into the image"],
  ...['1', 'true'].map((value): [Record<string, string>, string] => [
    { 'build-args': `BUILDKIT_INLINE_CACHE=${value}` },
    `Input 'build-args': 'BUILDKIT_INLINE_CACHE=${value}': puts the cache into the image`,
  ]),
  ...['rewrite-timestamp=false', 'unpack=true', 'store=true'].map(
    (field): [Record<string, string>, string] => [
      { outputs: `type=image,name=x,${field}` },
      `Input 'outputs': 'type=image,name=x,${field}': says ${field.split('=')[0]}, beside the input reproducible`,
    ],
  ),
])('beside %j: an error', (more, message) => {
  expect(() => read({ ...given, ...more }, desk)).toThrow(message)
})

test('an inline cache that is turned off, or another one, is none', () => {
  const builds = [
    { 'build-args': 'BUILDKIT_INLINE_CACHE=0' },
    { 'build-args': 'X=BUILDKIT_INLINE_CACHE=1' },
    { 'build-args': 'BUILDKIT_INLINE_CACHE' },
    { 'cache-to': 'type=gha' },
  ]
  for (const more of builds) expect(read({ ...given, ...more }, desk).build.reproducible).toBe(true)
  expect(read({ 'cache-to': 'type=inline' }, desk).build.reproducible).toBe(false)
  const env = { BUILDKIT_INLINE_CACHE: '1' }
  expect(() => read({ ...given, 'build-args': 'BUILDKIT_INLINE_CACHE' }, desk, { env })).toThrow(
    'into the image',
  )
})

test('an attestation that is turned off is none', () => {
  expect(read({ ...given, provenance: 'false', sbom: 'false' }, desk).build.reproducible).toBe(true)
})

test.each<[string, Record<string, string>, boolean]>([
  ['0', {}, true],
  ['False', {}, true],
  ['1', {}, false],
  ['', {}, false],
  ['0', { provenance: 'false' }, false],
  ['0', { reproducible: 'false' }, false],
])('BUILDX_NO_DEFAULT_ATTESTATIONS=%s beside %j: refused %j', (value, more, refused) => {
  const env = { BUILDX_NO_DEFAULT_ATTESTATIONS: value }
  const reading = () => read({ ...given, ...more }, desk, { env })
  if (!refused) reading()
  else
    expect(reading).toThrow(
      `Input 'reproducible': 'true': excludes BUILDX_NO_DEFAULT_ATTESTATIONS: ${value} in the environment`,
    )
})

const wanted = { reproducible: true }
const checkout = (sha: string, date: string): Checkout => ({
  sha,
  date: new Date(date),
  ref: async () => null,
})
const SHA = '5f0c3d9a1b7e4826c05d9f31a87be2640c1d8e9f'

test('the date: of the job, else of the commit that is checked out, else of the event', async () => {
  const payload = { head_commit: { id: SHA, timestamp: '2020-01-01T00:00:00Z' } }
  const checkedOut = { checkout: async () => checkout('0'.repeat(40), '2021-01-01T00:00:00Z') }
  const seconds = (date: string) => Date.parse(date) / 1000
  const of = async (...args: Parameters<typeof image>) => sourceDateOf(await image(...args), wanted)
  const inputs = { tags: ['x'] }
  expect(await of(inputs, { payload, sourceDate: new Date('2022-01-01T00:00:00Z') }, checkedOut)).toBe(
    seconds('2022-01-01T00:00:00Z'),
  )
  expect(await of(inputs, { payload }, checkedOut)).toBe(seconds('2021-01-01T00:00:00Z'))
  expect(await of(inputs, { payload })).toBe(seconds('2020-01-01T00:00:00Z'))
})

test('without a date that each run has, nothing is built', async () => {
  const undated = await image({ tags: ['x'] })
  expect(() => refuseUndated(undated, wanted)).toThrow(
    "Input 'reproducible': 'true': needs the date of the commit, which neither the event nor a checkout with git has",
  )
  expect(() => refuseUndated(undated, { reproducible: false })).not.toThrow()
})
