import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { OCI_IMAGE } from '../../../src/oci/media-types.ts'
import { digestOf, type Manifest } from '../../../src/oci/types.ts'
import { Registry } from '../../../src/registry/client.ts'
import { registryAgents } from '../../../src/registry/http.ts'
import { putTag } from '../../../src/registry/put-tag.ts'
import { REQUEST_RETRY_POLICY } from '../../../src/registry/request-retries.ts'
import { LIMITS } from '../../../src/shared/limits.ts'
import { lowerLimits } from '../../support/limits.ts'
import { fixedSession } from '../../support/session.ts'

// The client against servers that misbehave on purpose, each in its way.

const SECRET = 'c2VjcmV0LXRva2Vu'
const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE, layers: [] }))
const digest = digestOf(manifest)
const blob = { mediaType: 'x', digest: digestOf(Buffer.from('0123456789')), size: 10 }

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A client of a server that answers the requests one after the other; the last answer stays. */
async function scripted(...answers: ((request: IncomingMessage, response: ServerResponse) => void)[]) {
  const asked: IncomingMessage[] = []
  const host = await serve((request, response) => {
    asked.push(request)
    const answer = answers[Math.min(asked.length, answers.length) - 1]
    request.resume()
    request.on('end', () => answer?.(request, response))
  })
  return { asked, host, ...clientOf(host) }
}

function clientOf(host: string) {
  const waits: number[] = []
  const agents = registryAgents()
  ends.push(() => agents.http.destroy())
  const retryPolicy = {
    ...REQUEST_RETRY_POLICY,
    sleep: async (milliseconds: number) => {
      waits.push(milliseconds)
    },
  }
  const access = fixedSession(host, SECRET)
  return { waits, agents, registry: new Registry(access, { agents, retryPolicy }) }
}

const answer =
  (status: number, body: string | Buffer = '', headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, headers).end(body)
  }
const good = answer(200, manifest, { 'content-type': OCI_IMAGE, 'docker-content-digest': digest })
const errors = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] })

