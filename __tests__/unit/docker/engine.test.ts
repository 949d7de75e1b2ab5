import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { engineUnreachable, inContainer, inspectEngine } from '../../../src/docker/engine.ts'

// What GitHub's runner sets in a job with `container:`, and what it sets on a machine.
test.each<[string, Record<string, string>, string[], boolean]>([
  ["a job's container", { GITHUB_WORKSPACE: '/__w/app/app' }, [], true],
  ['a container of Docker', { GITHUB_WORKSPACE: '/home/runner/_work/app/app' }, ['/.dockerenv'], true],
  ['a container of Podman', {}, ['/run/.containerenv'], true],
  ['a machine', { GITHUB_WORKSPACE: '/home/runner/work/app/app' }, [], false],
  ['another folder of that name', { GITHUB_WORKSPACE: '/home/__w/app' }, [], false],
])('%s', (_, env, files, expected) => {
  expect(inContainer(env, (file) => files.includes(file))).toBe(expected)
})

test("a job's container without docker: the container is named, and what it lacks", async () => {
  const before = process.env['PATH']
  // The toolkit looks for programs on this process's own PATH.
  process.env['PATH'] = '/nowhere'
  try {
    await expect(inspectEngine({ PATH: '/nowhere', GITHUB_WORKSPACE: '/__w/app/app' })).rejects.toMatchObject(
      {
        message: 'There is no docker command in the container that this step runs in.',
        remedy: expect.stringMatching(/^if the job has container:, .*buildx plugin/),
      },
    )
  } finally {
    process.env['PATH'] = before
  }
})

describe('an engine that does not answer', () => {
  let folder: string
  const before = process.env['PATH']
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'engine-'))
    process.env['PATH'] = `${folder}:${before}`
  })
  afterEach(() => {
    process.env['PATH'] = before
    rmSync(folder, { recursive: true })
  })

  const GONE = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.'
  // How clients say it: on standard error; in the JSON, and exit with 1; in the JSON, and exit with 0.
  const CLIENTS = [
    `echo '${GONE}' >&2; exit 1`,
    `echo '{"ServerErrors":["${GONE}"]}'; exit 1`,
    `echo '{"ServerErrors":["${GONE}"]}'`,
  ]

  test.each(CLIENTS)('in a container: its socket has to be mounted (%s)', async (script) => {
    const env = { PATH: process.env['PATH'] ?? '', GITHUB_WORKSPACE: '/__w/app/app' }
    writeFileSync(path.join(folder, 'docker'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    await expect(inspectEngine(env)).rejects.toMatchObject({
      message: `Docker's engine does not answer: ${GONE}`,
      remedy: expect.stringMatching(
        /^this step runs in a container.* mount .*docker\.sock.*DOCKER_HOST.*docker:dind/,
      ),
    })
  })

  test('on a machine: it has to be started there', () => {
    expect(engineUnreachable(GONE, false).remedy).toMatch(/^start it on the self-hosted runner/)
  })
})
