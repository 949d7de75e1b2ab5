import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { readMergeInputs } from '../../../src/actions/merge/inputs.ts'
import { readPromoteInputs } from '../../../src/actions/promote/inputs.ts'
import { readVerifyInputs } from '../../../src/actions/verify/inputs.ts'
import { explain, InputError } from '../../../src/shared/errors.ts'

const cwd = mkdtempSync(path.join(os.tmpdir(), 'provenance-inputs-'))
writeFileSync(path.join(cwd, 'trusted_root.json'), '{"root": 1}')
writeFileSync(path.join(cwd, 'signing_config.json'), '{"services": 1}')
afterAll(() => rmSync(cwd, { recursive: true }))

const ENV = {
  GITHUB_REPOSITORY: 'octo-org/demo',
  GITHUB_REPOSITORY_ID: '1001',
  GITHUB_REPOSITORY_OWNER_ID: '2002',
  GITHUB_SERVER_URL: 'https://github.com',
}
type Given = Readonly<Record<string, string>>
const source = (given: Given, env: Given = ENV) => ({ get: (name: string) => given[name] ?? '', env, cwd })
const READERS = {
  verify: (given: Given, env?: Given) =>
    readVerifyInputs(source({ image: 'v1', repository: 'app', ...given }, env)),
  promote: (given: Given, env?: Given) =>
    readPromoteInputs(source({ source: 'v1', repository: 'app', tags: 'prod', ...given }, env)),
  merge: (given: Given, env?: Given) =>
    readMergeInputs(source({ repository: 'app', digests: `sha256:${'a'.repeat(64)}`, ...given }, env)),
}
const REQUIRE = 'require-provenance'
const ROOT = 'sigstore-trusted-root'

function problems(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof InputError) return explain(error)
    throw error
  }
  throw new Error('nothing was wrong')
}

const NOTHING = { workflow: null, workflowRef: null, ref: null, commit: null, event: null, runner: null }
const OWN = {
  ...NOTHING,
  serverUrl: 'https://github.com',
  repository: 'octo-org/demo',
  repositoryId: '1001',
  ownerId: '2002',
}

