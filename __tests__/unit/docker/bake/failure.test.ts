import { expect, test } from '@jest/globals'
import { explainBakeFailure } from '../../../../src/docker/bake/failure.ts'
import type { BakeBuild } from '../../../../src/docker/bake/port.ts'
import { Exports } from '../../../../src/docker/bake/progress.ts'
import { ProcessError } from '../../../../src/docker/exec.ts'
import { explain } from '../../../../src/shared/errors.ts'
import { buildInputs } from '../../../support/inputs.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const NAMES = ['api', 'web', 'worker']

const requestOf = (name: string) => ({
  ...buildInputs({ context: `/checkout/${name}`, file: `/checkout/${name}/Dockerfile` }),
  labels: [],
  annotations: [],
  naming: 'digest' as const,
  references: [`host/shop/${name}`],
})
const images = NAMES.map((name) => ({ name, request: requestOf(name) }))
const build: BakeBuild = {
  source: {
    remote: null,
    files: [],
    targets: [],
    set: [],
    vars: new Map(),
    allow: [],
    builder: null,
  },
  plan: { targets: [] },
  images,
  others: [],
  requests: new Map(images.map(({ name, request }) => [name, request])),
  stallSeconds: 300,
  renewal: null,
  held: async (target) => (target === 'api' ? { digest: DIGEST, configDigest: null } : null),
}
const context = { workspace: '/checkout', annotate: () => undefined, attempts: 1 }
const exportsIn = (stderr: string) => {
  const exports = new Exports(NAMES)
  exports.read(stderr)
  return exports
}
const failing = (stderr: string) =>
  explainBakeFailure(new ProcessError('docker failed', 1, '', stderr), build, NAMES, {
    ...context,
    exports: exportsIn(stderr),
  })

const FAILED = (name: string, number: number) => `#${number} [${name} 2/2] RUN x
#${number} 0.1 said by ${name}
#${number} ERROR: process "/bin/sh -c x" did not complete successfully: exit code: ${number}
`
const BLOCK = (name: string, number: number) => `------
 > [${name} 2/2] RUN x:
0.1 said by ${name}
------
Dockerfile:2
--------------------
   2 | >>> RUN x
--------------------
ERROR: target ${name}: failed to solve: process "/bin/sh -c x" did not complete successfully: exit code: ${number}
`

test('each target that failed is told with its step and lines, and what the others had pushed is known', async () => {
  const { failure, pushed } = await failing(
    `#4 [api] exporting to image\n#4 pushing manifest for host/shop/api@${DIGEST} done\n#4 DONE 1s\n` +
      `#8 [worker] exporting to image\n#8 pushing manifest for host/shop/worker@${DIGEST}\n` +
      FAILED('web', 3) +
      BLOCK('web', 3),
  )
  expect(explain(failure)).toContain(
    "Target 'web': The build failed at [2/2] RUN x.\n  the command ended with exit code 3\n  in web/Dockerfile, line 2",
  )
  expect(explain(failure)).toContain('said by web')
  // The registry does not confirm that of the worker.
  expect([...pushed]).toEqual([['api', DIGEST]])
})

test('two that failed are both told', async () => {
  const { failure } = await failing(
    FAILED('web', 3) + FAILED('worker', 5) + BLOCK('web', 3) + BLOCK('worker', 5),
  )
  expect(explain(failure)).toContain("Target 'web': The build failed at [2/2] RUN x.")
  expect(explain(failure)).toContain(
    "Target 'worker': The build failed at [2/2] RUN x.\n  the command ended with exit code 5",
  )
})

test('what a definition is not allowed to reach names the input that allows it', async () => {
  const { failure } = await failing(
    'Pass "--allow=fs.read=../x --allow=network.host" to grant requested privileges.\n\nERROR: additional privileges requested\n',
  )
  expect(explain(failure)).toContain('reaches what it is not allowed to reach: fs.read=../x, network.host.')
  expect(explain(failure)).toContain("the input 'allow' (fs.read=../x, network.host)")
})

test('a failure of no target is in no Dockerfile', async () => {
  const { failure } = await failing('ERROR: no builder "x" found\n')
  expect(explain(failure)).toContain('no builder "x" found')
  expect(explain(failure)).not.toContain('Dockerfile')
})
