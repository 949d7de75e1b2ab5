import type {
  BatchCheckLayerAvailabilityCommandInput,
  BatchCheckLayerAvailabilityCommandOutput,
  CompleteLayerUploadCommandInput,
  CompleteLayerUploadCommandOutput,
  GetDownloadUrlForLayerCommandInput,
  GetDownloadUrlForLayerCommandOutput,
  InitiateLayerUploadCommandInput,
  InitiateLayerUploadCommandOutput,
  UploadLayerPartCommandInput,
  UploadLayerPartCommandOutput,
} from '@aws-sdk/client-ecr'
import { EcrError } from '../store/errors.ts'
import { digestOf } from '../store/images.ts'
import type { Store } from '../store/store.ts'
import type { Caller, LayerUpload, Repository } from '../store/types.ts'
import { named, type Output, repositoryFor } from './context.ts'

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchCheckLayerAvailability.html */
export async function batchCheckLayerAvailability(
  store: Store,
  caller: Caller,
  input: BatchCheckLayerAvailabilityCommandInput,
): Promise<Output<BatchCheckLayerAvailabilityCommandOutput>> {
  const repository = repositoryFor(store, caller, input, 'BatchCheckLayerAvailability')
  const layers = await Promise.all(
    (input.layerDigests ?? []).map(async (layerDigest) => {
      const layerSize = await store.backend.blobSize(repository, layerDigest)
      if (layerSize === undefined) return { layerDigest, layerAvailability: 'UNAVAILABLE' as const }
      return { layerDigest, layerSize, layerAvailability: 'AVAILABLE' as const }
    }),
  )
  return { layers, failures: [] }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_InitiateLayerUpload.html */
export function initiateLayerUpload(
  store: Store,
  caller: Caller,
  input: InitiateLayerUploadCommandInput,
): Output<InitiateLayerUploadCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'InitiateLayerUpload')
  return { uploadId: store.newUpload(repository), partSize: 20 * 1024 * 1024 }
}

function uploadOf(store: Store, repository: Repository, uploadId: string | undefined): LayerUpload {
  const upload = store.uploads.get(uploadId ?? '')
  if (upload?.repository !== repository)
    throw new EcrError(
      'UploadNotFoundException',
      `The upload with id '${uploadId}' does not exist in the repository with name '${repository.repository}' in the registry with id '${repository.account}'`,
    )
  return upload
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UploadLayerPart.html */
export function uploadLayerPart(
  store: Store,
  caller: Caller,
  input: UploadLayerPartCommandInput,
): Output<UploadLayerPartCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'UploadLayerPart')
  const upload = uploadOf(store, repository, input.uploadId)
  // A blob is bytes within this process, and base64 over HTTP.
  const blob: unknown = input.layerPartBlob
  const part = typeof blob === 'string' ? Buffer.from(blob, 'base64') : Buffer.from(blob as Uint8Array)
  if (input.partFirstByte !== upload.size)
    throw new EcrError(
      'InvalidLayerPartException',
      `Layer part does not follow the last byte received: ${upload.size - 1}`,
    )
  upload.parts.push(part)
  upload.size += part.byteLength
  return { ...named(repository), uploadId: input.uploadId, lastByteReceived: upload.size - 1 }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CompleteLayerUpload.html */
export async function completeLayerUpload(
  store: Store,
  caller: Caller,
  input: CompleteLayerUploadCommandInput,
): Promise<Output<CompleteLayerUploadCommandOutput>> {
  const repository = repositoryFor(store, caller, input, 'CompleteLayerUpload')
  const upload = uploadOf(store, repository, input.uploadId)
  const bytes = Buffer.concat(upload.parts)
  const digest = digestOf(bytes)
  const [wanted] = input.layerDigests ?? []
  if (bytes.byteLength === 0) throw new EcrError('EmptyUploadException', 'The upload has no parts')
  if (digest !== wanted)
    throw new EcrError('InvalidLayerException', `Layer digest '${wanted}' does not match '${digest}'`)
  if ((await store.backend.blobSize(repository, digest)) !== undefined)
    throw new EcrError(
      'LayerAlreadyExistsException',
      `Layer with digest '${digest}' already exists in the repository with name '${repository.repository}' in registry with id '${repository.account}'`,
    )
  await store.backend.putBlob(repository, digest, bytes)
  store.uploads.delete(input.uploadId ?? '')
  return { ...named(repository), uploadId: input.uploadId, layerDigest: digest }
}

/**
 * ECR returns a presigned address in S3. The local ECR returns one of its registry, with a token in the query.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetDownloadUrlForLayer.html
 */
export async function getDownloadUrlForLayer(
  store: Store,
  caller: Caller,
  input: GetDownloadUrlForLayerCommandInput,
): Promise<Output<GetDownloadUrlForLayerCommandOutput>> {
  const repository = repositoryFor(store, caller, input, 'GetDownloadUrlForLayer')
  const layerDigest = input.layerDigest ?? ''
  if ((await store.backend.blobSize(repository, layerDigest)) === undefined)
    throw new EcrError(
      'LayersNotFoundException',
      `Layers with digests '[${layerDigest}]' do not exist in the repository with name '${repository.repository}' in the registry with id '${repository.account}'`,
    )
  const token = encodeURIComponent(store.issueToken(caller).password)
  const endpoint = store.endpoint(repository.account, repository.region)
  return {
    downloadUrl: `${endpoint}/v2/${repository.repository}/blobs/${layerDigest}?X-Amz-Security-Token=${token}`,
    layerDigest,
  }
}
