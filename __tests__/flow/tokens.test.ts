import { beforeEach, describe, expect, test } from '@jest/globals'
import type { RegistryTarget } from '../../src/inputs/registries.ts'
import { Flow } from '../support/flow.ts'

const registries: RegistryTarget[] = [{ region: 'us-east-1', registryId: null, role: null }]

let flow: Flow
beforeEach(() => {
  flow = new Flow()
})

const issued = () => flow.operations().filter((name) => name === 'GetAuthorizationToken').length
const renewals = () => flow.log.filter((line) => line.startsWith('Renewed the token of '))

describe('tokens that expire in the build', () => {
  test('are renewed once for each registry, whoever is told first', async () => {
    flow.afterBuild = () => flow.store.expireTokens()
    await flow.run({ registries })
    expect(renewals()).toHaveLength(2)
    expect(issued()).toBe(4)
    const place = { account: flow.caller.account, region: 'us-east-1', repository: 'app' }
    expect(flow.store.get(place).tags.get('latest')).toBe(flow.outputs['digest'])
  })

  test('and whose successors are expired too, end the step', async () => {
    flow.afterBuild = () => {
      flow.store.expireTokens()
      flow.store.tokenLifetimeMs = -1
    }
    expect(await flow.failure({ registries })).toContain('Your authorization token has expired')
    expect(issued()).toBeLessThanOrEqual(4)
  })

  test('are not renewed where ECR states a time in the past of a token that is good', async () => {
    flow.store.statedExpiry = () => new Date(0)
    await flow.run({ registries })
    expect(renewals()).toEqual([])
    expect(issued()).toBe(2)
  })
})
