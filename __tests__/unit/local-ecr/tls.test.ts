import { X509Certificate } from 'node:crypto'
import { createServer, get } from 'node:https'
import { expect, test } from '@jest/globals'
import { makeCertificates } from '../../../dev/local-ecr/tls.ts'

const hosts = ['123456789012.dkr.ecr.us-east-1.amazonaws.com', 'api.ecr.us-east-1.amazonaws.com']

test('the server certificate is of the authority, for the hosts, for now', async () => {
  const made = await makeCertificates(hosts)
  const ca = new X509Certificate(made.ca)
  const cert = new X509Certificate(made.cert)
  expect(ca.ca).toBe(true)
  expect(cert.ca).toBe(false)
  expect(cert.verify(ca.publicKey)).toBe(true)
  expect(hosts.map((host) => cert.checkHost(host))).toEqual(hosts)
  expect(cert.checkHost('ecr.us-east-1.amazonaws.com')).toBeUndefined()
  expect(Date.parse(cert.validFrom)).toBeLessThan(Date.now())
  expect(Date.parse(cert.validTo)).toBeGreaterThan(Date.now() + 7 * 24 * 3600 * 1000)
})

test('a client that trusts the authority connects; another does not', async () => {
  const { ca, cert, key } = await makeCertificates(hosts)
  const server = createServer({ cert, key }, (_, response) => response.end('hello'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const ask = (trusted?: string) =>
    new Promise<number | string | undefined>((resolve) => {
      const options = { host: '127.0.0.1', port, servername: hosts[0] ?? '', agent: false as const }
      get({ ...options, ...(trusted ? { ca: trusted } : {}) }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    })
  const answers = [await ask(ca), await ask()]
  server.close()
  expect(answers).toEqual([200, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])
})
