import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/*
 * A certificate authority and a server's certificate, without openssl or a package: the few structures of
 * X.509 (RFC 5280) that a TLS client reads, in DER (ITU-T X.690).
 */

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const size = Buffer.from(body.length.toString(16).replace(/^(?=(..)*.$)/, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, body])
}

const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts)
const octets = (bytes: Uint8Array) => der(0x04, bytes)
const bits = (bytes: Uint8Array, unused = 0) => der(0x03, Buffer.from([unused]), bytes)
const yes = Buffer.from([0x01, 0x01, 0xff])

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const value of rest) {
    const groups = [value & 0x7f]
    for (let left = value >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return der(0x06, Buffer.from(bytes))
}

const commonName = (text: string) =>
  sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, Buffer.from(text)))))

const time = (date: Date) =>
  der(
    0x17,
    Buffer.from(
      `${date
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2)}`,
    ),
  )

const extension = (id: string, value: Uint8Array, critical = false) =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value))

const pem = (label: string, bytes: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))
const day = 24 * 3600 * 1000

const keyId = (key: KeyObject) =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()

interface Subject {
  readonly name: string
  readonly publicKey: KeyObject
  readonly extensions: readonly Buffer[]
}

function certificate(
  subject: Subject,
  issuer: { name: string; publicKey: KeyObject; privateKey: KeyObject },
): Buffer {
  const serial = Buffer.concat([Buffer.from([0x40]), randomBytes(15)])
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ecdsaWithSha256,
    commonName(issuer.name),
    sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + 30 * day))),
    commonName(subject.name),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        ...subject.extensions,
        extension('2.5.29.14', octets(keyId(subject.publicKey))),
        extension('2.5.29.35', sequence(der(0x80, keyId(issuer.publicKey)))),
      ),
    ),
  )
  return sequence(body, ecdsaWithSha256, bits(sign('sha256', body, issuer.privateKey)))
}

export interface Certificates {
  /** The authority's certificate, for clients to trust. */
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** A fresh authority, and a certificate of its for these host names; the authority's key is not kept. */
export function makeCertificates(hosts: readonly string[]): Certificates {
  const ca = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = `local-ecr ${randomBytes(4).toString('hex')}`
  const issuer = { name, ...ca }
  const caCertificate = certificate(
    {
      name,
      publicKey: ca.publicKey,
      extensions: [
        extension('2.5.29.19', sequence(yes), true),
        // keyCertSign and cRLSign
        extension('2.5.29.15', bits(Buffer.from([0x06]), 1), true),
      ],
    },
    issuer,
  )
  const serverCertificate = certificate(
    {
      name: 'local-ecr server',
      publicKey: server.publicKey,
      extensions: [
        extension('2.5.29.19', sequence(), true),
        // digitalSignature
        extension('2.5.29.15', bits(Buffer.from([0x80]), 7), true),
        // serverAuth
        extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))),
        extension('2.5.29.17', sequence(...hosts.map((host) => der(0x82, Buffer.from(host))))),
      ],
    },
    issuer,
  )
  return {
    ca: pem('CERTIFICATE', caCertificate),
    cert: pem('CERTIFICATE', serverCertificate),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
