import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { root, type StepResult } from '../../dev/runner.ts'
import { CUSTOM, writeSigstoreFiles } from '../../dev/sigstore/job.ts'
import { startSigstore } from '../../dev/sigstore/services.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { type BuildKit, serveBuildKit } from '../support/buildkit.ts'
import { startGitServer } from '../support/git-server.ts'
import { client, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { seedScanner } from '../support/scanner.ts'
import { signingEnv } from '../support/sigstore/stage.ts'
import { EVERY_VARIANT } from '../support/variants.ts'

// Many images in one step, from a bake definition: what is built, once, and what ECR holds afterwards.

jest.setTimeout(300_000)

const BAKE = path.join(root, 'bake')
/** Two registries besides that of the step's region. */
const [EAST, EUROPE] = ['us-east-1', 'eu-west-1']

/** A builder that pushes by digest: a BuildKit that is not reached through the engine. */
const ELSEWHERE = 'elsewhere'

let stage: Stage
let buildkit: BuildKit

beforeAll(async () => {
  stage = await stageOn('current')
  const socket = stage.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'
  buildkit = await serveBuildKit(socket, path.join(stage.folder, 'buildkit.sock'))
  const create = ['buildx', 'create', '--name', ELSEWHERE, '--driver', 'remote', buildkit.address]
  await client(parts().engines.current.docker, create, stage.env)
})

afterAll(async () => {
  await buildkit?.stop()
  await stage?.close()
})

const BASE = `
target "base" {
  context = "base"
  args = { VERSION = VERSION }
}
`
const SHOP = `
variable "VERSION" { default = "0" }
variable "HOST" { default = "" }
group "default" { targets = ["api", "web", "job"] }
${BASE}
target "api" {
  context   = "api"
  contexts  = { base = "target:base" }
  platforms = ["linux/amd64", "linux/arm64"]
  labels    = { "org.example.team" = "shop $\${not} an expression" }
}
target "web" {
  context  = "web"
  contexts = { base = "target:base" }
  tags     = ["\${HOST}/own/web:from-definition"]
}
target "job" {
  name     = "job-\${kind}"
  matrix   = { kind = ["day", "night"] }
  context  = "job"
  contexts = { base = "target:base" }
  args     = { KIND = kind }
}
`

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

const SERVICE = (name: string) => `FROM base\nCOPY ${name}.txt /${name}\n`

function shop(folder: string): void {
  write(folder, {
    'docker-bake.hcl': SHOP,
    'base/Dockerfile': 'FROM scratch\nARG VERSION\nCOPY base.txt /base-$VERSION\n',
    'base/base.txt': 'base\n',
    'api/Dockerfile': SERVICE('api'),
    'api/api.txt': 'api 1\n',
    'web/Dockerfile': SERVICE('web'),
    'web/web.txt': 'web 1\n',
    'job/Dockerfile': 'FROM base\nARG KIND\nCOPY job.txt /job-$KIND\n',
    'job/job.txt': 'job\n',
  })
}

const bake = (inputs: Record<string, string>, env: Record<string, string> = {}) =>
  stage.main(
    { 'aws-region': REGION, ...inputs },
    { action: BAKE, env: { GITHUB_WORKSPACE: stage.folder, ...env } },
  )

/** The digest under each tag of a repository. */
function tagsIn(repository: string, region = REGION): Record<string, string> {
  const { tags } = stage.ecr.store.get({ account: ACCOUNT, region, repository })
  return Object.fromEntries(tags)
}

const imagesOf = (result: StepResult) =>
  JSON.parse(result.outputs['images'] ?? '') as Record<
    string,
    { digest: string; tags: string[]; pushed: boolean; 'digest-uri': string; 'platform-digests': object }
  >

describe.each([
  ['a builder that pushes by digest', ELSEWHERE],
  ['the engine, which leaves layouts', ''],
])('with %s', (_, builder) => {
  test('every target of a definition is in its repository, and what they share is built once', async () => {
    shop(stage.folder)
    const host = stage.ecr.registryHost(ACCOUNT, REGION)
    const room = builder || 'engine'
    const result = await bake({
      repository: `${room}/{{target}}`,
      tags: 'v1\n{{target}}-latest',
      vars: `VERSION=7\nHOST=${host}/${room}`,
      registries: `${EAST}, ${EUROPE}`,
      builder,
    })
    expectSuccess(result)
    const images = imagesOf(result)
    expect(Object.keys(images)).toEqual(['api', 'job-day', 'job-night', 'web'])
    expect(result.outputs['built']).toBe('api\njob-day\njob-night\nweb')
    expect(result.outputs['skipped']).toBe('')
    for (const [name, repository] of [
      ['api', 'api'],
      ['job-day', 'job-day'],
      ['job-night', 'job-night'],
      ['web', 'own/web'],
    ] as const) {
      const { digest } = images[name] ?? { digest: '' }
      const more = name === 'web' ? { 'from-definition': digest } : {}
      const tags = { v1: digest, [`${name}-latest`]: digest, ...more }
      expect(tagsIn(`${room}/${repository}`)).toEqual(tags)
      for (const region of [EAST, EUROPE]) expect(tagsIn(`${room}/${repository}`, region)).toEqual(tags)
      expect(result.summary).toContain(name)
    }
    expect(Object.keys(images['api']?.['platform-digests'] ?? {})).toEqual(['linux/amd64', 'linux/arm64'])
    const base = { account: ACCOUNT, region: REGION, repository: `${room}/base` }
    expect(stage.ecr.store.find(base)).toBeUndefined()
  })
})

const annotationsOf = (result: StepResult) => result.annotations.map(({ message }) => message).join('\n')

test('a target that fails is named, with its step and the line of its Dockerfile; a Compose file is a definition too', async () => {
  write(stage.folder, {
    'compose.yaml': 'services:\n  good: { build: good }\n  bad: { build: bad }\n',
    'good/Dockerfile': `FROM ${stage.baseImage}\nRUN echo good > /good\n`,
    'bad/Dockerfile': `FROM ${stage.baseImage}\nRUN echo before\nRUN echo said by bad && exit 3\n`,
  })
  const result = await bake({
    files: 'compose.yaml',
    repository: 'composed/{{target}}',
    tags: 'v1',
    builder: ELSEWHERE,
  })
  expect(result.exitCode).toBe(1)
  expect(annotationsOf(result)).toContain(
    "Target 'bad': The build failed at [3/3] RUN echo said by bad && exit 3.\n  the command ended with exit code 3\n  in bad/Dockerfile, line 3",
  )
  expect(annotationsOf(result)).not.toContain("Target 'good'")
  expect(result.annotations.find(({ kind }) => kind === 'error')?.properties).toMatchObject({
    file: 'bad/Dockerfile',
  })
  expect(tagsIn('composed/good')).toEqual({})
  expect(result.summary).toContain('said by bad')
  for (const name of Object.keys(imagesOf(result))) expect(name).toBe('good')
})

test('a definition that leaves the workspace is refused, and allowed what the input allows', async () => {
  const outside = path.join(path.dirname(stage.folder), `outside-${path.basename(stage.folder)}`)
  write(outside, { Dockerfile: 'FROM scratch\nCOPY Dockerfile /outside\n' })
  write(stage.folder, { 'escape.hcl': `target "default" { context = "${outside}" }\n` })
  const given = { files: 'escape.hcl', repository: 'escaped', tags: 'v1', builder: ELSEWHERE }
  const refused = await bake(given)
  expect(refused.exitCode).toBe(1)
  expect(annotationsOf(refused)).toContain(
    `Target 'default': its context '${outside}' is outside of the workspace.`,
  )
  expect(annotationsOf(refused)).toContain(`then name fs.read=${outside} in the input 'allow'`)
  const place = { account: ACCOUNT, region: REGION, repository: 'escaped' }
  expect(stage.ecr.store.find(place)).toBeUndefined()
  const allowed = await bake({ ...given, allow: `fs.read=${outside}` })
  expectSuccess(allowed)
  expect(tagsIn('escaped')).toEqual({ v1: imagesOf(allowed)['default']?.digest })
})

const REMOTE = `
variable "SEEN" { default = "nothing" }
variable "HOST" { default = "" }
group "default" { targets = ["api"] }
target "base" { context = "base" }
target "api" {
  context  = "api"
  contexts = { base = "target:base" }
  tags     = ["\${HOST}/remote/api:\${SEEN}"]
}
`

test('a definition of a private repository is built from the commit that its branch names, without a checkout', async () => {
  const source = path.join(stage.folder, 'remote-source')
  write(source, {
    'images/docker-bake.hcl': REMOTE,
    'images/base/Dockerfile': 'FROM scratch\nCOPY base.txt /base\n',
    'images/base/base.txt': 'base\n',
    'images/api/Dockerfile': SERVICE('api'),
    'images/api/api.txt': 'api\n',
  })
  const token = 'ghs_0123456789abcdef'
  const server = await startGitServer(source, token)
  try {
    const env = {
      GITHUB_SERVER_URL: server.url,
      GITHUB_API_URL: server.url,
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_SHA: server.commit,
      SEEN: 'variable-of-the-step',
    }
    const vars = `HOST=${stage.ecr.registryHost(ACCOUNT, REGION)}`
    const given = { repository: 'remote/{{target}}', tags: 'v1', vars, builder: ELSEWHERE }
    const url = `${server.url}/acme/shop.git`
    // Variant: unit/docker/bake/remote.test.ts has a repository that cannot be asked.
    if (EVERY_VARIANT) {
      const refused = await bake({ ...given, source: `${url}#main:images` }, env)
      expect(refused.exitCode).toBe(1)
      expect(annotationsOf(refused)).toContain(`Which commit ${url}#main is cannot be asked: `)
    }

    const result = await bake({ ...given, source: `${url}#main:images`, 'github-token': token }, env)
    expectSuccess(result)
    expect(result.log).toContain(`The definition is that of ${url}#${server.commit}:images`)
    const { api } = imagesOf(result)
    // Of the step's variables, it has seen what the input gives it.
    expect(tagsIn('remote/api')).toEqual({ v1: api?.digest, nothing: api?.digest })
    expect(result.outputs['metadata']).not.toContain(token)
    expect(result.raw.split('\n').filter((line) => line.includes(token))).toEqual([`::add-mask::${token}`])
  } finally {
    server.close()
  }
})

test('of a second run in which one service changed, exactly that one is built', async () => {
  const folder = path.join(stage.folder, 'mono')
  write(folder, {
    'docker-bake.hcl': `
group "default" { targets = ["one", "two"] }
target "base" { context = "mono/base" }
target "one" {
  context  = "mono/one"
  contexts = { base = "target:base" }
}
target "two" {
  context  = "mono/two"
  contexts = { base = "target:base" }
}
`,
    'base/Dockerfile': 'FROM scratch\nCOPY base.txt /base\n',
    'base/base.txt': 'base\n',
    'one/Dockerfile': SERVICE('one'),
    'one/one.txt': 'one 1\n',
    'two/Dockerfile': SERVICE('two'),
    'two/two.txt': 'two 1\n',
  })
  const commit = () => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@b']
    for (const args of [
      ['init', '--quiet'],
      ['add', '.'],
      [...who, 'commit', '--quiet', '-m', 'x'],
    ])
      execFileSync('git', args, { cwd: folder })
  }
  const files = 'mono/docker-bake.hcl'
  const given = { files, repository: 'mono/{{target}}', 'content-tag': 'true', builder: ELSEWHERE }
  commit()
  const first = await bake({ ...given, tags: 'v1' })
  expectSuccess(first)
  expect(first.outputs['built']).toBe('one\ntwo')

  write(folder, { 'two/two.txt': 'two 2\n' })
  commit()
  const { length } = stage.ecr.requests
  const second = await bake({ ...given, tags: 'v2' })
  expectSuccess(second)
  expect(second.outputs).toMatchObject({ built: 'two', skipped: 'one' })
  expect(imagesOf(second)['one']).toMatchObject({ digest: imagesOf(first)['one']?.digest, tags: ['v2'] })
  // Of the one that did not change, only the new tag was sent.
  const sent = stage.ecr.requests
    .slice(length)
    .filter(
      ({ method, repository }) => repository === 'mono/one' && /^(?:PUT|POST|PATCH)$/.test(method ?? ''),
    )
  expect(sent.map(({ path: to }) => to?.replace(/.*\//, ''))).toEqual(['v2'])
  expect(second.log).toContain('unchanged (content-tag): one')

  // Variant: long/content-tags.test.ts finds what is not committed, and flow/bake.test.ts tells of it.
  if (!EVERY_VARIANT) return
  write(folder, { 'one/new.txt': 'not committed\n' })
  const third = await bake({ ...given, tags: 'v3' })
  expectSuccess(third)
  expect(third.outputs).toMatchObject({ built: 'one', skipped: 'two' })
  expect(annotationsOf(third)).toContain(
    "No content tag for target 'one': mono/one/new.txt is in its context, and not committed.",
  )
})

test('each image is scanned and signed for by itself: one that does not pass has no tag, and the others have theirs', async () => {
  const sigstore = await startSigstore()
  try {
    writeSigstoreFiles(stage.folder, sigstore)
    const scan =
      '#!/bin/sh\nprintf \'{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT"}}\' > "$BUILDKIT_SCAN_DESTINATION/sbom.spdx.json"\n'
    const sbom = await seedScanner(stage, scan)
    write(stage.folder, {
      'gate.hcl':
        'target "default" {\n  name = name\n  matrix = { name = ["clean", "held"] }\n  context = "gate"\n  args = { NAME = name }\n}\n',
      'gate/Dockerfile': 'FROM scratch\nARG NAME\nCOPY Dockerfile /$NAME\n',
    })
    const high = { name: 'CVE-2026-1111', severity: 'HIGH', package: 'openssl', version: '3.0.1' }
    stage.ecr.store.scanPlans.set('gated/held', { underWay: 1, findings: [high] })
    stage.ecr.store.scanPlans.set('gated/clean', { underWay: 1, findings: [] })
    const result = await bake(
      {
        files: 'gate.hcl',
        repository: 'gated/{{target}}',
        tags: 'v1',
        builder: ELSEWHERE,
        'fail-on-severity': 'high',
        gate: 'before-tags',
        ...CUSTOM,
        attest: 'provenance,sbom',
        sbom,
      },
      signingEnv(stage),
    )
    expect(result.exitCode).toBe(1)
    expect(annotationsOf(result)).toMatch(/Target 'held': .*of HIGH severity or worse/s)
    expect(annotationsOf(result)).not.toContain("Target 'clean'")
    const { clean, held } = imagesOf(result)
    expect(clean).toMatchObject({ tags: ['v1'], attested: true, 'scan-status': 'COMPLETE' })
    expect(held).toMatchObject({ tags: [], attested: false, 'scan-findings': { HIGH: 1 } })
    expect(tagsIn('gated/clean')).toMatchObject({ v1: clean?.digest })
    // The SBOM is beside it, signed, and the image is no index for it.
    const place = { account: ACCOUNT, region: REGION, repository: 'gated/clean' }
    expect(stage.ecr.store.get(place).images.get(clean?.digest ?? '')?.children).toEqual([])
    const { attestations = [] } = clean as unknown as { attestations?: { predicateType: string }[] }
    expect(attestations.map(({ predicateType }) => predicateType).sort()).toEqual([
      'https://slsa.dev/provenance/v1',
      'https://spdx.dev/Document/v2.3',
    ])
    const told = JSON.parse(result.outputs['metadata'] ?? '')['clean']
    expect(told['containerimage.digest']).toBe(clean?.digest)
    expect(tagsIn('gated/held')).toEqual({})
  } finally {
    await sigstore.stop()
  }
})
