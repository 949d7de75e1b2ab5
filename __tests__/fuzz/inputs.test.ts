import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { root } from '../../dev/runner.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { readVerifyInputs } from '../../src/actions/verify/inputs.ts'
import { buildxArguments, classicArguments } from '../../src/docker/build/arguments.ts'
import { writeSecrets } from '../../src/docker/build/secret-files.ts'
import { whoNames } from '../../src/docker/naming.ts'
import { namesAfterScan } from '../../src/inputs/after-push.ts'
import { type InputSource, type Inputs, readInputs } from '../../src/inputs/index.ts'
import { parseYaml } from '../../src/inputs/parse-yaml.ts'
import { isSbomApart } from '../../src/inputs/sbom-apart.ts'
import { InputError } from '../../src/shared/errors.ts'
import { ABLE_ENGINE } from '../support/engine.ts'
import { FUZZ_TIMEOUT, hold, hostileText, prototypes } from '../support/fuzz.ts'

const base = mkdtempSync(path.join(os.tmpdir(), 'fuzz-'))
const [cwd, outside] = [path.join(base, 'workspace'), path.join(base, 'outside')]
for (const folder of ['', '--push', '-', 'shared']) mkdirSync(path.join(cwd, folder), { recursive: true })
mkdirSync(outside)
for (const folder of [cwd, path.join(cwd, '--push')]) {
  for (const file of ['Dockerfile', '-f', '--help', 'secret'])
    writeFileSync(path.join(folder, file), 'FROM scratch\n')
}
writeFileSync(path.join(outside, 'token'), 'not for the build')
writeFileSync(path.join(outside, 'policy.json'), '{}')
symlinkSync(path.join(outside, 'token'), path.join(cwd, 'link'))
symlinkSync(outside, path.join(cwd, 'folder-link'))
afterAll(() => rmSync(base, { recursive: true }))

const namesOf = (file: string) =>
  Object.keys((parse(readFileSync(path.join(root, file), 'utf8')) as { inputs: object }).inputs)

/** How some inputs begin to be right. */
const STARTS: Readonly<Record<string, readonly string[]>> = {
  context: ['', '--push', '-', '.', 'https://github.com/acme/shop.git#', '{{defaultContext}}:', '{{'],
  file: ['', '-f', '--help', 'Dockerfile', '-', 'Docker{{tag}}'],
  target: ['a', '{{branch}}', '{{'],
  'build-args': ['A=', 'A\nB=', 'A={{version}}', '{{', 'A=\\{{'],
  'build-contexts': ['lib=--push', 'base=docker-image://', 'x='],
  labels: ['a=', 'a.b/c={{branch}}', '__proto__='],
  annotations: ['a=', 'index:a=', 'manifest[linux/amd64]:a=', '__proto__='],
  tags: ['type=raw,value=', 'type=match,pattern=', 'type=semver,pattern=', 'v'],
  flavor: ['latest=', 'prefix=', 'suffix='],
  secrets: ['ID=', '"ID='],
  'secret-envs': ['ID=TOKEN', 'ID='],
  'secret-files': ['ID=secret', 'ID=link', 'ID=../outside/token', 'ID=folder-link/token', 'ID='],
  'lifecycle-policy': ['{"rules":', 'folder-link/policy.json', '../outside/policy.json', '{"rules":[{"a":'],
  'repository-policy': ['{"Statement":', 'folder-link/policy.json', '{"__proto__":'],
  outputs: ['type=local,dest=', 'type=tar,dest=', 'out'],
  'cache-from': ['type=registry,ref=', 'type=gha,'],
  'cache-to': ['type=registry,ref=', 'type=inline,'],
  attests: ['type=sbom,', 'type=provenance,'],
  provenance: ['mode=', 'true,'],
  platforms: ['linux/amd64,', 'linux/arm64'],
  repository: ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/', 'team/', 'public.ecr.aws/a/'],
  registries: ['eu-west-1', '123456789012/eu-west-1 arn:aws:iam::123456789012:role/'],
  'role-to-assume': [
    'arn:aws:iam::123456789012:role/',
    'arn:aws:iam::123456789012:role/a\narn:aws:iam::210987654321:role/',
  ],
  'role-session-policy': ['minimal', '{"Statement":', '{"Statement":[{"Effect":"Allow","Action":'],
  'allowed-account-ids': ['123456789012', '123456789012,'],
  digests: [`sha256:${'a'.repeat(64)}`, 'sha256:'],
  source: ['app:v1', `app@sha256:${'a'.repeat(64)}`],
  'add-hosts': ['db:', 'db=10.0.0.1'],
  'registry-auth': [
    '- username: u\n  password: ',
    '- registry: ',
    '[{"username": "u", "password": "',
    '- &a [*a',
    '{',
  ],
  compression: ['zstd', 'gzip'],
  'compression-level': ['3', '22'],
  ssh: ['default', 'id='],
  allow: ['network.host', 'fs.read='],
}

function given(names: readonly string[], usual: Record<string, string>) {
  const one = fc.constantFrom(...names).chain((name) => {
    const value = fc
      .tuple(fc.constantFrom('', ...(STARTS[name] ?? ['true', 'a'])), fc.oneof(fc.constant(''), hostileText))
      // The environment, through which inputs come, has no null character.
      .map(([start, rest]) => (start + rest).replaceAll('\0', ''))
    return fc.tuple(fc.constant(name), value)
  })
  return fc
    .array(one, { minLength: 1, maxLength: 3 })
    .map((changes) => new Map([...Object.entries(usual), ...changes]))
}

const env = {
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_SHA: 'c0ffee'.repeat(7).slice(0, 40),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_RUN_ID: '1',
  TOKEN: 'a token',
}

