import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parsePlan } from '../../../src/docker/bake/plan.ts'
import { readBakeInputs } from '../../../src/inputs/bake.ts'
import { InputError } from '../../../src/shared/errors.ts'

const HOST = '123456789012.dkr.ecr.us-east-1.amazonaws.com'

function read(given: Record<string, string>, env: Record<string, string> = {}) {
  return readBakeInputs({
    get: (name) => ({ repository: 'shop/{{target}}', ...given })[name] ?? '',
    env,
    cwd: '/checkout',
  })
}

function problems(work: () => unknown): string[] {
  try {
    work()
  } catch (error) {
    if (error instanceof InputError) return error.message.split('\n')
    throw error
  }
  return []
}

const target = (fields: object = {}, name = 'api') => {
  const [one] = parsePlan(JSON.stringify({ target: { [name]: fields } })).targets
  if (one === undefined) throw new Error('there is no target')
  return one
}

describe('the inputs of bake', () => {
  test('about the definition', () => {
    const inputs = read(
      {
        files: 'a.hcl,b.json\nc.yaml',
        targets: 'api, web',
        set: '*.args.A=b, c\napi.tags+=x',
        vars: 'A=1=2\nB\nC',
        allow: 'fs.read=/x,network.host',
        builder: 'b',
      },
      { B: 'two' },
    )
    expect(inputs.definition).toEqual({
      remote: null,
      files: ['a.hcl', 'b.json', 'c.yaml'],
      targets: ['api', 'web'],
      set: ['*.args.A=b, c', 'api.tags+=x'],
      vars: new Map([
        ['A', '1=2'],
        ['B', 'two'],
      ]),
      allow: ['fs.read=/x', 'network.host'],
      builder: 'b',
    })
  })

  const OWN = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_SHA: 'a'.repeat(40) }

  test.each([
    ['', null],
    ['.', null],
    ['{{defaultContext}}:images', ['https://github.com/acme/shop.git', 'a'.repeat(40), 'images', 'token']],
    ['https://github.com/acme/shop.git#v1', ['https://github.com/acme/shop.git', 'v1', '', 'token']],
    ['https://github.com/acme/other.git#:a/b/', ['https://github.com/acme/other.git', '', 'a/b', null]],
    ['git@github.com:acme/shop.git#main', ['git@github.com:acme/shop.git', 'main', '', null]],
  ])('source %j', (source, expected) => {
    const { remote } = read({ source, 'github-token': 'token' }, OWN).definition
    expect(remote && [remote.repository, remote.ref, remote.folder, remote.token]).toEqual(expected)
  })

  test.each([
    ['folder', 'must be a Git URL'],
    ['https://example.com/definition.hcl', 'must be a Git URL'],
    ['https://github.com/acme/shop.git?ref=x', 'must be a Git URL'],
    ['https://me:secret@github.com/acme/shop.git', 'must have no user and no password'],
    ['https://github.com/acme/shop.git#--upload-pack=x', 'must have a branch, a tag or a commit behind #'],
    ['https://github.com/acme/shop.git#main:../x', 'must have a folder of the repository'],
  ])('source %j is wrong', (source, message) => {
    expect(problems(() => read({ source }, OWN)).join()).toContain(`Input 'source': '${source}': ${message}`)
  })

  test('source that is the commit of the event needs one', () => {
    expect(problems(() => read({ source: '{{defaultContext}}' }))[0]).toContain('needs GITHUB_REPOSITORY')
  })

  test.each([
    [{ targets: '--help' }, "Input 'targets': '--help': must be the name of a target or a group"],
    [{ set: '*.push=false' }, "Input 'set': '*.push=false': cannot be, as bake pushes every image"],
    [{ set: 'api.load=true' }, "Input 'set': 'api.load=true': cannot be, as bake pushes images, and loads"],
    [{ set: 'api' }, "Input 'set': 'api': must be TARGET.FIELD=value"],
    [{ vars: '1=2' }, "Input 'vars': '1=2': must be NAME=value"],
    [{ vars: 'PATH=/x' }, "Input 'vars': 'PATH': is a variable that docker itself reads"],
    [{ vars: 'DOCKER_CONFIG' }, "Input 'vars': 'DOCKER_CONFIG': is a variable that docker itself reads"],
    [{ allow: 'everything' }, "Input 'allow': 'everything': must be an entitlement"],
    [{ repository: 'Shop/{{target}}' }, "Input 'repository': 'Shop/target': a repository name is"],
    [{ repository: 'public.ecr.aws/x/{{target}}' }, 'must be in a private registry'],
    [{ tags: '{{nothing}}-1' }, "Input 'tags'"],
    [{ attest: 'scan' }, "Input 'attest': 'scan': must be true, false or provenance, sbom"],
    [{ 'sbom-file': 'a.json' }, "Input 'sbom-file': 'a.json': needs attest: sbom"],
    [{ repository: '', 'if-image-exists': 'perhaps' }, "Input 'if-image-exists': 'perhaps'"],
  ])('are refused: %j', (given, message) => {
    expect(problems(() => read(given)).join('\n')).toContain(message)
  })

  test('have the name of the target in what names it, and nowhere else', () => {
    const inputs = read({
      tags: '{{target}}-{{sha}}',
      labels: 'org.x={{ target }}',
      flavor: 'prefix={{target}}-',
      'repository-tags': 'service={{target}}',
    }).forTarget(target({}, 'web_1'), null)
    expect(inputs.repository.name).toBe('shop/web_1')
    expect(inputs.metadata).toMatchObject({
      tags: ['web_1-{{sha}}'],
      labels: ['org.x=web_1'],
      flavor: ['prefix=web_1-'],
    })
    expect([...(inputs.settings.resourceTags ?? [])]).toEqual([['service', 'web_1']])
  })

  test('give way to the repository that a definition names, wherever it is', () => {
    const inputs = read({ 'aws-region': 'ap-northeast-2' }).forTarget(target(), `${HOST}/own/api`)
    expect(inputs.repository).toMatchObject({
      name: 'own/api',
      region: 'us-east-1',
      registryId: '123456789012',
    })
  })

  test('say for a target that its name makes no repository', () => {
    const inputs = read({})
    expect(problems(() => inputs.forTarget(target({}, 'Api'), null)).join()).toContain(
      "Input 'repository': 'shop/Api': a repository name is",
    )
  })

  test('of a build are those of the target, and of the inputs', () => {
    const { build } = read({ 'no-cache': 'true', provenance: 'mode=max', cache: 'ecr' }).forTarget(
      target({
        context: './api',
        dockerfile: '../Dockerfile.api',
        args: { A: '1' },
        contexts: { base: 'target:base' },
        secret: [
          { id: 'a', env: 'FOO' },
          { id: 'b', src: 'file' },
          { type: 'env', id: 'c' },
        ],
        attest: [{ type: 'provenance', mode: 'min' }, { type: 'sbom' }],
        'cache-from': ['type=gha'],
      }),
      null,
    )
    expect(build).toMatchObject({
      context: '/checkout/api',
      file: '/checkout/Dockerfile.api',
      buildArgs: ['A=1'],
      buildContexts: ['base=target:base'],
      secrets: [
        { id: 'a', from: 'env', name: 'FOO' },
        { id: 'b', from: 'file', path: 'file' },
        { id: 'c', from: 'env', name: 'c' },
      ],
      cacheFrom: ['type=gha'],
      cache: { kind: 'ecr', variant: 'api' },
      noCache: true,
    })
    expect(build.attests.map(({ value }) => value)).toEqual(['type=sbom', 'type=provenance,mode=max'])
  })

  test('an SBOM that is signed is made by the builder, of an image that nothing else makes an index of', () => {
    const attests = (fields: object, given: Record<string, string> = {}) =>
      read({ attest: 'sbom', ...given }).forTarget(target(fields), null).build.attests
    expect(attests({}).map(({ value }) => value)).toEqual(['type=sbom'])
    expect(attests({ attest: ['type=sbom,generator=x'] })).toHaveLength(1)
    expect(attests({ attest: ['type=provenance,mode=max'] }, { 'push-by-digest': 'true' })).toHaveLength(2)
    for (const attest of ['type=provenance,mode=max', 'type=sbom,disabled=true'])
      expect(problems(() => attests({ attest: [attest] }))).toEqual([
        `Input 'attest': 'sbom': signs an SBOM beside an image that is no index for it, and the definition has attest "${attest}"; leave that out of the definition`,
      ])
  })

  test('the file of an SBOM is that of the target', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'bake-'))
    writeFileSync(path.join(folder, 'api.json'), '{"bomFormat":"CycloneDX","specVersion":"1.5"}')
    const source = (name: string) =>
      ({ repository: 'shop/{{target}}', attest: 'sbom', 'sbom-file': '{{target}}.json' })[name] ?? ''
    const inputs = readBakeInputs({ get: source, env: {}, cwd: folder })
    const { attest, build } = inputs.forTarget(target(), null)
    expect(attest.sbom).toMatchObject({ from: 'file', path: 'api.json' })
    expect(build.attests).toEqual([])
    expect(problems(() => inputs.forTarget(target({}, 'web'), null)).join()).toContain(
      "Input 'sbom-file': 'web.json'",
    )
    rmSync(folder, { recursive: true })
  })
})
