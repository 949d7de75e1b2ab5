import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { callerOf, invoke, type Store } from '../local-ecr/index.ts'

/** The repository that the base image lies in: what ECR's pull-through cache of public.ecr.aws would name it. */
export const BASE_REPOSITORY = 'ecr-public/docker/library/busybox'
export const BASE_TAG = '1.37'

/**
 * Puts an image of busybox into a registry of the local ECR, made from a folder: no image registry can be
 * reached from a closed network, and no engine is needed for it.
 * @param busyboxRoot a folder that is a root file system, and stays as it is
 * @returns the image's reference
 */
export async function seedBaseImage(
  store: Store,
  account: string,
  region: string,
  busyboxRoot: string,
): Promise<string> {
  const place = { account, region, repository: BASE_REPOSITORY }
  const caller = callerOf(account, region)
  if (store.find(place) === undefined)
    await invoke(store, caller, 'CreateRepository', { repositoryName: BASE_REPOSITORY })
  const layer = archive(busyboxRoot)
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['sh'] },
      rootfs: { type: 'layers', diff_ids: [digestOf(gunzipSync(layer))] },
      history: [{ created_by: 'busybox' }],
    }),
  )
  await store.backend.putBlob(place, digestOf(layer), layer)
  await store.backend.putBlob(place, digestOf(config), config)
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: describe('application/vnd.docker.container.image.v1+json', config),
    layers: [describe('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)],
  })
  const repository = store.get(place)
  if (!repository.tags.has(BASE_TAG)) {
    await invoke(store, caller, 'PutImage', {
      repositoryName: BASE_REPOSITORY,
      imageManifest: manifest,
      imageTag: BASE_TAG,
    })
  }
  return `${repository.uri}:${BASE_TAG}`
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
