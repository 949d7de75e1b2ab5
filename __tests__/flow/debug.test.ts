import { expect, test } from '@jest/globals'
import { invoke } from '../../local-ecr/index.ts'
import { Flow } from '../support/flow.ts'

// What debug logging tells of a run's decisions.

const URI = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/app'

test('a push: how the image leaves the builder, and what each registry gets', async () => {
  const flow = new Flow()
  await flow.run({ registries: [{ region: 'us-east-1', registryId: null, role: null }] })
  const { digest } = flow.outputs
  const east = URI.replace('ap-northeast-2', 'us-east-1')
  expect(flow.debug).toEqual([
    'The build does not read from other registries of ECR',
    `The image leaves the builder by 'docker', as ${URI}:v1; the builder can push by digest, can write a layout, and does not load what it pushes`,
    'The size is compared with nothing',
    `${URI} gets ${digest}, tags alone; to put: latest`,
    `${east} gets ${digest}, copied from ${URI}; to put: v1, latest`,
  ])
  // A token is a secret.
  expect(flow.debug.join('\n')).not.toMatch(/eyJ|password|AWS:/i)
})

test('skip: what the tags name', async () => {
  const flow = new Flow()
  await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
  const digest = await flow.put(['v1'])
  await flow.run({ ifImageExists: 'skip' })
  expect(flow.debug[0]).toBe(`if-image-exists: skip; the tags name v1: ${digest}, latest: nothing`)
  flow.debug.length = 0
  await flow.run({ ifImageExists: 'skip' })
  expect(flow.debug).toContain(`${URI} gets nothing: v1, latest exist there as ${digest}`)
  expect(flow.dockerCalls.filter((call) => call === 'build')).toHaveLength(1)
})
