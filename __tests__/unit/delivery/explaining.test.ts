import { expect, test } from '@jest/globals'
import { explaining } from '../../../src/delivery/explaining.ts'
import { RegistryError } from '../../../src/registry/errors.ts'
import { ActionError } from '../../../src/shared/errors.ts'

const during = { operation: 'Reading it', detail: 'GET https://HOST/v2/app/manifests/v1' }

test('returns what the work returns', async () => {
  expect(await explaining('The copy', async () => 7)).toBe(7)
})

test('explains what the work throws, with what was being done', async () => {
  const failing = explaining('The copy', async () => {
    throw new RegistryError('404', { during, status: 404 })
  })
  await expect(failing).rejects.toThrow(`The copy failed: ${during.detail}: 404`)
  await expect(failing).rejects.toBeInstanceOf(ActionError)
})

test('leaves an error alone that says what to do', async () => {
  const error = new ActionError('It is gone.', 'look for it.')
  await expect(explaining('The copy', () => Promise.reject(error))).rejects.toBe(error)
})
