import { randomBytes } from 'node:crypto'
import { generate } from 'selfsigned'

/** A certificate authority, and a server's certificate and key, as PEM. */
export interface Certificates {
  /** The authority's certificate, which clients have to trust. */
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** Makes a new certificate authority, and a certificate for these host names. The authority's key is not kept. */
export async function makeCertificates(hosts: readonly string[]): Promise<Certificates> {
  const common = {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // The clocks of a runner and of its engine's machine may differ.
    notBeforeDate: new Date(Date.now() - 24 * 3600 * 1000),
  } as const
  const authority = await generate(
    // A new name each time, so that no client confuses the authorities of two runs.
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
