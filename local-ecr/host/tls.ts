import { randomBytes } from 'node:crypto'
import { generate } from 'selfsigned'

export interface Certificates {
  /** The authority's certificate, for clients to trust. */
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** A fresh authority, and a certificate of its for these host names; the authority's key is not kept. */
export async function makeCertificates(hosts: readonly string[]): Promise<Certificates> {
  const common = {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // Clocks of a runner and of its engine's machine may differ.
    notBeforeDate: new Date(Date.now() - 24 * 3600 * 1000),
  } as const
  const authority = await generate(
    // Its own name each time, so that no client takes one run's authority for another's.
    [{ name: 'commonName', value: `local-ecr ${randomBytes(4).toString('hex')}` }],
    {
      ...common,
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    },
  )
  const server = await generate([{ name: 'commonName', value: 'local-ecr server' }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2 as const, value })) },
    ],
  })
  return { ca: authority.cert, cert: server.cert, key: server.private }
}
