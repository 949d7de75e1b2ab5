import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { callerOf, invoke, type Store } from '../local-ecr/index.ts'

/** The repository that the base image lies in: what ECR's pull-through cache of public.ecr.aws would name it. */
export const BASE_REPOSITORY = 'ecr-public/docker/library/busybox'
export const BASE_TAG = '1.37'

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Puts an image of busybox into a registry of the local ECR, made from a folder: no image registry can be
 * reached from a closed network, and no engine is needed for it.
 * @param busyboxRoot a folder that is a root file system, and stays as it is
 * @returns the image's reference
 */
export function seedBaseImage(
  store: Store,
  account: string,
  region: string,
  busyboxRoot: string,
): Promise<string> {
  const place = { account, region, repository: BASE_REPOSITORY, tag: BASE_TAG }
  return seedImage(store, place, busyboxRoot, { Env: [PATH], Cmd: ['sh'] })
}

/** The name of an image in the local ECR. */
export interface Name {
  readonly account: string
  readonly region: string
  readonly repository: string
  readonly tag: string
}

/**
 * Puts an image of one layer into a registry of the local ECR, if it has none of that name.
 * @param folder a root file system, which stays as it is
 * @param config what containers are started with, as in an image's configuration
 * @returns the image's reference
 */
export async function seedImage(
  store: Store,
  { tag, ...place }: Name,
  folder: string,
  config: object,
): Promise<string> {
  const caller = callerOf(place.account, place.region)
  if (store.find(place) === undefined)
    await invoke(store, caller, 'CreateRepository', { repositoryName: place.repository })
  const layer = archive(folder)
  const described = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: [digestOf(gunzipSync(layer))] },
      history: [{ created_by: 'busybox' }],
    }),
  )
  await store.backend.putBlob(place, digestOf(layer), layer)
  await store.backend.putBlob(place, digestOf(described), described)
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: describe('application/vnd.docker.container.image.v1+json', described),
    layers: [describe('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)],
  })
  const repository = store.get(place)
  if (!repository.tags.has(tag)) {
    await invoke(store, caller, 'PutImage', {
      repositoryName: place.repository,
      imageManifest: manifest,
      imageTag: tag,
    })
  }
  return `${repository.uri}:${tag}`
}

const archives = new Map<string, Buffer>()

/** The same folder gives the same bytes, which are made once in a process: each stage of the tests asks for them. */
function archive(folder: string): Buffer {
  const made = archives.get(folder) ?? makeArchive(folder)
  archives.set(folder, made)
  return made
}

function makeArchive(folder: string): Buffer {
  const tar = [
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mtime=@0',
    '-C',
    folder,
    '-cf',
    '-',
    '.',
  ]
  const { status, stdout, stderr } = spawnSync('tar', tar, { maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`tar failed: ${stderr}`)
  const gzip = spawnSync('gzip', ['-n', '-1', '-c'], { input: stdout, maxBuffer: 1 << 28 })
  if (gzip.status !== 0) throw new Error(`gzip failed: ${gzip.stderr}`)
  return gzip.stdout
}

function describe(mediaType: string, bytes: Buffer): { mediaType: string; size: number; digest: string } {
  return { mediaType, size: bytes.length, digest: digestOf(bytes) }
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
