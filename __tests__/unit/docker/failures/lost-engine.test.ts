import { describe, expect, test } from '@jest/globals'
import { ProcessError } from '../../../../src/docker/exec.ts'
import { explainBuildFailure, explainDockerFailure } from '../../../../src/docker/failures/explain.ts'
import { lostEngine } from '../../../../src/docker/failures/lost-engine.ts'
import { explain } from '../../../../src/shared/errors.ts'
import { buildInputs } from '../../../support/inputs.ts'

const LOST = [
  'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  'error during connect: Post "http://%2Fvar%2Frun%2Fdocker.sock/v1.47/build": EOF',
  'ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
  'ERROR: failed to build: failed to receive status: rpc error: code = Canceled desc = context canceled',
  'ERROR: rpc error: code = Unavailable desc = transport is closing',
  'ERROR: failed to dial gRPC: cannot connect to the Docker daemon',
]

describe.each(LOST)('%s', (said) => {
  test.each([
    ['docker', 'Whether the image was pushed before that is not known'],
    ['local', 'docker had not begun to push the image'],
  ] as const)('of a build that names: %s', async (naming, push) => {
    const request = { ...buildInputs(), annotations: [], labels: [], references: ['app:v1'], naming }
    const context = { workspace: '/app', annotate: () => undefined, attempts: 1 }
    const error = new ProcessError('docker', 1, '', said)
    const text = explain(await explainBuildFailure(error, request, context))
    expect(text).toContain(`has ended, or has closed the connection. ${push}.`)
    expect(text).toContain('journalctl -u docker')
    expect(text).not.toContain('correct what it says')
  })

  test('of a push', () => {
    const text = explain(explainDockerFailure('The push of app:v1', new ProcessError('docker', 1, '', said)))
    expect(text).toContain('Whether the image was pushed before that is not known')
  })
})

test.each([
  'failed to solve: Canceled: context canceled',
  'failed to do request: Put "https://registry/v2/app/manifests/v1": EOF',
  'dial tcp 127.0.0.1:443: connect: connection refused',
  '',
])('is no word of a lost engine: %s', (said) => expect(lostEngine(said, true)).toBeNull())