describe('require-provenance', () => {
  test.each([
    ['verify', '', true],
    ['verify', 'true', true],
    ['promote', '', false],
    ['promote', 'false', false],
    ['promote', 'False', false],
    ['promote', 'true', true],
    ['merge', '', false],
    ['merge', 'True', true],
  ] as const)('%s: %j is asked for: %s', (action, given, on) => {
    const { provenance } = READERS[action]({ [REQUIRE]: given })
    expect(provenance).toEqual(
      on ? { policy: OWN, eachPlatform: false, sigstore: 'auto', trustedRoot: null } : null,
    )
  })

  test('lines ask for more; the repository is this one unless a line says another', () => {
    const lines = [
      ' workflow=.github/workflows/release.yml ',
      '# a comment',
      'ref=refs/heads/main',
      `commit=${'a'.repeat(40)}`,
      'event=push',
      'runner=github-hosted',
      'platforms=each',
    ].join('\n')
    expect(READERS.promote({ [REQUIRE]: lines }).provenance).toEqual({
      policy: {
        ...OWN,
        workflow: 'octo-org/demo/.github/workflows/release.yml',
        ref: 'refs/heads/main',
        commit: 'a'.repeat(40),
        event: 'push',
        runner: 'github-hosted',
      },
      eachPlatform: true,
      sigstore: 'auto',
      trustedRoot: null,
    })
    expect(READERS.promote({ [REQUIRE]: 'repository=other/app' }).provenance?.policy).toEqual({
      ...OWN,
      repository: 'other/app',
      repositoryId: null,
      ownerId: null,
    })
    // Named, this repository is the same as by itself.
    expect(READERS.promote({ [REQUIRE]: 'repository=octo-org/demo' }).provenance?.policy).toEqual(OWN)
  })

  test.each([
    ['.github/workflows/a.yml', 'octo-org/demo/.github/workflows/a.yml', null],
    ['.github/workflows/a.yaml@refs/tags/v1', 'octo-org/demo/.github/workflows/a.yaml', 'refs/tags/v1'],
    ['o/r/.github/workflows/a.yml', 'o/r/.github/workflows/a.yml', null],
    ['.github/workflows/build image.yml', 'octo-org/demo/.github/workflows/build image.yml', null],
    [`.github/workflows/a.yml@${'a'.repeat(40)}`, 'octo-org/demo/.github/workflows/a.yml', 'a'.repeat(40)],
    ['o/r/.github/workflows/a.yml@refs/heads/x@y', 'o/r/.github/workflows/a.yml', 'refs/heads/x@y'],
  ])('workflow=%s', (value, workflow, workflowRef) => {
    expect(READERS.verify({ [REQUIRE]: `workflow=${value}` }).provenance.policy).toMatchObject({
      workflow,
      workflowRef,
    })
  })

  test('all that is wrong, at once', () => {
    const lines = [
      'repository=demo',
      'workflow=release.yml',
      'workflow=https://github.com/o/r/.github/workflows/a.yml',
      'workflow=.github/workflows/a.yml@v1',
      'workflow=.github/workflows/a.yml@main',
      `workflow=.github/workflows/a.yml@${'a'.repeat(7)}`,
      'workflow=.github/workflows/a.yml@refs/heads/',
      'workflow=.github/workflows/a.yml@b.yml',
      'workflow=../r/.github/workflows/a.yml',
      'repository=../r',
      'repository=',
      'ref=main',
      'ref=refs/heads/*',
      'ref=refs/heads/',
      'commit=abc',
      `commit=${'A'.repeat(40)}`,
      'event=Push!',
      'runner=large',
      'platforms=some',
      'colour=red',
      'true',
      'ref',
    ]
    const said = problems(() => READERS.verify({ [REQUIRE]: lines.join('\n'), image: '' })).split('\n')
    expect(said).toHaveLength(lines.length + 1)
    for (const [at, line] of lines.entries())
      expect(said[at + 1]).toContain(`'${REQUIRE}': '${line}': must be`)
    expect(said.filter((line) => line.includes('there are no wildcards'))).toHaveLength(1)
  })

  test.each(['promote', 'merge', 'verify'] as const)('%s: lines without a word are an error', (action) => {
    for (const given of ['# workflow=.github/workflows/a.yml\n# ref=refs/heads/main', '#', '""', '\n\n""\n'])
      expect(problems(() => READERS[action]({ [REQUIRE]: given }))).toContain(`'${REQUIRE}': '`)
  })

  test('a key is given once', () => {
    expect(problems(() => READERS.verify({ [REQUIRE]: 'event=push\nevent=schedule' }))).toBe(
      `Input '${REQUIRE}': 'event=schedule': event is given twice, and only one can be meant`,
    )
  })

  test('true needs a repository that it can mean', () => {
    expect(problems(() => READERS.verify({}, {}))).toContain('add a line repository=OWNER/NAME')
    expect(READERS.verify({ [REQUIRE]: 'repository=o/r' }, {}).provenance.policy.serverUrl).toBe(
      'https://github.com',
    )
  })

  test('the address of GitHub is one, with or without a slash at its end', () => {
    const { policy } = READERS.verify(
      {},
      { ...ENV, GITHUB_SERVER_URL: 'https://github.example.com/' },
    ).provenance
    expect(policy.serverUrl).toBe('https://github.example.com')
    expect(problems(() => READERS.verify({}, { ...ENV, GITHUB_SERVER_URL: 'github' }))).toContain(
      "Input 'GITHUB_SERVER_URL': 'github': must be the address of GitHub",
    )
  })

  test('verify has something to verify', () => {
    expect(problems(() => READERS.verify({ [REQUIRE]: 'false' }))).toBe(
      `Input '${REQUIRE}': 'false': leaves nothing to verify`,
    )
  })
})

