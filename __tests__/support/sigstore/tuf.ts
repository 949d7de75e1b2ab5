import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { canonicalize } from '@tufjs/canonical-json'
import {
  Key,
  Metadata,
  MetaFile,
  Root,
  Signature,
  Snapshot,
  TargetFile,
  Targets,
  Timestamp,
} from '@tufjs/models'

/** What the server does with its next request for a path instead of answering. */
export type TufFault = { readonly status: number } | 'silence' | 'end' | 'half'

/** A TUF repository on loopback with one target, whose root was changed once. */
export interface TufRepository {
  readonly url: URL
  /** The bytes of the first root, which the client begins with. */
  readonly firstRoot: Buffer
  /** By path; a test may replace them. */
  readonly files: Map<string, Buffer>
  /** The paths that were asked for. */
  readonly requests: string[]
  /** First come first; null: this request is answered as it should be. */
  readonly faults: (TufFault | null)[]
  close(): void
}

interface SigningKey {
  readonly key: Key
  readonly private: KeyObject
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function newKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  // The last 32 bytes of the DER are the key itself.
  const text = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex')
  const keyVal = { public: text }
  const own = { keytype: 'ed25519', scheme: 'ed25519', keyval: keyVal }
  const keyID = sha256(Buffer.from(canonicalize(own)))
  return { key: new Key({ keyID, keyType: 'ed25519', scheme: 'ed25519', keyVal }), private: privateKey }
}

function signed<T extends Root | Targets | Snapshot | Timestamp>(
  content: T,
  keys: readonly SigningKey[],
): Buffer {
  const metadata = new Metadata(content)
  for (const { key, private: secret } of keys) {
    metadata.sign(
      (data) => new Signature({ keyID: key.keyID, sig: sign(null, data, secret).toString('hex') }),
    )
  }
  return Buffer.from(JSON.stringify(metadata.toJSON()))
}

/**
 * @param target the content of trusted_root.json
 * @param change what is not as it should be: an expired timestamp, or a second root that the first one's keys have not signed
 */
export async function startTuf(
  target: string,
  change: { readonly expired?: boolean; readonly foreignRoot?: boolean } = {},
): Promise<TufRepository> {
  const [first, second, online] = [newKey(), newKey(), newKey()]
  const inDays = (days: number) =>
    new Date(Math.floor(Date.now() / 1000) * 1000 + days * 86_400_000).toISOString().replace('.000', '')
  const common = { version: 1, specVersion: '1.0.0', expires: inDays(7) }
  const rootOf = (version: number, own: SigningKey) => {
    const root = new Root({ ...common, version, consistentSnapshot: true })
    root.addKey(own.key, 'root')
    for (const role of ['targets', 'snapshot', 'timestamp']) root.addKey(online.key, role)
    return root
  }
  const bytes = Buffer.from(target)
  const targets = new Targets(common)
  targets.addTarget(
    new TargetFile({ path: 'trusted_root.json', length: bytes.length, hashes: { sha256: sha256(bytes) } }),
  )
  const snapshot = new Snapshot({ ...common, meta: { 'targets.json': new MetaFile({ version: 1 }) } })
  const timestamp = new Timestamp({
    ...common,
    expires: inDays(change.expired ? -1 : 7),
    snapshotMeta: new MetaFile({ version: 1 }),
  })
  const files = new Map([
    ['/2.root.json', signed(rootOf(2, second), change.foreignRoot ? [second] : [first, second])],
    ['/timestamp.json', signed(timestamp, [online])],
    ['/1.snapshot.json', signed(snapshot, [online])],
    ['/1.targets.json', signed(targets, [online])],
    [`/targets/${sha256(bytes)}.trusted_root.json`, bytes],
  ])
  const requests: string[] = []
  const faults: (TufFault | null)[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    requests.push(path)
    const fault = faults.shift() ?? undefined
    const file = files.get(path)
    if (fault === 'silence') return
    if (fault === 'end') response.destroy()
    else if (typeof fault === 'object' || file === undefined) {
      response.writeHead(typeof fault === 'object' ? fault.status : 404).end()
    } else {
      response.writeHead(200, { 'content-length': String(file.length) })
      if (fault === undefined) response.end(file)
      else response.write(file.subarray(0, file.length / 2), () => response.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    firstRoot: signed(rootOf(1, first), [first]),
    files,
    requests,
    faults,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
