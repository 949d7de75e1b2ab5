import { expect, test } from '@jest/globals'
import { inContainer, inspectEngine } from '../../../src/docker/engine.ts'

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