describe('a manifest is checked', () => {
  test('and comes with its bytes', async () => {
    const { registry, asked } = await scripted(good)
    const found = await registry.manifest('app', 'v1')
    expect(found).toMatchObject({ digest, mediaType: OCI_IMAGE })
    expect(Buffer.from(found.bytes).equals(manifest)).toBe(true)
    expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from(`AWS:${SECRET}`).toString('base64')}`)
    expect(asked[0]?.headers.accept).toContain(OCI_IMAGE)
  })

  const other = `sha256:${'0'.repeat(64)}`
  test.each([
    ['other bytes than its digest says', other, good, `the bytes of ${other} have the digest ${digest}`],
    [
      'a header with another digest',
      'v1',
      answer(200, manifest, { 'content-type': OCI_IMAGE, 'docker-content-digest': other }),
      `the bytes of ${other} have the digest ${digest}`,
    ],
    [
      'another media type than it says of itself',
      'v1',
      answer(200, manifest, { 'content-type': 'application/vnd.oci.image.index.v1+json' }),
      `the response has the media type application/vnd.oci.image.index.v1+json, and the manifest in it says ${OCI_IMAGE}`,
    ],
    ['no JSON', 'v1', answer(200, '<html>', { 'content-type': OCI_IMAGE }), 'is not a valid manifest'],
    [
      'an unknown kind',
      'v1',
      answer(200, '{}', { 'content-type': 'text/plain; charset=utf-8' }),
      "a manifest of the unknown media type 'text/plain'",
    ],
    ['far too many bytes', 'v1', answer(200, Buffer.alloc(5 << 20)), 'a response of more than 4194304 bytes'],
  ])('%s is an error', async (_, reference, given, message) => {
    const { registry } = await scripted(given)
    await expect(registry.manifest('app', reference)).rejects.toThrow(message)
  })

  test('what a proxy made of it once is asked for again', async () => {
    const { registry } = await scripted(answer(200, '{}', { 'docker-content-digest': digest }), good)
    expect((await registry.manifest('app', digest)).digest).toBe(digest)
  })

  test('a registry that holds something else after a push is an error', async () => {
    const { registry } = await scripted(answer(201, '', { 'docker-content-digest': other }))
    const put = registry.putManifest('app', 'v1', { bytes: manifest, mediaType: OCI_IMAGE, digest })
    await expect(put).rejects.toThrow(`the registry stored ${other}, which is not ${digest}`)
  })
})

describe('whether something is there', () => {
  test('a registry without the digest header is asked for the content', async () => {
    const { registry, asked } = await scripted(answer(200), good)
    expect(await registry.head('app', 'v1')).toMatchObject({ digest, mediaType: OCI_IMAGE })
    expect(asked.map(({ method }) => method)).toEqual(['HEAD', 'GET'])
  })
  test('404 is no error', async () => {
    const { registry } = await scripted(answer(404, errors('MANIFEST_UNKNOWN', 'no')))
    expect(await registry.head('app', 'v1')).toBeNull()
    expect(await registry.hasBlob('app', blob)).toBe(false)
  })
  test('a blob of another size is an error', async () => {
    const { registry } = await scripted(answer(200, '', { 'content-length': '3' }))
    await expect(registry.hasBlob('app', blob)).rejects.toThrow('has 3 bytes, and its descriptor says 10')
  })
})

describe('what can pass', () => {
  const dropped = (request: IncomingMessage) => request.socket.destroy()

  test.each([
    ['429', answer(429, errors('TOOMANYREQUESTS', 'Rate exceeded'))],
    ['500', answer(500)],
    ['503', answer(503, '<html><h1>503</h1></html>')],
    ['a connection that ends', dropped],
  ])('%s is tried again', async (_, failure) => {
    const { registry, waits } = await scripted(failure, failure, good)
    expect((await registry.manifest('app', 'v1')).digest).toBe(digest)
    expect(waits).toHaveLength(2)
    expect(waits[0]).toBeLessThanOrEqual(REQUEST_RETRY_POLICY.firstMs)
    expect(waits[1]).toBeLessThanOrEqual(2 * REQUEST_RETRY_POLICY.firstMs)
  })

  test.each(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'])(
    'a name that is not resolved (%s) is tried again',
    async (code) => {
      const { registry, waits, agents } = clientOf('registry.invalid')
      // A resolver that answers so.
      const failing = (...[name, , done]: [string, object, (error: Error) => void]) =>
        done(Object.assign(new Error(`getaddrinfo ${code} ${name}`), { code }))
      Object.assign((agents.http as unknown as { options: object }).options, { lookup: failing })
      await expect(registry.manifest('app', 'v1')).rejects.toThrow(`getaddrinfo ${code} registry.invalid`)
      expect(waits).toHaveLength(REQUEST_RETRY_POLICY.attempts - 1)
    },
  )

  test('a registry that asks for more pauses than one waits for ends it', async () => {
    const { registry, waits } = await scripted(answer(429, '', { 'retry-after': '50' }))
    await expect(registry.manifest('app', 'v1')).rejects.toThrow('429 Too Many Requests')
    // 120 s in all.
    expect(waits).toEqual([50_000, 50_000])
  })

  test.each([
    [
      'nginx',
      '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>',
      '502 Bad Gateway (a web page, and no answer of a registry: nginx)',
    ],
    [
      'a load balancer',
      '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>',
      '502 Bad Gateway (a web page, and no answer of a registry)',
    ],
    ['text', 'Bad Gateway', '502 Bad Gateway'],
    ['text of its own', 'upstream is gone', '502 upstream is gone'],
    ['nothing', '', '502 Bad Gateway'],
  ])('an answer of a gateway says its status once: %s', async (_, page, message) => {
    const { registry } = await scripted(answer(502, page, { 'content-type': 'text/html' }))
    const error = await registry.manifest('app', 'v1').catch((failure: Error) => failure)
    expect((error as Error).message.split(': ').slice(1).join(': ')).toBe(message)
    expect(error).toMatchObject({ attempts: REQUEST_RETRY_POLICY.attempts })
  })

  test('a registry that says when to come back is believed, within bounds', async () => {
    const busy = (value: string) => answer(429, '', { 'retry-after': value })
    const { registry, waits } = await scripted(
      busy('3'),
      busy('90'),
      busy(new Date(Date.now() + 5000).toUTCString()),
      good,
    )
    await registry.manifest('app', 'v1')
    expect(waits[0]).toBe(3000)
    expect(waits[1]).toBe(90_000)
    expect(waits[2]).toBeGreaterThan(3000)
    expect(waits[2]).toBeLessThanOrEqual(5000)
  })

  test('a registry that wants to be left alone for long ends it at once', async () => {
    const { registry, asked } = await scripted(answer(429, '', { 'retry-after': '86400' }), good)
    await expect(registry.manifest('app', 'v1')).rejects.toThrow(
      '429 Too Many Requests (it asks to come back in 86400 s, which is too long to wait for)',
    )
    expect(asked).toHaveLength(1)
  })

  test('a page of a gateway is one line', async () => {
    const page = '<html><head><title>502 Bad Gateway</title></head>\n<body><h1>Sorry</h1></body></html>'
    const { registry } = await scripted(answer(502, page, { 'content-type': 'text/html' }))
    await expect(registry.manifest('app', 'v1')).rejects.toThrow(
      /: 502 Bad Gateway \(a web page, and no answer of a registry: Sorry\)$/,
    )
  })

  test.each(['manifest', 'referrers'] as const)(
    'a page in place of an answer (%s) is named as one',
    async (what) => {
      const page = answer(200, '<html><body>Sign in</body></html>', {
        'content-type': 'text/html; charset=utf-8',
      })
      const { registry } = await scripted(page)
      await expect(registry[what]('app', `sha256:${'0'.repeat(64)}`)).rejects.toThrow(
        /: 200 OK \(a web page, and no answer of a registry\)$/,
      )
    },
  )

  test('ends after a bounded number of attempts, with what was said', async () => {
    const { registry, asked, host } = await scripted(answer(503, errors('UNAVAILABLE', 'come back')))
    await expect(registry.manifest('app', 'v1')).rejects.toThrow(
      `GET http://${host}/v2/app/manifests/v1: 503 UNAVAILABLE: come back`,
    )
    expect(asked).toHaveLength(REQUEST_RETRY_POLICY.attempts)
  })

  test.each([400, 401, 403, 404])('%d does not pass and is not tried again', async (status) => {
    const { registry, asked } = await scripted(answer(status, errors('DENIED', 'no')), good)
    await expect(registry.manifest('app', 'v1')).rejects.toThrow(`${status} DENIED: no`)
    expect(asked).toHaveLength(1)
  })

  test('a kept connection that the other side has closed costs no wait', async () => {
    let first = true
    const { registry, waits } = await scripted((request, response) => {
      good(request, response)
      if (first) response.once('finish', () => setTimeout(() => request.socket.resetAndDestroy(), 5))
      first = false
    })
    await registry.manifest('app', 'v1')
    for (let times = 0; times < 3; times++) await registry.manifest('app', 'v1')
    expect(waits).toEqual([])
  })
})

