import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { digestOfPush, publicMetadata } from '../../../../src/docker/build/metadata.ts'

const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'
const digest = (of: string) => `sha256:${of.repeat(64)}`
const [PUSHED, LOADED] = [digest('a'), digest('b')]
// The loaded image's answer has replaced that of the push.
const merged = { 'containerimage.digest': LOADED, 'containerimage.descriptor': { digest: LOADED } }

/** What buildx 0.29 writes of a build with --push and --load on another driver than the engine's. */
const progress = (pushed: string, list = '') => `#7 exporting to image
#7 exporting layers done
#7 exporting manifest ${list === '' ? PUSHED : digest('c')} 0.0s done
#7 exporting config ${digest('d')} done
${list}#7 pushing layers
#8 exporting to docker image format
#8 exporting manifest ${LOADED} done
#8 sending tarball 0.1s done
#7 pushing manifest for ${pushed} 0.1s done
#7 DONE 0.3s
`

describe('the digest is that of the push', () => {
  const request = { load: true, naming: 'docker' as const, outputs: [], references: [`${HOST}/app:v1`] }
  test('though the image is loaded too', async () => {
    expect(await digestOfPush(merged, progress(`${HOST}/app:v1@${PUSHED}`), request, null)).toBe(PUSHED)
  })
  test('without a tag, also of an index', async () => {
    const byDigest = { ...request, naming: 'digest' as const, references: [`${HOST}/app`] }
    expect(await digestOfPush(merged, progress(`${HOST}/app`), byDigest, null)).toBe(PUSHED)
    const list = `#7 exporting attestation manifest ${digest('e')} done\n#7 exporting manifest list ${PUSHED} done\n`
    expect(await digestOfPush(merged, progress(`${HOST}/app`, list), byDigest, null)).toBe(PUSHED)
  })
  test('beside outputs, of which one pushes elsewhere', async () => {
    const outputs = ['type=registry,name=elsewhere/app:v1']
    const said = `#9 pushing manifest for elsewhere/app:v1@${LOADED}\n${progress(`${HOST}/app:v1@${PUSHED}`)}`
    expect(await digestOfPush(merged, said, { ...request, load: false, outputs }, null)).toBe(PUSHED)
  })
  test('and nobody guesses it if docker does not say it', async () => {
    expect(await digestOfPush(merged, '', request, null)).toBeNull()
  })
  test('of an image that is only pushed, the metadata tells', async () => {
    expect(await digestOfPush(merged, '', { ...request, load: false }, null)).toBe(LOADED)
    const beside = { ...request, load: false, outputs: ['type=local,dest=out', 'folder'] }
    expect(await digestOfPush(merged, '', beside, null)).toBe(LOADED)
  })
  test('of a layout, its index tells', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'layout-'))
    const of = (progress: string) => digestOfPush(merged, progress, { ...request, naming: 'layout' }, folder)
    const held = path.join(folder, 'blobs', ...PUSHED.split(':'))
    mkdirSync(path.dirname(held), { recursive: true })
    writeFileSync(held, '{}')
    writeFileSync(path.join(folder, 'index.json'), JSON.stringify({ manifests: [{ digest: PUSHED }] }))
    expect(await of('')).toBe(PUSHED)
    // Beside a loaded image buildx names that one there, which the folder does not hold.
    writeFileSync(path.join(folder, 'index.json'), JSON.stringify({ manifests: [{ digest: LOADED }] }))
    const exports = `#5 exporting manifest ${PUSHED} 0.0s done\n#6 exporting manifest ${LOADED} 0.0s done`
    expect(await of(exports)).toBe(PUSHED)
    expect(await of('')).toBeNull()
    rmSync(folder, { recursive: true })
  })
  test('and the metadata tells of that image alone', () => {
    const nothing = { buildArgs: [], secrets: [] }
    expect(publicMetadata(merged, PUSHED, nothing, {})).toEqual({ 'containerimage.digest': PUSHED })
    expect(publicMetadata(merged, null, nothing, {})).toEqual({})
    expect(publicMetadata(merged, LOADED, nothing, {})).toEqual(merged)
  })
})

describe('what docker was told in confidence is in no output', () => {
  const env = { TOKEN: 'from-env-1', HTTPS_PROXY: 'http://me:proxy-pw@proxy:3128', SECRET: 'secret-env' }
  const secrets = [
    { id: 'a', from: 'env', name: 'SECRET' },
    { id: 'b', from: 'value', value: 'secret-value' },
  ] as const
  const args = {
    'build-arg:TOKEN': env.TOKEN,
    'build-arg:https_proxy': env.HTTPS_PROXY,
    'label:x': 'secret-env',
  }
  const step = { op: { exec: { meta: { args: [env.TOKEN], proxyEnv: { httpsProxy: env.HTTPS_PROXY } } } } }
  const from = [{ uri: `https://files/${env.TOKEN}?key=secret-value`, digest: { sha256: 'f'.repeat(64) } }]
  const configSource = { entryPoint: 'Dockerfile' }
  const provenances = {
    'v0.2': {
      buildType: 'https://mobyproject.org/buildkit@v1',
      materials: from,
      invocation: { configSource, parameters: { frontend: 'dockerfile.v0', args, root: { args } } },
      buildConfig: { llbDefinition: [step] },
      metadata: { buildInvocationID: 'i', 'https://mobyproject.org/buildkit@v1#metadata': { source: step } },
    },
    v1: {
      buildDefinition: {
        externalParameters: { configSource, request: { frontend: 'dockerfile.v0', args } },
        internalParameters: { buildConfig: step, builderPlatform: 'linux/amd64' },
        resolvedDependencies: from,
      },
      runDetails: { metadata: { invocationId: 'i', buildkit_metadata: { source: step } } },
    },
  }
  test.each(Object.entries(provenances))('provenance %s, of one platform and of several', (_, provenance) => {
    const metadata = {
      'buildx.build.provenance': provenance,
      'buildx.build.provenance/linux/arm64': provenance,
      'buildx.build.ref': 'builder/node/ref',
    }
    const request = { buildArgs: ['TOKEN', 'OPEN=yes'], secrets }
    const shown = JSON.stringify(publicMetadata(metadata, null, request, env))
    for (const value of ['from-env-1', 'proxy-pw', 'secret-env', 'secret-value']) {
      expect(shown).not.toContain(value)
    }
    for (const value of ['https://files/***?key=***', 'f'.repeat(64), 'Dockerfile', 'builder/node/ref']) {
      expect(shown).toContain(value)
    }
  })

  test('nor through what older builders tell in place of the provenance', () => {
    const source = {
      type: 'docker-image',
      ref: 'docker.io/library/alpine:3',
      pin: `sha256:${'f'.repeat(64)}`,
    }
    const info = {
      frontend: 'dockerfile.v0',
      attrs: { ...args, filename: 'Dockerfile' },
      sources: [source],
      deps: { base: { attrs: args } },
    }
    const metadata = { 'containerimage.buildinfo': info, 'containerimage.buildinfo/linux/arm64': info }
    const left = { frontend: 'dockerfile.v0', sources: [source] }
    expect(publicMetadata(metadata, null, { buildArgs: ['TOKEN'], secrets }, env)).toEqual({
      'containerimage.buildinfo': left,
      'containerimage.buildinfo/linux/arm64': left,
    })
  })
})
