import { callerOf, digestOf, invoke, type Store } from '../../../local-ecr/index.ts'
import { PROVENANCE_TYPE } from '../../../src/sigstore/provenance.ts'
import { referrerManifest } from '../../../src/sigstore/referrer.ts'

/** A repository of the local ECR. */
export interface Where {
  readonly account: string
  readonly region: string
  readonly repository: string
}

/**
 * Puts a bundle beside an image in the local ECR, as anybody who may push can.
 * @param change what the manifest says in place of what is true
 * @returns its digest
 */
export async function putBeside(
  store: Store,
  at: Where,
  subject: string,
  bundle: Buffer,
  {
    predicateType = PROVENANCE_TYPE,
    change = (manifest: Record<string, unknown>) => manifest,
  }: {
    readonly predicateType?: string
    readonly change?: (manifest: Record<string, unknown>) => object
  } = {},
): Promise<string> {
  const held = store.get(at).images.get(subject)
  const { bytes } = referrerManifest(
    { bundle, predicateType },
    { mediaType: held?.mediaType ?? '', digest: subject, size: held?.bytes.byteLength ?? 0 },
    new Date(),
  )
  const imageManifest = JSON.stringify(change(JSON.parse(Buffer.from(bytes).toString('utf8'))))
  for (const blob of [bundle, Buffer.from('{}')]) {
    await store.backend.putBlob(at, digestOf(blob), blob)
  }
  await invoke(store, callerOf(at.account, at.region), 'PutImage', {
    repositoryName: at.repository,
    imageManifest,
  })
  return digestOf(Buffer.from(imageManifest))
}