test('a put whose answer is lost is looked up by its content at a registry without the digest header', async () => {
  const { registry, asked } = await scripted(
    (request) => request.socket.destroy(),
    answer(200),
    answer(200, manifest, { 'content-type': OCI_IMAGE }),
  )
  await registry.putManifest('app', 'v1', { bytes: manifest, mediaType: OCI_IMAGE, digest })
  expect(asked.map(({ method }) => method)).toEqual(['PUT', 'HEAD', 'GET'])
})

test.each([
  [400, 'refused'],
  [403, 'refused'],
  [429, 'refused'],
  // The server has waited for the request, and does not say what it has done with it.
  [408, null],
  [425, null],
  [503, null],
])('after %i to its put, a tag is %s', async (status, said) => {
  const { registry } = await scripted((request, response) =>
    answer(request.method === 'PUT' ? status : 404, '', { 'retry-after': '500' })(request, response),
  )
  const told: string[] = []
  const found: Manifest = { bytes: manifest, mediaType: OCI_IMAGE, digest, content: {} }
  const put = putTag({ registry, repository: 'app' }, found, 'v1', (_, state) => told.push(state))
  await expect(put).rejects.toThrow(String(status))
  expect(told).toEqual(['begun', ...(said === null ? [] : [said])])
})

describe('an answer that ends the connection, and is none', () => {
  const upgrade = answer(101, '', { connection: 'Upgrade', upgrade: 'websocket' })
  const calls: [string, (registry: Registry) => Promise<unknown>][] = [
    ['HEAD', (registry) => registry.head('app', 'v1')],
    ['GET', (registry) => registry.manifest('app', 'v1')],
    [
      'PUT',
      (registry) => registry.putManifest('app', 'v1', { bytes: manifest, mediaType: OCI_IMAGE, digest }),
    ],
  ]
  test.each(calls)('101 to a %s costs one attempt', async (_, call) => {
    const { registry, waits } = await scripted(upgrade, upgrade, answer(503), good)
    await call(registry)
    expect(waits.length).toBeGreaterThan(0)
  })
  test('101 for ever is an error that says so', async () => {
    const { registry, asked } = await scripted(upgrade)
    await expect(registry.manifest('app', 'v1')).rejects.toThrow('101 Switching Protocols, and no answer')
    expect(asked).toHaveLength(LIMITS.transientAttempts)
  })
})

