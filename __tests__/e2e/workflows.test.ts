import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { root } from '../../dev/root.ts'
import { ACCOUNT, REGION } from '../../dev/stage.ts'
import { jobOfRun } from '../../dev/workflow/index.ts'
import { expectRunSuccess, openWorkflowStage, type WorkflowStage } from '../support/workflow-stage.ts'

// The examples, from the event to what is deployed, through the reusable workflows that they call: dist/ on a real
// engine, the local ECR, and roles that have the documents of `npm run policy` and nothing else.

jest.setTimeout(300_000)

const EXAMPLES = ['ecs.yml'].map((file) => `examples/workflows/${file}`)
const text = (file: string) => readFileSync(path.join(root, file), 'utf8')

const TASK = {
  taskDefinition: {
    family: 'demo-service',
    revision: 7,
    containerDefinitions: [
      { name: 'app', image: 'old' },
      { name: 'proxy', image: 'other' },
    ],
  },
}

let shop: WorkflowStage
beforeAll(async () => {
  shop = await openWorkflowStage(Object.fromEntries(EXAMPLES.map((file) => [file, text(file)])), {
    'aws ecs describe-task-definition': JSON.stringify(TASK),
    'aws ecs register-task-definition':
      'arn:aws:ecs:ap-northeast-2:123456789012:task-definition/demo-service:8\n',
    'aws ecs update-service': '\n',
    'aws ecs wait services-stable': '',
  })
  shop.commit({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' })
  shop.addDeployRole('production')
})
afterAll(() => shop?.close())

const tagsOf = (repository: string) =>
  Object.fromEntries(shop.stage.ecr.store.get({ account: ACCOUNT, region: REGION, repository }).tags)

describe('examples/workflows/ecs.yml', () => {
  const file = 'examples/workflows/ecs.yml'

  test('deploys by digest the image of both platforms that ECR holds', async () => {
    shop.addRoles(file)
    const run = await shop.run(file, {})
    expectRunSuccess(run)
    expect(run.jobs.map(({ path, result }) => [path, result])).toEqual([
      ['image/build/plan', 'success'],
      ['image/build/build (linux/amd64, 0, ubuntu-24.04)', 'success'],
      ['image/build/build (linux/arm64, 1, ubuntu-24.04-arm)', 'success'],
      ['image/name', 'success'],
      ['deploy', 'success'],
    ])
    const { outputs } = jobOfRun(run, 'image/name')
    expect(outputs['scan-status']).toBe('COMPLETE')
    expect(Object.keys(JSON.parse(outputs['platform-digests'] ?? ''))).toEqual(['linux/amd64', 'linux/arm64'])
    expect(Object.values(tagsOf('demo-service'))).toContain(outputs['digest'])
    const asked = shop.calls().map(({ program, args }) => `${program} ${args.slice(0, 2).join(' ')}`)
    expect(asked).toEqual([
      'aws ecs describe-task-definition',
      'aws ecs register-task-definition',
      'aws ecs update-service',
      'aws ecs wait',
    ])
    const registered = JSON.parse(shop.calls()[1]?.files[0] ?? '')
    expect(registered).toEqual({
      family: 'demo-service',
      containerDefinitions: [
        {
          name: 'app',
          image: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/demo-service@${outputs['digest']}`,
        },
        { name: 'proxy', image: 'other' },
      ],
    })
  })
})
