import { describe, expect, test } from '@jest/globals'
import { ProcessError } from '../../../../src/docker/exec.ts'
import { explainBuildFailure, explainDockerFailure } from '../../../../src/docker/failures/explain.ts'
import { isLostEngine } from '../../../../src/docker/failures/lost-engine.ts'
import { explain } from '../../../../src/shared/errors.ts'
import { buildInputs } from '../../../support/inputs.ts'

const LOST = [
  'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  'error during connect: Post "http://%2Fvar%2Frun%2Fdocker.sock/v1.47/build": EOF',
  'ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
  'ERROR: failed to build: failed to receive status: rpc error: code = Canceled desc = context canceled',
  'ERROR: rpc error: code = Unavailable desc = transport is closing',
  'cannot write /tmp/build/iid because server did not provide an image ID',
  'ERROR: failed to dial gRPC: cannot connect to the Docker daemon',
]

describe.each(LOST)('%s', (said) => {
  test.each([
    ['pushes', 'not begun', 'Whether the image was pushed before that is not known'],
    ['does not push', 'none', 'docker had not begun to push the image'],
  ] as const)('of a build that %s', async (_, push, told) => {
    const request = {
      ...buildInputs(),
      annotations: [],
      labels: [],
      references: ['app:v1'],
      naming: 'docker' as const,
    }
    const context = { workspace: '/app', annotate: () => undefined, attempts: 1, push }
    const error = new ProcessError('docker', 1, '', said)
    const text = explain(await explainBuildFailure(error, request, context))
    expect(text).toContain(`has ended, or has closed the connection. ${told}.`)
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
])('is no word of a lost engine: %s', (said) => expect(isLostEngine(said)).toBe(false))

describe('the legacy builder, whose stream breaks off', () => {
  const explained = async (step: string, said = 'unexpected EOF', printed = '') => {
    const request = {
      ...buildInputs(),
      annotations: [],
      labels: [],
      references: [],
      naming: 'docker' as const,
    }
    const error = new ProcessError('docker', 1, `Step 2/3 : ${step}\n${printed}`, said)
    const context = { workspace: '/app', annotate: () => undefined, attempts: 1, push: 'none' as const }
    return explain(await explainBuildFailure(error, request, context))
  }

  test('in a command: the engine is gone, not the command wrong', async () => {
    const text = await explained('RUN make')
    expect(text).toContain('has ended, or has closed the connection. docker had not begun to push the image.')
    expect(text).not.toContain('correct what')
  })

  test.each([
    ['in a pull: the registry may be the reason', 'FROM app:v1', 'unexpected EOF', ''],
    [
      'what a command prints is its own',
      'RUN make',
      "The command 'make' returned a non-zero code: 1",
      LOST[0],
    ],
  ])('%s', async (_, step, said, printed) => {
    expect(await explained(step, said, printed)).not.toContain('has closed the connection')
  })
})
