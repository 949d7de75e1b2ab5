import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { root, type StepResult } from '../../dev/runner.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { buildxCommand } from '../../src/docker/buildx-command.ts'
import type { Costs } from '../support/count-costs.ts'
import { MINIMAL_SESSIONS } from '../support/minimal-sessions.ts'
import { expectSuccess, stageOn } from '../support/parts.ts'
import { scriptsOfSigning } from '../support/signing-scripts.ts'

// What a run costs on any machine: the processes that it starts, the requests that it makes, and what it loads before
// the first of them. To need more is a decision, and no accident: whoever changes a number here says why in the commit.
// How long a run takes, `npm run bench` measures.

jest.setTimeout(120_000)

let stage: Stage
/** Whether docker's plugin can be started as what it is: not with a docker that is a script, or snap's. */
let isPlain: boolean

const SHA = '0123456789abcdef0123456789abcdef01234567'
const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1\nv2' }

beforeAll(async () => {
  stage = await stageOn('current')
  mkdirSync(path.join(stage.folder, 'app'))
  writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
  const event = { head_commit: { id: SHA, timestamp: '2026-01-02T03:04:05Z' } }
  writeFileSync(path.join(stage.folder, 'event.json'), JSON.stringify(event))
  await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'CreateRepository', { repositoryName: 'app' })
  const plugin = path.join(stage.home, '.docker', 'cli-plugins', 'docker-buildx')
  const onSocket = /^unix:|^$/.test(stage.env['DOCKER_HOST'] ?? '')
  isPlain = onSocket && (await buildxCommand(plugin, stage.env)).program === plugin
})
afterAll(() => stage?.close())

/** Runs a step of a push of a commit, and counts what it costs. */
async function costsOf(run: (env: Readonly<Record<string, string>>) => Promise<StepResult>) {
  const file = path.join(stage.folder, 'costs.json')
  const before = stage.ecr.requests.length
  const result = await run({
    NODE_OPTIONS: `--import=${pathToFileURL(path.join(root, '__tests__/support/count-costs.ts'))}`,
    COSTS_FILE: file,
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: path.join(stage.folder, 'event.json'),
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_SHA: SHA,
  })
  expectSuccess(result)
  const requests: Record<string, number> = {}
  for (const { side, operation, userAgent } of stage.ecr.requests.slice(before)) {
    // docker's own are as many as docker wants.
    if (side === 'registry' && userAgent !== 'ecr-build-push') continue
    if (MINIMAL_SESSIONS && operation === 'AssumeRole') continue
    const name = `${side === 'api' ? '' : 'registry: '}${operation}`
    requests[name] = (requests[name] ?? 0) + 1
  }
  return { result, requests, ...(JSON.parse(readFileSync(file, 'utf8')) as Costs) }
}

/** What may be loaded before the first request to AWS. */
function expectStart({ start }: Costs): void {
  // With a session of its own, the step loads what asks for it first.
  if (MINIMAL_SESSIONS) return
  expect(start?.scripts).toBeLessThanOrEqual(17)
  expect(start?.bytes).toBeLessThanOrEqual(545_000)
  expect(start?.builtins).toBeLessThanOrEqual(18)
}

test('two tags: two processes of buildx and one of git, and no request twice that could be made once', async () => {
  const main = await costsOf((env) => stage.main(inputs, { env }))
  // git says which commit is checked out.
  expect([...main.processes].sort()).toEqual(
    isPlain
      ? ['docker-buildx buildx build', 'docker-buildx docker-cli-plugin-metadata', 'git']
      : ['docker buildx build', 'docker info', 'git'],
  )
  expect(main.requests).toEqual({
    DescribeRepositories: 1,
    GetAuthorizationToken: 1,
    // What both tags name before the push, of which there is nothing: one by one, once it is not known which is absent.
    // And once what they name after it.
    DescribeImages: 4,
    // Whether the token is accepted, and two more connections for what follows the build.
    'registry: Ping': 3,
    'registry: BatchGetImage': 1,
    'registry: GetDownloadUrlForLayer': 1,
    'registry: PutImage': 1,
  })
  expectStart(main)
  // Nothing is signed, and no script for it is loaded.
  const signing = scriptsOfSigning()
  expect(signing.length).toBeGreaterThan(3)
  expect(main.names).toContain('index.js')
  expect(main.names.filter((name) => signing.includes(name))).toEqual([])

  const skipped = await costsOf((env) => stage.main({ ...inputs, 'if-image-exists': 'skip' }, { env }))
  expect(skipped.result.outputs['pushed']).toBe('false')
  expect(skipped.processes).toEqual(['git'])
  expect(skipped.requests).toEqual({
    DescribeRepositories: 1,
    GetAuthorizationToken: 1,
    DescribeImages: 1,
    'registry: BatchGetImage': 1,
    'registry: GetDownloadUrlForLayer': 1,
  })
  expectStart(skipped)

  const post = await costsOf((env) => stage.post(main.result, { env }))
  expect(post).toMatchObject({ processes: [], requests: {}, start: null })
  expect(post.end.scripts).toBeLessThanOrEqual(4)
  expect(post.end.bytes).toBeLessThanOrEqual(30_000)
})
