import { expect, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'
import type { BuildRequest } from '../../src/docker/port.ts'
import { readInputs } from '../../src/inputs/index.ts'
import { Flow } from '../support/flow.ts'

// One workflow for pull requests and pushes: with push: false, whatever waits for a push is told once, and left out.

const given: Readonly<Record<string, string>> = {
  repository: 'app',
  context: 'examples/demo-service',
  tags: 'v1',
  push: 'false',
  registries: 'us-east-1',
  'scan-on-push': 'true',
  'if-image-exists': 'skip',
  cache: 'ecr',
  'keep-login': 'true',
  'fail-on-severity': 'high',
  'wait-for-replication': 'true',
}

test('push: false builds, asks AWS nothing, and tells in one notice what waits for a push', async () => {
  const requests: BuildRequest[] = []
  const flow = new Flow()
  flow.alter = (world) => ({
    ...world,
    docker: {
      ...world.docker,
      build: async (_, request) => {
        requests.push(request)
        return { digest: null, imageId: 'sha256:1', metadata: {} }
      },
    },
  })
  await flow.run(readInputs({ get: (name) => given[name] ?? '', env: {}, cwd: root }))
  expect(flow.log.filter((line) => /^(?:notice|warning): /.test(line))).toEqual([
    'notice: Nothing is pushed (push: false), so that these inputs have no effect until a run pushes: registries, scan-on-push, if-image-exists, cache: ecr, keep-login, fail-on-severity, wait-for-replication',
  ])
  expect([flow.operations(), flow.dockerCalls]).toEqual([[], ['inspect']])
  expect(requests).toMatchObject([{ naming: 'local', references: ['app:v1'], cacheFrom: [], cacheTo: [] }])
  expect(flow.outputs).toMatchObject({ pushed: 'false', imageid: 'sha256:1' })
})