function outcome<T>(read: (source: InputSource) => T, values: ReadonlyMap<string, string>): T | null {
  try {
    return read({ get: (name) => values.get(name) ?? '', env, cwd, parseYaml })
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    expect(error.problems.length).toBeGreaterThan(0)
    return null
  }
}

const FLAGS = ['--force-rm', '--load', '--no-cache', '--pull', '--push']
const OPTION =
  /^--(?:add-host|allow|annotation|attest|build-arg|build-context|builder|cache-from|cache-to|call|cgroup-parent|file|iidfile|label|metadata-file|network|no-cache-filter|output|platform|secret|shm-size|ssh|tag|target|ulimit)=/

/** Each argument is one of ours, and the user's text only what stands behind its equals sign. */
function checkArguments(args: readonly string[]): void {
  const start = args.indexOf('build') + 1
  const end = args.indexOf('--')
  for (const arg of args.slice(start, end)) if (!FLAGS.includes(arg)) expect(arg).toMatch(OPTION)
  expect(args.length).toBe(end + 2)
  // Standard input is nothing to build from, and the log nothing to write to.
  expect(args.at(-1)).not.toBe('-')
  expect(args).not.toContain('--file=-')
  expect(args.filter((arg) => /^--output=(?:-$|.*\bdest=-(?:$|,))/.test(arg))).toEqual([])
}

async function checkBuild({ build, metadata, push, pushByDigest, attest, after }: Inputs): Promise<void> {
  for (const secret of build.secrets) {
    if (secret.from === 'file') expect(secret.path).not.toContain('outside')
  }
  const folder = mkdtempSync(path.join(base, 'step-'))
  const secrets = await writeSecrets(build.secrets, folder)
  const files = { metadata: `${folder}/m`, imageId: `${folder}/i`, layout: null, secrets }
  const request = {
    ...build,
    labels: metadata.labels,
    annotations: metadata.annotations,
    naming: whoNames(
      {
        push,
        pushByDigest,
        beforeTags: namesAfterScan(after),
        sbomApart: isSbomApart({ push, pushByDigest, attest }),
      },
      ABLE_ENGINE.capabilities,
    ),
    references: ['registry/app:v1'],
  }
  checkArguments(buildxArguments(request, files, '0.29.0'))
  for (const legacy of [true, false]) checkArguments(classicArguments(request, files, legacy))
  rmSync(folder, { recursive: true })
}

test(
  'whatever the inputs are, they are read or refused, and no text of theirs is an option of docker',
  async () => {
    const before = prototypes()
    const usual = { repository: 'app', tags: 'v1' }
    const absolute = path.join(outside, 'token')
    await hold(given(namesOf('action.yml'), usual), 1500, async (values) => {
      // The user's own absolute path is meant as it is.
      if ([...values.values()].some((value) => value.includes(absolute))) return
      const inputs = outcome(readInputs, values)
      if (inputs !== null) await checkBuild(inputs)
    })
    expect(prototypes()).toBe(before)
  },
  FUZZ_TIMEOUT,
)

test(
  'each input alone, as it begins to be right, with anything behind it',
  async () => {
    const names = namesOf('action.yml')
    await hold(
      fc.tuple(fc.nat(names.length - 1), hostileText).chain(([at, text]) => {
        const name = names[at] as string
        return fc.constantFrom('', ...(STARTS[name] ?? [])).map(
          (start) =>
            new Map([
              ['repository', 'app'],
              ['tags', 'v1'],
              [name, (start + text).replaceAll('\0', '')],
            ]),
        )
      }),
      1500,
      async (values) => {
        const inputs = outcome(readInputs, values)
        if (inputs !== null) await checkBuild(inputs)
      },
    )
  },
  FUZZ_TIMEOUT,
)

test(
  'so are those of merge, promote and verify',
  async () => {
    const merge = { repository: 'app', tags: 'v1', digests: `sha256:${'a'.repeat(64)}` }
    await hold(given(namesOf('merge/action.yml'), merge), 500, (values) => {
      outcome(readMergeInputs, values)
    })
    await hold(given(namesOf('promote/action.yml'), { source: 'app:v1', tags: 'v2' }), 500, (values) => {
      outcome(readPromoteInputs, values)
    })
    await hold(given(namesOf('verify/action.yml'), { image: 'v1', repository: 'app' }), 500, (values) => {
      outcome(readVerifyInputs, values)
    })
    const lines = fc.array(
      fc.tuple(
        fc.constantFrom('repository', 'workflow', 'ref', 'commit', 'event', 'runner', 'platforms', ''),
        fc.constantFrom('', 'o/r', '.github/workflows/', 'refs/', 'push', 'a'.repeat(40)),
        hostileText,
      ),
      { maxLength: 4 },
    )
    await hold(lines, 500, (parts) => {
      const required = parts.map(([key, start, text]) => `${key}=${start}${text}`).join('\n')
      const values = new Map([
        ['image', 'v1'],
        ['repository', 'app'],
        ['require-provenance', required.replaceAll('\0', '')],
      ])
      const read = outcome(readVerifyInputs, values)
      // What is asked for has no wildcard, and nothing that ends a line.
      if (read !== null) expect(JSON.stringify(read.provenance.policy)).not.toMatch(/[*\n]|\\n/)
    })
  },
  FUZZ_TIMEOUT,
)

test('JSON of any depth is a policy or a problem', () => {
  const deep = `{"Statement":${'['.repeat(60_000)}${']'.repeat(60_000)}}`
  expect(
    outcome(
      readInputs,
      new Map([
        ['repository', 'app'],
        ['repository-policy', deep],
      ]),
    ),
  ).toBeNull()
})
