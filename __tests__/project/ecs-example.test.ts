import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { runStepScript } from '../support/scripts.ts'
import { readWorkflow } from '../support/workflows.ts'

// What the script of examples/workflows/ecs.yml makes of a task definition, with bash and jq; in place of the AWS CLI
// there is one that hands over files. __tests__/e2e/deploy-to-ecs.test.ts has the CLI itself.

// The first run may have to fetch jq.
jest.setTimeout(120_000)

const step = readWorkflow('examples/workflows/ecs.yml').jobs['deploy']?.steps?.find(({ run }) =>
  run?.includes('aws ecs'),
)
const DIGEST = `sha256:${'ab'.repeat(32)}`
const IMAGE = `123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/demo-service@${DIGEST}`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aws-'))
  const script = `#!/bin/sh
echo "$2" >> '${folder}/calls'
case "$2" in
describe-task-definition) cat '${folder}/current.json' ;;
register-task-definition) cat "\${4#file://}" > '${folder}/next.json'; echo arn ;;
describe-services) cat '${folder}/running' ;;
esac
`
  await writeFile(path.join(folder, 'aws'), script)
  await chmod(path.join(folder, 'aws'), 0o755)
})
afterAll(() => rm(folder, { recursive: true }))

/**
 * @param running the revision that the service runs once it is stable
 * @returns what is registered, or what the log says if nothing is
 */
async function register(current: object, container: string, running = 'arn') {
  await writeFile(path.join(folder, 'running'), `${running}\n`)
  await writeFile(path.join(folder, 'current.json'), JSON.stringify(current))
  await rm(path.join(folder, 'next.json'), { force: true })
  await writeFile(path.join(folder, 'calls'), '')
  const contexts = { needs: { image: { outputs: { digest: DIGEST } } } }
  const given = step && { ...step, env: { ...step.env, CONTAINER: container } }
  const { status, log } = await runStepScript(given, contexts, (run) => run, { PATH: folder })
  const calls = (await readFile(path.join(folder, 'calls'), 'utf8')).trim().split('\n')
  const next = await readFile(path.join(folder, 'next.json'), 'utf8').catch(() => 'null')
  return { status, log, calls, next: JSON.parse(next) as object | null }
}

/** What ECS writes itself: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html */
const ADDED = {
  taskDefinitionArn: 'arn:aws:ecs:ap-northeast-2:123456789012:task-definition/demo-service:7',
  revision: 7,
  status: 'ACTIVE',
  requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.ecr-auth' }],
  compatibilities: ['EC2', 'FARGATE'],
  registeredAt: '2026-11-01T10:00:00+00:00',
  registeredBy: 'arn:aws:sts::123456789012:assumed-role/deploy/run',
  deregisteredAt: '2026-11-02T10:00:00+00:00',
  deleteRequestedAt: '2026-11-03T10:00:00+00:00',
}

/** Whatever members a task definition has, today's and those to come; jq keeps no number beyond that of a double. */
const members = fc.dictionary(
  fc.stringMatching(/^[a-z][A-Za-z]{2,12}$/).filter((name) => !(name in ADDED) && name !== 'tags'),
  fc
    .jsonValue({ maxDepth: 3 })
    .map((value) => JSON.parse(JSON.stringify(value).replace(/-?\d+\.?\d*e[+-]?\d+/g, '1'))),
  { maxKeys: 6 },
)

describe('the next revision of a task definition', () => {
  test('has all that the current one has, but for the image of one container and what ECS writes itself', async () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-zA-Z][\w-]{0,8}$/), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(names, fc.nat(), members, members, async (containers, chosen, one, more) => {
        const definition = {
          ...one,
          family: 'demo-service',
          containerDefinitions: containers.map((name) => ({ ...more, name, image: 'old' })),
        }
        const container = containers[chosen % containers.length] as string
        const { status, log, next } = await register(
          { taskDefinition: { ...definition, ...ADDED }, tags: [] },
          container,
        )
        expect({ status, log }).toEqual({ status: 0, log: expect.any(String) })
        expect(next).toEqual({
          ...definition,
          containerDefinitions: containers.map((name) => ({
            ...more,
            name,
            image: name === container ? IMAGE : 'old',
          })),
        })
      }),
      { numRuns: 15 },
    )
  })

  test.each([
    ['no tags at all', {}, undefined],
    ['tags of a person', { tags: [{ key: 'team', value: 'a' }] }, [{ key: 'team', value: 'a' }]],
    ['tags of AWS, which nobody else may set', { tags: [{ key: 'aws:stack', value: 'a' }] }, undefined],
  ])('%s', async (_, tags, expected) => {
    const taskDefinition = { family: 'demo-service', containerDefinitions: [{ name: 'app', image: 'old' }] }
    const { next } = await register({ taskDefinition, ...tags }, 'app')
    expect((next as { tags?: unknown }).tags).toEqual(expected)
  })

  test('is not registered, and nothing is deployed, if there is no such container', async () => {
    const containerDefinitions = [
      { name: 'app', image: 'old' },
      { name: 'proxy', image: 'old' },
    ]
    const { status, log, calls } = await register({ taskDefinition: { containerDefinitions } }, 'web')
    expect(status).not.toBe(0)
    expect(log).toContain('no container is called web; there is app, proxy')
    expect(calls).toEqual(['describe-task-definition'])
  })

  test('is what the service gets, and the end is waited for', async () => {
    const taskDefinition = { containerDefinitions: [{ name: 'app', image: 'old' }] }
    const { calls } = await register({ taskDefinition }, 'app')
    expect(calls).toEqual([
      'describe-task-definition',
      'register-task-definition',
      'update-service',
      'wait',
      'describe-services',
    ])
  })

  test('is an error of the job if the service is stable without it, since ECS went back', async () => {
    const taskDefinition = { containerDefinitions: [{ name: 'app', image: 'old' }] }
    const { status, log } = await register({ taskDefinition }, 'app', 'arn-before')
    expect(status).toBe(1)
    expect(log).toContain('::error::demo-service runs arn-before: ECS went back to it')
  })
})
