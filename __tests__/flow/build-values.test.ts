import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { invoke } from '../../local-ecr/index.ts'
import type { BuildRequest } from '../../src/docker/port.ts'
import { readInputs } from '../../src/inputs/index.ts'
import { Flow } from '../support/flow.ts'

// Expressions in the build's inputs have the values of the image that is built.

const SHA = '0123456789abcdef0123456789abcdef01234567'
const cwd = mkdtempSync(path.join(os.tmpdir(), 'values-'))
for (const folder of ['main', SHA]) mkdirSync(path.join(cwd, folder))
for (const file of ['Dockerfile', 'main/Dockerfile', `${SHA}/Dockerfile`])
  writeFileSync(path.join(cwd, file), 'FROM scratch\n')
afterAll(() => rmSync(cwd, { recursive: true }))

/** Runs the inputs on a push to main, and gives what docker was asked to build. */
async function built(flow: Flow, given: Readonly<Record<string, string>>): Promise<BuildRequest[]> {
  const requests: BuildRequest[] = []
  flow.event = {
    GITHUB_EVENT_NAME: 'push',
    GITHUB_SHA: SHA,
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'octo/app',
  }
  flow.alter = (world) => ({
    ...world,
    docker: {
      ...world.docker,
      build: (engine, request, help) => {
        requests.push(request)
        if (request.naming === 'local') return Promise.resolve({ digest: null, imageId: '', metadata: {} })
        return world.docker.build(engine, request, help)
      },
    },
  })
  const values: Record<string, string> = { repository: 'app', 'aws-region': flow.caller.region, ...given }
  const { metadata, ...inputs } = readInputs({ get: (name) => values[name] ?? '', env: {}, cwd })
  await flow.run({ metadata, ...inputs })
  return requests
}

test('of a push: build arguments, labels, annotations, stage and Dockerfile', async () => {
  const [request] = await built(new Flow(), {
    tags: 'type=raw,value=1.2.3',
    'build-args': 'V={{version}}\nB={{branch}}\nGO={{ .x }}',
    labels: 'v={{version}}',
    annotations: 'v={{version}}',
    target: 'for-{{branch}}',
    file: '{{branch}}/Dockerfile',
  })
  expect(request).toMatchObject({
    buildArgs: ['V=1.2.3', 'B=main', 'GO={{ .x }}'],
    target: 'for-main',
    file: path.join(cwd, 'main', 'Dockerfile'),
  })
  expect(request?.labels).toContain('v=1.2.3')
  expect(request?.annotations).toContain('manifest:v=1.2.3')
})

test('of a build without a push', async () => {
  const [request] = await built(new Flow(), {
    push: 'false',
    tags: 'v1',
    'build-args': 'V={{version}}',
    file: '{{branch}}/Dockerfile',
  })
  expect(request).toMatchObject({ buildArgs: ['V=v1'], file: path.join(cwd, 'main', 'Dockerfile') })
})

/** Without `tags`, the version is the branch; an immutable repository leaves the branch out. */
async function inImmutable(given: Readonly<Record<string, string>>) {
  const flow = new Flow()
  const settings = { repositoryName: 'app', imageTagMutability: 'IMMUTABLE' } as const
  await invoke(flow.store, flow.caller, 'CreateRepository', settings)
  return { flow, requests: built(flow, given) }
}

test('the version is the one that the outputs tell, also if a tag is left out', async () => {
  const { flow, requests } = await inImmutable({
    'build-args': 'V={{version}}',
    labels: 'v={{version}}',
    target: 'for-{{branch}}',
  })
  const [request] = await requests
  expect(flow.outputs['version']).toBe(SHA)
  expect(request).toMatchObject({ buildArgs: [`V=${SHA}`], target: 'for-main' })
  expect(request?.labels).toContain(`v=${SHA}`)
})

test('another Dockerfile than the one that was checked is not built', async () => {
  const { flow, requests } = await inImmutable({
    file: '{{version}}/Dockerfile',
    target: 's-{{version}}',
    registries: 'eu-west-3',
  })
  const message =
    "is by a version that is left out, since the repository is immutable and 'main' moves; name the image's tags in the input 'tags'"
  await expect(requests).rejects.toMatchObject({
    problems: [
      { input: 'file', value: path.join(cwd, 'main', 'Dockerfile'), message },
      { input: 'target', value: 's-main', message },
    ],
  })
  expect(flow.dockerCalls).not.toContain('build')
  // Nothing was made either.
  expect(flow.operations().filter((name) => /Create|Put/.test(name))).toEqual([])
})
