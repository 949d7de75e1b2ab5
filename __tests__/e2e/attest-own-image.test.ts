import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { CUSTOM, writeSigstoreFiles } from '../../dev/sigstore/job.ts'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { digestOf } from '../../local-ecr/index.ts'
import { expectSuccess, stageOfEnginePush } from '../support/parts.ts'
import { signingEnv } from '../support/sigstore/stage.ts'

jest.setTimeout(300_000)

// buildx whose engine pushes for it, and tells no digest.

let stage: Stage
let sigstore: Sigstore
beforeAll(async () => {
  ;[stage, sigstore] = await Promise.all([stageOfEnginePush(), startSigstore()])
  writeSigstoreFiles(stage.folder, sigstore)
})
afterAll(async () => {
  await sigstore?.stop()
  await stage?.close()
})

const place = { account: ACCOUNT, region: REGION, repository: 'own' }
function push(folder: string) {
  mkdirSync(path.join(stage.folder, folder), { recursive: true })
  writeFileSync(path.join(stage.folder, folder, 'Dockerfile'), `FROM scratch\nCOPY Dockerfile /${folder}\n`)
  const given = { repository: 'own', 'aws-region': REGION, context: folder, tags: 'v1', ...CUSTOM }
  return stage.main(given, { env: signingEnv(stage) })
}

test('the digest that the engine has pushed is signed', async () => {
  const result = await push('first')
  expectSuccess(result)
  expect(result.log).toMatch(/^#\d+ pushing \S+\/own:v1 with docker$/m)
  expect(result.outputs['attested']).toBe('true')
  expect(JSON.parse(result.outputs['attestations'] as string)).toMatchObject([
    { subject: result.outputs['digest'] },
  ])
})

test('a manifest with the same configuration and other layers, put under the tag meanwhile, is not', async () => {
  sigstore.requests.length = 0
  const { store } = stage.ecr
  const { tags, images } = store.get(place)
  const layer = Buffer.from('of somebody else')
  await store.backend.putBlob(place, digestOf(layer), layer)
  const set = tags.set.bind(tags)
  let foreign = ''
  // In the moment of the push: buildx asks right after it.
  tags.set = (tag, digest) => {
    const held = images.get(digest)
    if (tag !== 'v1' || held === undefined) return set(tag, digest)
    const manifest = JSON.parse(Buffer.from(held.bytes).toString('utf8'))
    manifest.layers = [{ ...manifest.layers[0], digest: digestOf(layer), size: layer.length }]
    const bytes = Buffer.from(JSON.stringify(manifest))
    foreign = digestOf(bytes)
    images.set(foreign, { ...held, digest: foreign, bytes })
    return set(tag, foreign)
  }
  const result = await push('second')
  tags.set = set
  expect(result.exitCode).toBe(1)
  expect(tags.get('v1')).toBe(foreign)
  expect(result.annotations.at(-1)?.message).toMatch(
    new RegExp(
      `^The push was accepted, and after it \\S+/own has another image under its tag: ${foreign}\\. The engine knows what it pushed there as sha256:\\w+, so that nothing is signed\\.`,
    ),
  )
  expect(result.outputs['digest']).toBeUndefined()
  expect(sigstore.requests).toEqual([])
})
