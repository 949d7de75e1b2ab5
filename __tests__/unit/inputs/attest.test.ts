import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { readMergeInputs } from '../../../src/actions/merge/inputs.ts'
import { type Inputs, readInputs } from '../../../src/inputs/index.ts'
import { isSbomApart, signedNow } from '../../../src/inputs/sbom-apart.ts'
import { explain, InputError } from '../../../src/shared/errors.ts'

const cwd = mkdtempSync(path.join(os.tmpdir(), 'attest-inputs-'))
writeFileSync(path.join(cwd, 'Dockerfile'), 'FROM scratch\n')
writeFileSync(path.join(cwd, 'signing_config.json'), '{"services": 1}')
writeFileSync(path.join(cwd, 'trusted_root.json'), '\uFEFF{"root": 1}')
const SPDX = { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', packages: [] }
const CYCLONEDX = { bomFormat: 'CycloneDX', specVersion: '1.6', components: [] }
writeFileSync(path.join(cwd, 'spdx.json'), JSON.stringify(SPDX))
writeFileSync(path.join(cwd, 'cyclonedx.json'), JSON.stringify(CYCLONEDX))
const nested = (levels: number) =>
  `${JSON.stringify(SPDX).slice(0, -1)},"annotations":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
writeFileSync(path.join(cwd, 'deep.json'), nested(500))
writeFileSync(path.join(cwd, 'too-deep.json'), nested(501))
writeFileSync(path.join(cwd, 'far-too-deep.json'), nested(50_000))
afterAll(() => rmSync(cwd, { recursive: true }))

const source = (given: Record<string, string>) => {
  const all: Record<string, string> = { repository: 'demo', ...given }
  return { get: (name: string) => all[name] ?? '', env: {}, cwd }
}
const read = (given: Record<string, string>): Inputs => readInputs(source(given))
const problems = (given: Record<string, string>): string => {
  try {
    read(given)
  } catch (error) {
    if (error instanceof InputError) return explain(error)
    throw error
  }
  throw new Error('nothing was wrong')
}

const SIGNING = 'sigstore-signing-config'
const ROOT = 'sigstore-trusted-root'

describe('attest', () => {
  test.each([
    ['', []],
    ['false', []],
    ['true', ['provenance']],
    ['True', ['provenance']],
    ['provenance', ['provenance']],
    ['provenance\nprovenance', ['provenance']],
    ['# nothing\n', []],
  ])('%j', (attest, what) => {
    expect(read({ attest }).attest).toEqual({
      what,
      sbom: null,
      sigstore: 'auto',
      signingConfig: null,
      trustedRoot: null,
    })
  })

  test.each([
    [{ attest: 'provenence' }, "Input 'attest': 'provenence': must be true, false or provenance, sbom"],
    [{ attest: 'true,provenance' }, "Input 'attest': 'true': must be true, false or provenance, sbom"],
    [
      { attest: 'type=provenance' },
      "Input 'attest': 'type=provenance': must be true, false or provenance, sbom; attributes of BuildKit's unsigned attestations go into the input 'attests'",
    ],
    [
      { attests: 'provenance' },
      "Input 'attests': 'provenance': must be type=…, such as type=sbom,generator=image; attestations that are signed are asked for by the input 'attest'",
    ],
    [
      { attests: 'true' },
      "Input 'attests': 'true': must be type=…, such as type=sbom,generator=image; attestations that are signed are asked for by the input 'attest'",
    ],
    [
      { attest: 'true', sigstore: 'private' },
      "Input 'sigstore': 'private': must be auto, public-good, github or custom",
    ],
    [
      { attest: 'true', sigstore: 'custom' },
      `Input '${SIGNING}': is required with sigstore: custom\nInput '${ROOT}': is required with sigstore: custom`,
    ],
    [
      { attest: 'true', [SIGNING]: 'signing_config.json' },
      `Input '${SIGNING}': 'signing_config.json': needs sigstore: custom; the services of the other instances are known`,
    ],
    [
      { attest: 'true', [ROOT]: 'nowhere.json' },
      `Input '${ROOT}': 'nowhere.json': must be the path of a file in the workspace: there is no such file`,
    ],
    [
      { attest: 'true', [ROOT]: '/etc/hostname' },
      `Input '${ROOT}': '/etc/hostname': must be inside of the workspace (${cwd})`,
    ],
    [
      { sigstore: 'github', [ROOT]: 'trusted_root.json' },
      `Input 'sigstore': 'github': needs attest; without it nothing is signed\nInput '${ROOT}': 'trusted_root.json': needs attest; without it nothing is signed`,
    ],
  ])('is refused: %j', (given, message) => {
    expect(problems(given as Record<string, string>)).toBe(message)
  })

  test('files are read, and known by the path that was given', () => {
    const given = {
      attest: 'true',
      sigstore: 'custom',
      [SIGNING]: 'signing_config.json',
      [ROOT]: 'trusted_root.json',
    }
    expect(read(given).attest).toEqual({
      what: ['provenance'],
      sbom: null,
      sigstore: 'custom',
      signingConfig: { path: 'signing_config.json', text: '{"services": 1}' },
      trustedRoot: { path: 'trusted_root.json', text: '{"root": 1}' },
    })
  })

  test('turned off, what belongs to it may stay', () => {
    expect(read({ attest: 'false', sigstore: 'github' }).attest.what).toEqual([])
    // A fork's checkout may lack the files.
    const given = { sigstore: 'custom', 'sbom-file': 'nowhere.json', [SIGNING]: 'nowhere.json' }
    for (const attest of ['false', 'False', '# a fork\nfalse'])
      for (const more of [{}, { [ROOT]: 'nowhere.json' }])
        expect(read({ attest, ...given, ...more }).attest).toEqual({
          what: [],
          sbom: null,
          sigstore: 'custom',
          signingConfig: null,
          trustedRoot: null,
        })
    expect(problems({ attest: 'true', ...given })).toContain('there is no such file')
  })

  test('merge has it too', () => {
    const digests = `sha256:${'a'.repeat(64)}`
    expect(readMergeInputs(source({ digests, tags: 'v1', attest: 'provenance' })).attest.what).toEqual([
      'provenance',
    ])
    expect(() => readMergeInputs(source({ digests, attest: 'all' }))).toThrow("Input 'attest': 'all'")
  })
})

describe('the SBOM', () => {
  const attestsOf = (given: Record<string, string>) => read(given).build.attests.map(({ value }) => value)

  test.each([
    ['spdx.json', SPDX],
    ['cyclonedx.json', CYCLONEDX],
    ['deep.json', JSON.parse(nested(500))],
  ])('of a file: %s', (file, content) => {
    const { attest, build } = read({ attest: 'provenance,sbom', 'sbom-file': file })
    expect(attest.what).toEqual(['provenance', 'sbom'])
    expect(attest.sbom).toEqual({ from: 'file', path: file, content })
    expect(build.attests).toEqual([])
  })

  test.each<[Record<string, string>, string[]]>([
    [{}, ['type=sbom']],
    [{ sbom: 'generator=scanner:v1' }, ['type=sbom,generator=scanner:v1']],
    [{ attests: 'type=sbom,generator=scanner:v1' }, ['type=sbom,generator=scanner:v1']],
    // Without a push there is nothing to sign.
    [{ push: 'false' }, []],
  ])('of the builder, with %j', (given, attests) => {
    expect(attestsOf({ attest: 'sbom', ...given })).toEqual(attests)
  })

  test('goes along with a push by digest, and is not signed there', () => {
    const inputs = read({ attest: 'sbom,provenance', 'push-by-digest': 'true', provenance: 'mode=max' })
    expect(inputs.build.attests.map(({ value }) => value.split(',')[0])).toEqual([
      'type=provenance',
      'type=sbom',
    ])
    expect(isSbomApart(inputs)).toBe(false)
    expect(signedNow(inputs).attest).toMatchObject({ what: ['provenance'], sbom: null })
  })

  test.each<[Record<string, string>, string]>([
    [
      { attest: 'provenance', 'sbom-file': 'spdx.json' },
      "Input 'sbom-file': 'spdx.json': needs attest: sbom; without it nothing of it is signed",
    ],
    [
      { attest: 'sbom', 'sbom-file': 'signing_config.json' },
      "Input 'sbom-file': 'signing_config.json': is neither SPDX 2 (spdxVersion, SPDXID) nor CycloneDX (bomFormat, specVersion)",
    ],
    ...['too-deep.json', 'far-too-deep.json'].map((file): [Record<string, string>, string] => [
      { attest: 'sbom', 'sbom-file': file },
      `Input 'sbom-file': '${file}': is nested deeper than 500 levels, which an SBOM that is signed must not be`,
    ]),
    [{ attest: 'sbom', 'sbom-file': 'Dockerfile' }, "Input 'sbom-file': 'Dockerfile': is not valid JSON: "],
    [
      { attest: 'sbom', sbom: 'false' },
      "Input 'sbom': 'false': turns off the SBOM that attest: sbom signs; leave it out",
    ],
    [
      { attest: 'sbom', provenance: 'true' },
      "Input 'provenance': 'true': makes an index of the image, which attest: sbom takes the SBOM out of; attest: provenance signs provenance beside the image",
    ],
    [
      { attest: 'sbom', outputs: 'type=registry' },
      "Input 'outputs': 'type=registry': is another way to push; leave it out with attest: sbom",
    ],
  ])('is refused: %j', (given, message) => {
    expect(problems(given as Record<string, string>)).toContain(message)
  })
})
