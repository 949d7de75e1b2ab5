import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { root } from '../../dev/root.ts'
import { runMain, runPost, type Step, type StepResult } from '../../dev/runner.ts'
import type { Stage } from '../../dev/stage.ts'
import { jobOfRun } from '../../dev/workflow/index.ts'
import { machineWithRegistry } from '../support/local-ecr-job.ts'
import { expectSuccess, parts, stageOn } from '../support/parts.ts'
import { variant } from '../support/variants.ts'
import { expectRunSuccess, openWorkflowStage } from '../support/workflow-stage.ts'

// The local ECR as a step of a job: its own bundle, as the runner runs it, with the main action between main and post.

jest.setTimeout(300_000)

const LOCAL_ECR = path.join(root, 'local-ecr')

const running = (pid: number) => existsSync(`/proc/${pid}`)

describe('a job with a local ECR', () => {
  let stage: Stage
  let env: Record<string, string>
  let main: StepResult
  const step = (action: string, inputs: Record<string, string>, more: Partial<Step> = {}): Step => ({
    action,
    with: inputs,
    workspace: stage.folder,
    temp: stage.temp,
    env,
    ...more,
  })

  beforeAll(async () => {
    stage = await stageOn('current')
    env = machineWithRegistry(stage, stage.folder)
    mkdirSync(path.join(stage.folder, 'app'))
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
    main = await runMain(
      step(LOCAL_ECR, { accounts: '444455556666', regions: 'eu-west-1\nus-east-1', 'host-names': 'false' }),
    )
  })
  afterAll(() => stage?.close())

  test('gets its own ECR, pushes to it and passes its gate, and leaves nothing', async () => {
    expectSuccess(main)
    expect(main.outputs).toEqual({
      registry: expect.stringMatching(/^localhost:\d+$/),
      registries: expect.stringMatching(
        /^\{"444455556666\/eu-west-1":"localhost:\d+","444455556666\/us-east-1":/,
      ),
      'account-id': '444455556666',
      region: 'eu-west-1',
      'endpoint-url': expect.stringMatching(/^http:\/\/localhost:\d+$/),
      'host-names': 'false',
    })
    expect(main.exported).toMatchObject({
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: main.outputs['endpoint-url'],
      AWS_EC2_METADATA_DISABLED: 'true',
    })
    const { AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = main.exported
    expect(new Set(main.masks)).toEqual(new Set([secret, token]))

    const job = { env: { ...env, ...main.exported } }
    const inputs = {
      repository: 'demo',
      context: 'app',
      tags: 'v1',
      'scan-on-push': 'true',
      'fail-on-severity': 'critical',
    }
    const pushed = await runMain(step(root, inputs, job))
    expectSuccess(pushed)
    expect(pushed.outputs).toMatchObject({
      'image-uri': `${main.outputs['registry']}/demo:v1`,
      'repository-arn': 'arn:aws:ecr:eu-west-1:444455556666:repository/demo',
      'scan-status': 'COMPLETE',
      pushed: 'true',
    })

    const { process: mark } = JSON.parse(main.state['left'] ?? '')
    expect(running(mark.pid)).toBe(true)
    const post = await runPost(step(LOCAL_ECR, {}, job), main)
    expectSuccess(post)
    expect(post.log).toMatch(/^The local ECR has answered \d+ requests, and has ended\.$/)
    expect(running(mark.pid)).toBe(false)
    expect(existsSync(main.state['folder'] ?? '')).toBe(false)
    expect(readdirSync(stage.temp).filter((name) => name.startsWith('local-ecr-'))).toEqual([])
  })
})

// Variant: 'gets its own ECR, pushes to it and passes its gate, and leaves nothing' above has the action and its ECR
variant(
  'local-ecr.yml takes a fork’s pull request through the whole pipeline, with no AWS account',
  async () => {
    const file = 'examples/workflows/local-ecr.yml'
    const shop = await openWorkflowStage({ [file]: readFileSync(path.join(root, file), 'utf8') })
    try {
      const { stage } = shop
      const { busyboxRoot, aws, engines } = parts()
      copyFileSync(path.join(busyboxRoot, 'bin', 'busybox'), path.join(stage.folder, 'repository', 'busybox'))
      shop.commit({
        Dockerfile:
          'FROM scratch\nCOPY busybox /busybox\nCOPY index.html /www/\nCMD ["/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]\n',
        'index.html': 'deployed by digest\n',
      })
      const event = { name: 'pull_request', ref: 'refs/pull/7/merge', fromFork: true } as const
      const machine = machineWithRegistry(stage, stage.folder)
      const before = stage.ecr.requests.length
      const run = await shop.run(file, event, {
        machine: async () => ({
          ...machine,
          PATH: [path.dirname(aws), machine['PATH']].join(path.delimiter),
        }),
      })
      execFileSync(engines.current.docker, ['rm', '--force', 'demo-service'], { env: { ...stage.env } })
      expectRunSuccess(run)
      const job = jobOfRun(run, 'pipeline')
      expect(job.permissions).toEqual({ contents: 'read' })
      const [, ecr, image, release, deployed, both] = job.steps
      expect(release?.outputs['digest']).toBe(image?.outputs['digest'])
      expect(release?.outputs['digest-uri']).toMatch(`${ecr?.outputs['registry']}/demo-service@sha256:`)
      expect(deployed?.log).toContain('deployed by digest')
      expect(both?.log).toMatch(/\bcandidate\b.*\bcandidate\b/s)
      // Post steps run in reverse order.
      expect(job.steps.at(-1)?.log).toContain('has ended')
      // The ECR that stands for AWS in these tests was asked nothing.
      expect(stage.ecr.requests.slice(before)).toEqual([])
    } finally {
      await shop.close()
    }
  },
)
