import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { errorOf } from '../support/annotations.ts'
import { ANY_ENGINE, expectSuccess, stageOn } from '../support/parts.ts'
import { rows, variant } from '../support/variants.ts'

jest.setTimeout(120_000)

describe.each(ANY_ENGINE)('a step that cannot succeed, on the %s engine', (name) => {
  let stage: Stage

  beforeAll(async () => {
    stage = await stageOn(name)
    mkdirSync(path.join(stage.folder, 'app'))
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
  })

  afterEach(() => stage.ecr.faults.clear())
  afterAll(() => stage?.close())

  const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' }
  const calls = (since: number) =>
    stage.ecr.requests.slice(since).map((request) => request.operation ?? request.path)

  test('wrong inputs: all at once, and nobody was called', async () => {
    const before = stage.ecr.requests.length
    const result = await stage.main(
      { ...inputs, repository: 'App', tags: 'a b', push: 'maybe' },
      { env: { DOCKER_HOST: 'tcp://127.0.0.1:1' } },
    )
    expect(result.exitCode).toBe(1)
    const [annotation] = result.annotations
    expect(annotation?.message.split('\n').map((line) => line.slice(0, 18))).toEqual([
      "Input 'repository'",
      "Input 'tags': 'a b",
      "Input 'push': 'may",
    ])
    expect(calls(before)).toEqual([])
    expect(result.outputs).toEqual({})
  })

  test('no credentials', async () => {
    const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '' }
    const result = await stage.main(inputs, { env })
    expect(result.exitCode).toBe(1)
    expect(result.annotations).toHaveLength(1)
    expect(errorOf(result)).toContain(
      'Could not load credentials from any providers (CredentialsProviderError)',
    )
    expect(errorOf(result)).toContain('What to do: give the job credentials')
  })

  test('no region', async () => {
    const { 'aws-region': _, ...rest } = inputs
    const result = await stage.main(rest, { env: { AWS_REGION: '', AWS_DEFAULT_REGION: '' } })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toBe(
      "No AWS region.\nWhat to do: set the input 'aws-region', or AWS_REGION in the job's env, or give 'repository' as a URI.",
    )
  })

  // Variant: unit/docker/engine.test.ts, and silence-around.test.ts for an engine that does not answer
  variant('no engine', async () => {
    const result = await stage.main(inputs, { env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } })
    expect(result.exitCode).toBe(1)
    expect(result.log).toContain("Docker's engine does not answer: ")
    // Where the tests run in a container, the step does, too.
    expect(result.log).toMatch(
      /What to do: (?:start it on the self-hosted runner|this step runs in a container)/,
    )
  })

  test('no docker at all', async () => {
    const result = await stage.main(inputs, { env: { PATH: '/nowhere' } })
    expect(result.exitCode).toBe(1)
    // These tests may run in a container themselves.
    expect(result.log).toMatch(
      existsSync('/.dockerenv')
        ? /There is no docker command in the container that this step runs in\.\nWhat to do: if the job has/
        : /There is no docker on this runner\.\nWhat to do: install Docker/,
    )
  })

  const denied = rows(
    [['CreateRepository', 'ecr:CreateRepository', `arn:aws:ecr:${REGION}:123456789012:repository/denied-OP`]],
    // Variants: long/permissions.test.ts has every permission.
    [
      ['GetAuthorizationToken', 'ecr:GetAuthorizationToken', '*'],
      [
        'DescribeRepositories',
        'ecr:DescribeRepositories',
        `arn:aws:ecr:${REGION}:123456789012:repository/denied-OP`,
      ],
    ],
  ) as [operation: string, action: string, resource: string][]
  test.each(denied)('a missing permission: %s', async (operation, action, resource) => {
    stage.ecr.faults.order({ match: { side: 'api', operation }, effect: { kind: 'deny' } })
    const before = stage.ecr.requests.length
    const result = await stage.main({ ...inputs, repository: `denied-${operation.toLowerCase()}` })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain(`not authorized to perform: ${action}`)
    expect(errorOf(result)).toContain(
      JSON.stringify({
        Effect: 'Allow',
        Action: action,
        Resource: resource.replace('OP', operation.toLowerCase()),
      }),
    )
    // Denied is never retried.
    expect(calls(before).filter((call) => call === operation)).toHaveLength(1)
  })

  // Variant: flow/repository.test.ts: create-repository: false
  variant('a repository that is absent, with create-repository: false', async () => {
    const result = await stage.main({ ...inputs, repository: 'absent', 'create-repository': 'false' })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toBe(
      "The repository 'absent' does not exist in ap-northeast-2, and create-repository is false.\nWhat to do: set create-repository: true, create it beforehand, correct 'repository', 'aws-region' or 'registry-id', or give the registry a repository creation template for CREATE_ON_PUSH whose prefix fits the name.",
    )
  })

  // Variant: build-failures.test.ts, and flow/summary.test.ts for the outputs
  variant('a build that fails: the outputs that are true already are set', async () => {
    writeFileSync(
      path.join(stage.folder, 'app', 'Dockerfile.bad'),
      'FROM scratch\nCOPY nothing-of-that-name /\n',
    )
    const result = await stage.main({ ...inputs, file: 'app/Dockerfile.bad' })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toMatch(/^The build failed at .*COPY nothing-of-that-name/)
    expect(result.outputs).toMatchObject({ pushed: 'false', tags: 'v1', 'image-name': 'app:v1' })
    expect(result.outputs['repository-uri']).toMatch(/\/app$/)
    expect(result.outputs['registry']).toBe(result.outputs['repository-uri']?.replace(/\/app$/, ''))
    expect(result.outputs['digest']).toBeUndefined()
  })

  // Variant: flow/if-image-exists.test.ts: a taken tag of an immutable repository
  variant('an immutable tag that is there: before the build', async () => {
    await invoke(stage.ecr.store, callerOf(), 'CreateRepository', {
      repositoryName: 'fixed',
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'late*' }],
    })
    const first = await stage.main({ ...inputs, repository: 'fixed', tags: 'v1,latest' })
    expectSuccess(first)
    const again = await stage.main({ ...inputs, repository: 'fixed', tags: 'v1,latest,v2' })
    expect(again.exitCode).toBe(1)
    expect(errorOf(again)).toContain(
      `/fixed is immutable and has an image already under v1 (${first.outputs['digest']}).\nWhat to do: push a tag`,
    )
    expect(again.log).not.toContain('[command]')
    expectSuccess(await stage.main({ ...inputs, repository: 'fixed', tags: 'v2,latest', labels: 'a=b' }))
  })

  test('no stack trace reaches the log, unless debug logging is on', async () => {
    const env = { PATH: '/nowhere' }
    expect((await stage.main(inputs, { env })).raw).not.toMatch(/\n\s+at .*:\d+/)
    expect((await stage.main(inputs, { env: { ...env, RUNNER_DEBUG: '1' } })).raw).toMatch(
      /::debug::.*%0A\s+at /,
    )
  })
})
