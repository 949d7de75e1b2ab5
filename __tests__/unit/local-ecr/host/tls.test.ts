import { X509Certificate } from 'node:crypto'
import { createServer, get } from 'node:https'
import { expect, test } from '@jest/globals'
import { Faults } from '../../../../local-ecr/faults/faults.ts'
import { serve } from '../../../../local-ecr/host/serve.ts'
import { makeCertificates } from '../../../../local-ecr/host/tls.ts'

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

test('a handshake is held up, or ended, by the name that is asked for', async () => {
  const { ca, cert, key } = await makeCertificates(hosts)
  const faults = new Faults()
  const server = await serve((_, response) => response.end('hello'), {
    host: '127.0.0.1',
    port: 0,
    certificates: { ca, cert, key },
    onHandshake: async (region) => {
      const subject = { side: 'connection', operation: 'Handshake', account: '', region } as const
      await faults.meet(subject, '', '*')
    },
  })
  const ask = (host = '', timeout = 5000) =>
    new Promise<number | string | undefined>((resolve) => {
      const options = { host: '127.0.0.1', port: server.port, servername: host, ca, agent: false as const }
      const asking = get({ ...options, headers: { host } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
      setTimeout(() => asking.destroy(Object.assign(new Error(), { code: 'too late' })), timeout).unref()
    })
  const match = { side: 'connection', region: hosts[0] as string } as const
  faults.order({ match: {}, times: 9, effect: { kind: 'drop' } })
  faults.order({ match, effect: { kind: 'drop' } }, { match, effect: { kind: 'hang' } })
  expect(await ask(hosts[1])).toBe(200)
  expect(await ask(hosts[0])).toBe('ECONNRESET')
  expect(await ask(hosts[0], 100)).toBe('too late')
  expect(await ask(hosts[0])).toBe(200)
  faults.clear()
  await server.stop()
})
