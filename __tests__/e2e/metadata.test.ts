import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { REGION, type Stage } from '../../dev/stage.ts'
import { client, expectSuccess, parts, stageOn } from '../support/parts.ts'

jest.setTimeout(120_000)

const SHA = '0123456789abcdef0123456789abcdef01234567'
const repository = {
  name: 'app',
  full_name: 'octo/app',
  html_url: 'https://github.com/octo/app',
  description: 'An app',
  default_branch: 'main',
  license: { spdx_id: 'MIT' },
}

let stage: Stage
let asked: string[]
// GitHub's API, as far as it may be asked.
const api = createServer((request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ ...repository, description: 'from the API' }))
})

beforeAll(async () => {
  stage = await stageOn('current')
  mkdirSync(path.join(stage.folder, 'app'))
  writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  api.close()
  await stage?.close()
})

function event(payload: unknown, ref: string): Record<string, string> {
  asked = []
  const file = path.join(stage.temp, 'event.json')
  writeFileSync(file, JSON.stringify(payload))
  return {
    GITHUB_API_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: file,
    GITHUB_REF: ref,
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_SHA: SHA,
  }
}

async function labelsOf(uri: string): Promise<Record<string, string>> {
  const docker = parts().engines.current.docker
  return JSON.parse(
    await client(docker, ['image', 'inspect', '--format', '{{json .Config.Labels}}', uri], stage.env),
  )
}

const inputs = { 'aws-region': REGION, context: 'app', 'github-token': 'a-token' }

test('a Git tag: rules, flavor and labels end in ECR and in the image, and the API is asked nothing', async () => {
  const result = await stage.main(
    {
      ...inputs,
      repository: 'app',
      tags: 'plain\ntype=semver,pattern={{version}}\ntype=semver,pattern={{major}}.{{minor}}',
      flavor: 'suffix=-slim',
      labels: 'org.opencontainers.image.vendor=Octo\norg.opencontainers.image.title=My app',
      annotations: 'org.opencontainers.image.vendor=Octo',
    },
    { env: event({ repository }, 'refs/tags/v1.2.3') },
  )
  expectSuccess(result)
  expect(asked).toEqual([])
  expect(result.outputs['tags']?.split('\n')).toEqual(['1.2.3-slim', '1.2-slim', 'plain-slim', 'latest'])
  expect(result.outputs['version']).toBe('1.2.3-slim')
  const held = stage.ecr.store.get({ account: '123456789012', region: REGION, repository: 'app' })
  expect([...held.tags.keys()].sort()).toEqual(['1.2-slim', '1.2.3-slim', 'latest', 'plain-slim'])
  expect(await labelsOf(result.outputs['image-uri'] as string)).toMatchObject({
    'org.opencontainers.image.description': 'An app',
    'org.opencontainers.image.licenses': 'MIT',
    'org.opencontainers.image.revision': SHA,
    'org.opencontainers.image.title': 'My app',
    'org.opencontainers.image.vendor': 'Octo',
    'org.opencontainers.image.version': '1.2.3-slim',
  })
  const manifest = JSON.parse(
    Buffer.from(held.images.get(result.outputs['digest'] as string)?.bytes ?? []).toString(),
  )
  expect(manifest.annotations).toMatchObject({
    'org.opencontainers.image.vendor': 'Octo',
    'org.opencontainers.image.revision': SHA,
  })
  const json = JSON.parse(result.outputs['json'] as string)
  expect(json).toMatchObject({ version: '1.2.3-slim', digest: result.outputs['digest'], pushed: true })
  expect(json.labels['org.opencontainers.image.vendor']).toBe('Octo')
})

test('an event without the repository: the API is asked once, with the token', async () => {
  const result = await stage.main(
    { ...inputs, repository: 'app' },
    { env: event({ schedule: '0 0 * * *' }, 'refs/heads/main') },
  )
  expectSuccess(result)
  expect(asked).toEqual(['GET /repos/octo/app token a-token'])
  expect(result.outputs['tags']).toBe(`${SHA}\nmain`)
  expect(
    (await labelsOf(result.outputs['image-uri'] as string))['org.opencontainers.image.description'],
  ).toBe('from the API')
})