test('an answer that the question ends at its own limit is not called broken off by the registry', async () => {
  lowerLimits({ questionMs: 300 })
  const { registry } = await scripted((_, response) => {
    response.writeHead(200, { 'content-type': OCI_IMAGE, 'content-length': '100' }).write('{')
  })
  await expect(registry.manifest('app', 'v1')).rejects.toThrow('not done within 0.3 s, all attempts together')
})

describe('redirects', () => {
  test('a layer is fetched where the registry refers to, without the credentials', async () => {
    const seen: (string | undefined)[] = []
    const elsewhere = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers.range)
      response.writeHead(206, { 'content-length': '6' }).end('456789')
    })
    const { registry, asked } = await scripted(
      answer(307, '', { location: `http://${elsewhere}/layer?X-Amz-Signature=1` }),
    )
    const parts = await (await registry.openBlob('app', blob, 4)).toArray()
    expect(Buffer.concat(parts).toString()).toBe('456789')
    expect(asked[0]?.headers.authorization).toBeDefined()
    expect(seen).toEqual([undefined, 'bytes=4-9'])
  })
  test('a ring of them ends', async () => {
    const { registry, asked } = await scripted(answer(307, '', { location: '/again' }))
    await expect(registry.openBlob('app', blob)).rejects.toThrow('a redirect that is not followed')
    expect(asked).toHaveLength(1 + LIMITS.redirects)
  })
  test('a registry that ignores a range gives what was asked for all the same', async () => {
    const { registry } = await scripted(answer(200, '0123456789'))
    const parts = await (await registry.openBlob('app', blob, 4)).toArray()
    expect(Buffer.concat(parts).toString()).toBe('456789')
  })
})

describe('a registry with tokens of its own', () => {
  const challenge = (host: string) =>
    answer(401, '', {
      'www-authenticate': `Bearer realm="http://${host}/token/",service="s",scope="repository:app:pull"`,
    })

  test('is asked with one, which serves for what comes then', async () => {
    const { registry, asked, host } = await scripted(
      (request, response) => challenge(request.headers.host ?? '')(request, response),
      answer(200, '{"token":"of-its-own"}'),
      good,
    )
    await registry.manifest('app', 'v1')
    await registry.manifest('app', 'v2')
    expect(asked.map(({ url }) => url)).toEqual([
      '/v2/app/manifests/v1',
      '/token/?service=s&scope=repository%3Aapp%3Apull',
      '/v2/app/manifests/v1',
      '/v2/app/manifests/v2',
    ])
    expect(asked.map(({ headers }) => headers.authorization?.split(' ')[0])).toEqual([
      'Basic',
      'Basic',
      'Bearer',
      'Bearer',
    ])
    expect(host).toBe(registry.host)
  })
  test('elsewhere gets no credentials', async () => {
    const { registry, asked } = await scripted(challenge('example.com'))
    await expect(registry.manifest('app', 'v1')).rejects.toThrow('names another host to get a token from')
    expect(asked).toHaveLength(1)
  })
  test('that never takes it is not asked for ever', async () => {
    const { registry, asked } = await scripted((request, response) => {
      if (request.url?.startsWith('/token')) answer(200, '{"token":"x"}')(request, response)
      else challenge(request.headers.host ?? '')(request, response)
    })
    await expect(registry.manifest('app', 'v1')).rejects.toThrow('401')
    expect(asked).toHaveLength(3)
  })
})

test.each([
  [200, true],
  [401, false],
  [403, false],
  [503, false],
])(
  'a registry that answers %i at its root: whether it accepts the token is %s, asked once',
  async (status, accepts) => {
    const { registry, asked } = await scripted(answer(status))
    await expect(registry.acceptsToken()).resolves.toBe(accepts)
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /v2/'])
  },
)

test('no error holds the credentials or a query', async () => {
  const { registry } = await scripted((request, response) => {
    if (request.method === 'POST')
      answer(202, '', { location: '/v2/app/up?_state=secret-state' })(request, response)
    else answer(403, errors('DENIED', 'no'))(request, response)
  })
  const { pushBlob } = await import('../../../src/registry/upload.ts')
  const { Readable } = await import('node:stream')
  const open = async () => Readable.from([Buffer.from('0123456789')])
  const failure = await pushBlob(registry, 'app', blob, { place: 'there', open }).catch(
    (error) => `${error.message} ${error.stack} ${JSON.stringify(error)}`,
  )
  expect(failure).toContain('/v2/app/up: 403 DENIED: no')
  expect(failure).not.toMatch(/secret-state/)
  expect(failure).not.toContain(SECRET)
  expect(failure).not.toContain(Buffer.from(`AWS:${SECRET}`).toString('base64'))
})

