import { expect, test } from '@jest/globals'
import { renewalOf } from '../../../../src/actions/build-push/build-help.ts'
import type { Destination } from '../../../../src/delivery/destination.ts'
import type { Docker, LoginOptions } from '../../../../src/docker/port.ts'
import { buildInputs } from '../../../support/inputs.ts'
import { fixedSession } from '../../../support/session.ts'

test('a login that is renewed in the build keeps the logins for what the build pulls', async () => {
  const logins: LoginOptions[] = []
  const session = { ...fixedSession('registry.example', 'first') }
  const docker = {
    login: async (_, options) => {
      logins.push(options)
    },
  } as Pick<Docker, 'login'> as Docker
  const pullLogins = [{ registry: 'ghcr.io', username: 'octo', password: 'x' }]
  const destination = { session } as unknown as Destination
  const silent = () => undefined
  const world = {
    docker,
    openRegistry: () => Promise.reject(new Error('not asked')),
    log: silent,
    debug: silent,
  }
  const found = { registry: 'other.example', username: 'AWS', password: 'renewed', ofEcr: 'found' as const }
  const inputs = { keepLogin: false, build: buildInputs({ pullLogins }) }
  const renewal = renewalOf(destination, inputs, { logins: async () => [found] }, world)
  await renewal.renewIfExpiring()
  expect(logins).toEqual([])
  Object.assign(session, { credentials: { username: 'AWS', password: 'second' } })
  await renewal.renewIfExpiring()
  expect(logins).toHaveLength(1)
  expect(await logins[0]?.pullLogins()).toEqual([...pullLogins, found])
})