describe('the trust root', () => {
  test('is the given file, whatever sigstore says', () => {
    for (const sigstore of ['', 'public-good', 'github', 'custom']) {
      expect(
        READERS.promote({ [REQUIRE]: 'true', [ROOT]: 'trusted_root.json', sigstore }).provenance,
      ).toMatchObject({
        trustedRoot: { path: 'trusted_root.json', text: '{"root": 1}' },
      })
    }
  })

  test.each(Object.entries(READERS))('%s: a custom instance needs one', (_, read) => {
    expect(problems(() => read({ [REQUIRE]: 'true', sigstore: 'custom' }))).toBe(
      `Input '${ROOT}': is required with sigstore: custom`,
    )
  })

  test.each(Object.entries(READERS))('%s: a file that is not there is told once', (_, read) => {
    const said = problems(() => read({ [REQUIRE]: 'true', [ROOT]: 'none.json', sigstore: 'there' }))
    expect(said.split('\n').sort()).toEqual([
      "Input 'sigstore': 'there': must be auto, public-good, github or custom",
      `Input '${ROOT}': 'none.json': must be the path of a file in the workspace: there is no such file`,
    ])
  })

  test('is of no use without something to verify, or to sign', () => {
    expect(problems(() => READERS.promote({ [ROOT]: 'trusted_root.json' }))).toContain(
      'needs require-provenance; without it nothing is verified',
    )
    expect(problems(() => READERS.merge({ sigstore: 'github' }))).toContain(
      'needs attest or require-provenance; without it nothing is signed or verified',
    )
    // Turned off, it may stay.
    const off = { [REQUIRE]: 'false', [ROOT]: 'trusted_root.json' }
    expect(READERS.promote(off).provenance).toBeNull()
  })

  test('merge that signs and verifies takes one for both; one that only verifies takes no services', () => {
    const both = {
      [REQUIRE]: 'true',
      attest: 'true',
      sigstore: 'custom',
      [ROOT]: 'trusted_root.json',
      'sigstore-signing-config': 'signing_config.json',
    }
    const { attest, provenance } = READERS.merge(both)
    expect(attest).toMatchObject({ what: ['provenance'], sigstore: 'custom' })
    expect(provenance?.trustedRoot).toEqual(attest.trustedRoot)
    expect(problems(() => READERS.merge({ ...both, attest: '' }))).toBe(
      "Input 'sigstore-signing-config': 'signing_config.json': needs attest; without it nothing is signed",
    )
    const off = READERS.merge({ ...both, attest: 'false' })
    expect(off.attest.what).toEqual([])
    expect(off.provenance?.trustedRoot?.path).toBe('trusted_root.json')
  })
})

describe('the image of verify', () => {
  const DIGEST = `sha256:${'b'.repeat(64)}`
  const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'
  test.each([
    [
      { image: 'v1', repository: 'app' },
      { name: 'app', tag: 'v1', digest: null },
    ],
    [
      { image: DIGEST, repository: `${HOST}/app` },
      { name: 'app', tag: null, digest: DIGEST },
    ],
    [
      { image: `${HOST}/team/app:v1`, repository: '' },
      { name: 'team/app', tag: 'v1', digest: null },
    ],
    [
      { image: `app:v1@${DIGEST}`, repository: '' },
      { name: 'app', tag: 'v1', digest: DIGEST },
    ],
    [
      { image: `public.ecr.aws/a1/app@${DIGEST}`, repository: '' },
      { name: 'app', tag: null, digest: DIGEST },
    ],
  ])('%j', (given, { name, tag, digest }) => {
    const { repository, image } = READERS.verify(given)
    expect({ name: repository.name, ...image }).toEqual({ name, tag, digest })
  })

  test.each([
    [{ image: 'v1', repository: '' }, "Input 'repository': is required"],
    [{ image: 'app:v1', repository: 'app' }, 'is said by image already; leave it out'],
    [{ image: 'a b', repository: 'app' }, "Input 'image': 'a b': must be a tag, a digest"],
    [{ image: `${HOST}/app`, repository: 'app' }, ': must be a tag, a digest'],
    ...['https://', 'docker://', 'oci://', 'HTTP://'].map(
      (scheme) =>
        [
          { image: `${scheme}${HOST}/app:v1`, repository: '' },
          `Input 'image': '${scheme}${HOST}/app:v1': must be without ${scheme}`,
        ] as const,
    ),
    ...[`sha512:${'a'.repeat(128)}`, `SHA256:${'A'.repeat(64)}`, `sha256:${'a'.repeat(63)}`].map(
      (image) =>
        [
          { image, repository: 'app' },
          `Input 'image': '${image}': must be a digest with sha256, 64 hexadecimal digits in lower case`,
        ] as const,
    ),
  ])('%j is refused', (given, message) => {
    expect(problems(() => READERS.verify(given))).toContain(message)
  })
})