describe('referrers', () => {
  const page = (...digests: string[]) =>
    JSON.stringify({
      schemaVersion: 2,
      manifests: digests.map((one) => ({ mediaType: OCI_IMAGE, digest: one, size: 1 })),
    })
  const [a, b] = ['a', 'b'].map((letter) => `sha256:${letter.repeat(64)}`) as [string, string]
  test('all pages are read', async () => {
    const { registry, asked } = await scripted(
      answer(200, page(a), { link: `</v2/app/referrers/${digest}?next=1>; rel="next"` }),
      answer(200, page(b)),
    )
    expect((await registry.referrers('app', digest))?.map((one) => one.digest)).toEqual([a, b])
    expect(asked[1]?.url).toBe(`/v2/app/referrers/${digest}?next=1`)
  })
  test.each([
    '<?next=1>; title="a, b; c"; rel="next"',
    '<?next=1>; Rel=NEXT',
    '<?next=1>;rel="last next"',
    '</first>; rel="first", <?next=1>; rel=next',
    '<?next=1> ; rel = "next" ; type="x"',
  ])('all pages are read, however the link is written: %s', async (link) => {
    const { registry } = await scripted(answer(200, page(a), { link }), answer(200, page(b)))
    expect((await registry.referrers('app', digest))?.map((one) => one.digest)).toEqual([a, b])
  })
  test('a link to something else is no next page', async () => {
    const { registry } = await scripted(
      answer(200, page(a), { link: '<?first>; title="rel=next"; rel="first"' }),
    )
    expect(await registry.referrers('app', digest)).toHaveLength(1)
  })
  test.each(['<?next=1>', '<?next=1>; rel', '?next=1; rel="next"', '<?next=1>; rel="next'])(
    'what cannot be read is not taken for the end: %s',
    async (link) => {
      const { registry } = await scripted(answer(200, page(a), { link }))
      await expect(registry.referrers('app', digest)).rejects.toThrow('has a Link that cannot be read')
    },
  )
  test('a page that fails is asked for once more, and what was read before it is kept', async () => {
    const { registry, asked } = await scripted(
      answer(200, page(a), { link: '<?next=1>; rel="next"' }),
      answer(500),
      answer(200, page(b)),
    )
    expect((await registry.referrers('app', digest))?.map((one) => one.digest)).toEqual([a, b])
    expect(asked.map(({ url }) => url?.split('?')[1])).toEqual([undefined, 'next=1', 'next=1'])
  })
  test('a page on another host is not asked for: the list is not whole', async () => {
    const { registry } = await scripted(answer(200, page(a), { link: '<http://example.com/>; rel="next"' }))
    await expect(registry.referrers('app', digest)).rejects.toThrow(
      'the list of referrers goes on at an address of another host',
    )
  })
  test('a list that breaks off is not whole', async () => {
    const { registry } = await scripted(
      answer(200, page(a), { link: '<?next=1>; rel="next"' }),
      ...Array.from({ length: LIMITS.transientAttempts }, () => answer(404)),
    )
    await expect(registry.referrers('app', digest)).rejects.toThrow('the list of referrers breaks off')
  })
  test('a list that has no end is an error, and is read up to the limit', async () => {
    lowerLimits({ referrerPages: 3 })
    const pages = Array.from({ length: 5 }, (_, at) =>
      answer(200, page(a), { link: `<?next=${at}>; rel="next"` }),
    )
    const { registry, asked } = await scripted(...pages)
    await expect(registry.referrers('app', digest)).rejects.toThrow('has more than 3 pages')
    expect(asked).toHaveLength(3)
  })
  test('of exactly as many pages as the limit, all are read', async () => {
    lowerLimits({ referrerPages: 2 })
    const { registry } = await scripted(
      answer(200, page(a), { link: '<?next=1>; rel="next"' }),
      answer(200, page(b)),
    )
    expect(await registry.referrers('app', digest)).toHaveLength(2)
  })
  test('a registry without them', async () => {
    const { registry } = await scripted(answer(404))
    expect(await registry.referrers('app', digest)).toBeNull()
  })
  test('a list that is none is an error', async () => {
    const { registry } = await scripted(answer(200, page('../../escape')))
    await expect(registry.referrers('app', digest)).rejects.toThrow('the list of referrers is not an index')
  })
})
