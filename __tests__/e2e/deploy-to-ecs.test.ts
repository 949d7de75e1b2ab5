import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { parts } from '../support/parts.ts'
import { runStepScript, type ScriptRun } from '../support/scripts.ts'
import { cloudFormationRole } from '../support/templates.ts'
import { readWorkflow } from '../support/workflows.ts'

// The deployment of examples/workflows/ecs.yml: its own script, with bash, jq and the AWS CLI, which checks every
// request against the model of ECS. ECS itself is a few answers on loopback. Each command of the AWS CLI takes its time
// to start: what else the script does is in __tests__/project/ecs-example.test.ts.

jest.setTimeout(180_000)

const step = readWorkflow('examples/workflows/ecs.yml').jobs['deploy']?.steps?.find(
  ({ id }) => id === 'deploy',
)
const DIGEST = `sha256:${'ab'.repeat(32)}`
const IMAGE = `123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/demo-service@${DIGEST}`
const ARN = 'arn:aws:ecs:ap-northeast-2:123456789012:task-definition/demo-service'

/** What a person has written into a task definition, of every kind that ECS keeps. */
const written = {
  family: 'demo-service',
  taskRoleArn: 'arn:aws:iam::123456789012:role/demo-task',
  executionRoleArn: 'arn:aws:iam::123456789012:role/demo-execution',
  networkMode: 'awsvpc',
  containerDefinitions: [
    {
      name: 'proxy',
      image: '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/demo-proxy:7',
      essential: true,
      portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
    },
    {
      name: 'app',
      image: '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/demo-service:old',
      essential: true,
      environment: [{ name: 'MODE', value: 'a "quoted" $value\nof two lines' }],
      secrets: [{ name: 'KEY', valueFrom: 'arn:aws:ssm:ap-northeast-2:123456789012:parameter/key' }],
      mountPoints: [{ sourceVolume: 'data', containerPath: '/data', readOnly: false }],
      dependsOn: [{ containerName: 'proxy', condition: 'START' }],
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/demo' } },
      ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 4096 }],
    },
  ],
  volumes: [
    {
      name: 'data',
      efsVolumeConfiguration: { fileSystemId: 'fs-12345678', transitEncryption: 'ENABLED' },
    },
  ],
  placementConstraints: [],
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  pidMode: 'task',
  runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
  ephemeralStorage: { sizeInGiB: 50 },
}
/** What ECS adds. */
const added = {
  taskDefinitionArn: `${ARN}:7`,
  revision: 7,
  status: 'ACTIVE',
  requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.ecr-auth' }],
  compatibilities: ['EC2', 'FARGATE'],
  registeredAt: 1_750_000_000.5,
  registeredBy: 'arn:aws:sts::123456789012:assumed-role/deploy/run',
}

let ecs: Server
let programs = ''
const requests: { readonly operation: string; readonly input: Record<string, unknown> }[] = []
const tags = [
  { key: 'team', value: 'payments' },
  // Nobody but AWS may set such.
  { key: 'aws:cloudformation:stack-name', value: 'demo' },
]

function answer(operation: string): object {
  switch (operation) {
    case 'DescribeTaskDefinition':
      return { taskDefinition: { ...written, ...added }, tags }
    case 'RegisterTaskDefinition':
      return { taskDefinition: { ...written, ...added, taskDefinitionArn: `${ARN}:8`, revision: 8 } }
    case 'UpdateService':
      return { service: { serviceName: 'demo-service', taskDefinition: `${ARN}:8` } }
    case 'DescribeServices':
      return {
        services: [
          {
            serviceName: 'demo-service',
            status: 'ACTIVE',
            desiredCount: 1,
            runningCount: 1,
            deployments: [{ id: 'one', status: 'PRIMARY', taskDefinition: `${ARN}:8` }],
          },
        ],
        failures: [],
      }
    default:
      throw new Error(`nobody asks ECS for ${operation}`)
  }
}

beforeAll(async () => {
  ecs = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
      requests.push({ operation, input: JSON.parse(Buffer.concat(chunks).toString('utf8')) })
      response.setHeader('content-type', 'application/x-amz-json-1.1')
      response.end(JSON.stringify(answer(operation)))
    })
  })
  await new Promise<void>((resolve) => ecs.listen(0, '127.0.0.1', resolve))
  programs = await mkdtemp(path.join(tmpdir(), 'programs-'))
  const { port } = ecs.address() as AddressInfo
  // The runner's AWS CLI, but for where ECS is.
  const aws = `#!/bin/sh\nexec '${parts().aws}' --endpoint-url http://127.0.0.1:${port} "$@"\n`
  await writeFile(path.join(programs, 'aws'), aws)
  await chmod(path.join(programs, 'aws'), 0o755)
})
afterAll(async () => {
  ecs.close()
  await rm(programs, { recursive: true })
})

function deploy<T>(use: (run: ScriptRun) => T): Promise<T> {
  const contexts = { needs: { image: { outputs: { digest: DIGEST } } } }
  return runStepScript(step, contexts, use, {
    PATH: programs,
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    // As aws-actions/configure-aws-credentials leaves them.
    AWS_REGION: 'ap-northeast-2',
    AWS_DEFAULT_REGION: 'ap-northeast-2',
    AWS_EC2_METADATA_DISABLED: 'true',
  })
}

const registered = () => requests.find(({ operation }) => operation === 'RegisterTaskDefinition')?.input

describe('the deployment to ECS', () => {
  test('registers the task definition as it is, with its tags and the new image in its container alone', async () => {
    const { status, log } = await deploy((run) => run)
    expect({ status, log }).toEqual({ status: 0, log: expect.any(String) })
    const [proxy, app] = written.containerDefinitions
    expect(registered()).toEqual({
      ...written,
      containerDefinitions: [proxy, { ...app, image: IMAGE }],
      tags: [{ key: 'team', value: 'payments' }],
    })
    expect(requests.map(({ operation }) => operation)).toEqual([
      'DescribeTaskDefinition',
      'RegisterTaskDefinition',
      'UpdateService',
      // Once until it is stable, and once for what it runs then.
      'DescribeServices',
      'DescribeServices',
    ])
    const where = { cluster: 'demo', service: 'demo-service', taskDefinition: `${ARN}:8` }
    expect(requests[2]?.input).toMatchObject(where)
    // The role of the template allows each of them, and what registering with tags and roles takes besides.
    const account = { account: '123456789012' }
    const { policies } = cloudFormationRole('deploy', { GitHubRepository: 'acme/shop' }, account)
    const allowed = policies.flatMap(({ Action }) => Action)
    for (const { operation } of requests) expect(allowed).toContain(`ecs:${operation}`)
    expect(allowed).toEqual(expect.arrayContaining(['ecs:TagResource', 'iam:PassRole']))
  })
})
