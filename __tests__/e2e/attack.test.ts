import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { REGION, type Stage } from '../../dev/stage.ts'
import { commandLines } from '../support/fuzz.ts'
import { client, type EngineName, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { rows, variant } from '../support/variants.ts'

// What hostile text does in a whole step: nothing, but to be shown.

jest.setTimeout(120_000)

const OURS = /^::(?:add-mask|group|endgroup|stop-commands|error|warning|notice|debug)(?: [^:]*)?::/

/** The commands that the runner would carry out: what stands between stop-commands and its token is only shown. */
function commandsIn(raw: string): string[] {
  let token: string | null = null
  return commandLines(raw).filter((line) => {
    const text = line.trim()
    if (token !== null) {
      if (text === `::${token}::`) token = null
      return false
    }
    token = /^::stop-commands::(.+)$/.exec(text)?.[1] ?? null
    return true
  })
}

// Variant: what a step reads and prints does not depend on the engine.
describe.each(rows<EngineName>(['current'], ['old']))('hostile text, on the %s engine', (name) => {
  let stage: Stage
  const inputs = { repository: 'app', 'aws-region': REGION, tags: 'v1' }

  beforeAll(async () => {
    stage = await stageOn(name)
    for (const folder of ['app', '--push']) mkdirSync(path.join(stage.folder, folder))
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
  })
  afterEach(() => stage.ecr.faults.clear())
  afterAll(() => stage?.close())

  const docker = (...args: string[]) => client(parts().engines[name].docker, args, stage.env)
  const labelsOf = async (image: string) =>
    JSON.parse(await docker('image', 'inspect', '--format', '{{json .Config.Labels}}', image))

  test('a folder called --push and a Dockerfile called --help are a folder and a file', async () => {
    writeFileSync(path.join(stage.folder, '--push', '--help'), 'FROM scratch\nCOPY -f /\n')
    writeFileSync(path.join(stage.folder, '--push', '-f'), 'from the folder called --push')
    const before = stage.ecr.requests.length
    const hostile = 'a=$(touch made)`touch made`;\n"b=one\n::error::two\n##[add-mask]three"\n"--push=x"'
    const result = await stage.main({
      ...inputs,
      context: '--push',
      file: '--push/--help',
      'build-args': '"A=--push\n::error::$(touch made)"',
      labels: hostile,
      push: 'false',
    })
    expectSuccess(result)
    expect(stage.ecr.requests.length).toBe(before)
    expect(await labelsOf('app:v1')).toMatchObject({
      a: '$(touch made)`touch made`;',
      b: 'one\n::error::two\n##[add-mask]three',
      '--push': 'x',
    })
    expect(result.annotations.filter(({ kind }) => kind === 'error')).toEqual([])
    for (const line of commandsIn(result.raw)) expect(line).toMatch(OURS)
    expect(result.outputs['labels']?.split('\n')).toContain('"b=one')
  })

  test('what a build prints is shown, and obeyed by nobody', async () => {
    writeFileSync(
      path.join(stage.folder, 'app', 'Dockerfile.loud'),
      `FROM ${stage.baseImage}
RUN printf '%s\\n' '::add-mask::scratch' '::set-env name=A::b' '::error::from the build' '##[error]from the build' '::00000000-0000-4000-8000-000000000000::' '::endgroup::' && printf '\\r::error::from the build\\n'
`,
    )
    const result = await stage.main({
      ...inputs,
      context: 'app',
      file: 'app/Dockerfile.loud',
      tags: 'loud',
      'no-cache': 'true',
    })
    expectSuccess(result)
    expect(result.raw).toContain('::set-env name=A::b')
    for (const line of commandsIn(result.raw)) expect(line).toMatch(OURS)
    expect(result.annotations.filter(({ message }) => message.includes('from the build'))).toEqual([])
  })

  test('a branch, a pull request and a commit that somebody else has named', async () => {
    const branch = 'x$(touch made)`touch made`;--push\n::error::from the branch\r##[add-mask]v1'
    const event = path.join(stage.folder, 'event.json')
    const text = '\n::error::from the event\n##[error]from the event'
    const payload = {
      repository: { name: text, description: `${text}"],{}`, default_branch: text, license: null },
      pull_request: { head: { sha: `${text}--push`, ref: branch }, base: { ref: text } },
      head_commit: { id: text, message: text, timestamp: text },
      __proto__: { polluted: true },
    }
    writeFileSync(event, JSON.stringify(payload))
    const result = await stage.main(
      {
        ...inputs,
        context: 'app',
        tags: 'type=ref,event=branch\ntype=raw,value=r-{{base_ref}}',
        push: 'false',
      },
      {
        env: {
          GITHUB_REF: `refs/heads/${branch}`,
          GITHUB_EVENT_NAME: 'push',
          GITHUB_EVENT_PATH: event,
          GITHUB_REPOSITORY: 'acme/shop',
          GITHUB_SHA: 'c0ffee'.repeat(7).slice(0, 40),
        },
      },
    )
    expectSuccess(result)
    for (const line of commandsIn(result.raw)) expect(line).toMatch(OURS)
    for (const tag of (result.outputs['tags'] ?? '').split('\n')) expect(tag).toMatch(/^[\w][\w.-]{0,127}$/)
    const { labels } = JSON.parse(result.outputs['json'] ?? '{}')
    expect(labels['org.opencontainers.image.description']).toBe(payload.repository.description)
    expect(result.annotations.filter(({ kind }) => kind === 'error')).toEqual([])
  })

  // Variant: fuzz/aws.test.ts and fuzz/registry.test.ts have any answer
  variant('what ECR and its registry answer is shown in one error, or in one line', async () => {
    const text = '\n::error::from the registry\n##[error]from the registry\r::add-mask::app'
    // The platforms are read after the push, for an output: a refusal there is a line of the log.
    const errors = { errors: [{ code: 'DENIED', message: text }] }
    stage.ecr.faults.order({
      match: { side: 'registry', method: 'GET', path: '/v2/app/manifests/' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'status', status: 403, body: JSON.stringify(errors) },
    })
    const result = await stage.main({ ...inputs, context: 'app', tags: 'answered' })
    for (const line of commandsIn(result.raw)) expect(line).toMatch(OURS)
    stage.ecr.faults.clear()
    stage.ecr.faults.order({
      match: { side: 'api', operation: 'DescribeRepositories' },
      effect: { kind: 'error', name: 'constructor', message: text, status: 400 },
    })
    const refused = await stage.main({ ...inputs, context: 'app', tags: 'refused' })
    expect(refused.exitCode).toBe(1)
    for (const line of commandsIn(refused.raw)) expect(line).toMatch(OURS)
    expect(refused.annotations.map(({ message }) => message.split('\n')[0])).toEqual([
      expect.stringContaining('ecr:DescribeRepositories failed'),
    ])
  })

  // Variant: unit/inputs/confinement.test.ts has every input and every way to /proc
  variant.each([
    ['the context /proc', 'context', { context: '/proc' }],
    ['a link to /proc as the context', 'context', { context: 'to-proc' }],
    ['a named context', 'build-contexts', { context: 'app', 'build-contexts': 'kernel=to-proc' }],
  ])('the environment of the step does not come into the build by %s', async (_, input, given) => {
    const folder = path.join(stage.folder, 'environ')
    mkdirSync(folder, { recursive: true })
    const from = input === 'context' ? '' : '--from=kernel '
    writeFileSync(path.join(folder, 'Dockerfile'), `FROM scratch\nCOPY ${from}. /\n`)
    writeFileSync(path.join(folder, 'Dockerfile.dockerignore'), '*\n!*/environ\n')
    if (!existsSync(path.join(stage.folder, 'to-proc')))
      symlinkSync('/proc', path.join(stage.folder, 'to-proc'))
    const result = await stage.main(
      { ...inputs, ...given, file: 'environ/Dockerfile', push: 'false', outputs: 'type=local,dest=taken' },
      {
        env: {
          ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:9/token',
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'asks-for-the-oidc-token',
        },
      },
    )
    expect(result.exitCode).toBe(1)
    expect(result.log).toContain(`Input '${input}': `)
    expect(result.log).toContain('must be outside of /proc, /sys, /dev')
    expect(existsSync(path.join(stage.folder, 'taken'))).toBe(false)
  })

  // Variant: unit/inputs/confinement.test.ts
  variant(
    'links in the workspace lead nothing that docker writes out of it, and do not hang the step',
    async () => {
      const workspace = path.join(stage.folder, 'links')
      for (const folder of ['kept', 'image']) mkdirSync(path.join(workspace, folder), { recursive: true })
      writeFileSync(path.join(workspace, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /taken\n')
      const away = path.join(stage.home, 'away')
      mkdirSync(away)
      writeFileSync(path.join(away, 'config.json'), 'of the runner')
      symlinkSync(path.join(away, 'config.json'), path.join(workspace, 'kept', 'index.json'))
      symlinkSync(away, path.join(workspace, 'image', 'blobs'))
      symlinkSync(away, path.join(workspace, ' blank'))
      symlinkSync('self', path.join(workspace, 'self'))
      const given = {
        'cache-to': 'type=local,dest=kept',
        outputs: 'type=oci,tar=false,dest=image\ntype=local,dest= blank\ntype=local,dest=self/out',
      }
      const result = await stage.main({ ...inputs, ...given, push: 'false' }, { workspace })
      expect(result.exitCode).toBe(1)
      for (const problem of [
        'kept has a link in it (',
        'image has a link in it (',
        ' blank must be inside of the workspace',
        'self/out leads through links in a circle',
      ]) {
        expect(result.log).toContain(problem)
      }
      expect(readdirSync(away)).toEqual(['config.json'])
      expect(readFileSync(path.join(away, 'config.json'), 'utf8')).toBe('of the runner')
    },
  )

  test('a link in the workspace chooses no file of the runner for the build', async () => {
    writeFileSync(path.join(stage.home, 'token'), 'of the runner')
    symlinkSync(path.join(stage.home, 'token'), path.join(stage.folder, 'app', 'link'))
    const workspace = path.join(stage.folder, 'app')
    const result = await stage.main(
      { ...inputs, context: '.', 'secret-files': 'a=link', 'lifecycle-policy': 'link', push: 'false' },
      { workspace },
    )
    expect(result.exitCode).toBe(1)
    expect(result.log).toContain("Input 'lifecycle-policy': 'link': must be inside of the workspace")
    expect(result.log).toContain("Input 'secret-files': 'a=link': is outside of the workspace")
    expect(result.log).not.toContain('of the runner')
  })
})
