import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  callerOf,
  digestOf,
  invoke,
  type LocalEcr,
  type LocalEcrOptions,
  startLocalEcr,
} from '../../local-ecr/index.ts'
import { OCI_IMAGE, OCI_INDEX } from '../../src/oci/media-types.ts'
import type { Descriptor } from '../../src/oci/types.ts'
import { Registry, type RegistryOptions } from '../../src/registry/client.ts'
import type { RemoteRepository } from '../../src/registry/copy.ts'
import { registryAgents } from '../../src/registry/http.ts'
import { REQUEST_RETRY_POLICY } from '../../src/registry/request-retries.ts'
import { fixedSession } from './session.ts'

/** A local ECR in this process, its layers in memory: several registries over HTTP on loopback. */
export interface Registries {
  readonly ecr: LocalEcr
  /** The waits that were asked for between attempts; nobody waits them out. */
  readonly waits: number[]
  /** A new repository in the registry, and a client of that account for it. */
  place(
    name: string,
    where?: { account?: string; region?: string },
    options?: Partial<RegistryOptions>,
  ): Promise<RemoteRepository>
  stop(): Promise<void>
}

/** @param relay how far away it is, and how slow its line */
export async function openRegistries(relay?: LocalEcrOptions['relay']): Promise<Registries> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'registries-'))
  const ecr = await startLocalEcr({
    mode: 'localhost',
    registryBinary: null,
    dataDir,
    ...(relay === undefined ? {} : { relay }),
  })
  const agents = registryAgents()
  const waits: number[] = []
  const retryPolicy = {
    ...REQUEST_RETRY_POLICY,
    sleep: async (milliseconds: number) => {
      waits.push(milliseconds)
    },
  }
  return {
    ecr,
    waits,
    async place(repository, { account = '123456789012', region = 'ap-northeast-2' } = {}, options = {}) {
      const caller = callerOf(account, region)
      if (!ecr.store.find({ account, region, repository })) {
        await invoke(ecr.store, caller, 'CreateRepository', { repositoryName: repository })
      }
      const { password } = ecr.store.issueToken(caller)
      const host = ecr.registryHost(account, region)
      const access = fixedSession(host, password)
      return { repository, registry: new Registry(access, { agents, retryPolicy, ...options }) }
    },
    async stop() {
      agents.http.destroy()
      agents.https.destroy()
      await ecr.stop()
      rmSync(dataDir, { recursive: true })
    },
  }
}

/** Puts a blob into the backend, without a request. */
export async function seedBlob(
  { ecr }: Registries,
  where: { account: string; region: string; repository: string },
  content: string | Uint8Array,
  mediaType = 'application/vnd.oci.image.layer.v1.tar',
): Promise<Descriptor> {
  const bytes = Buffer.from(content)
  const digest = digestOf(bytes)
  await ecr.store.backend.putBlob(where, digest, bytes)
  return { mediaType, digest, size: bytes.length }
}

export interface Seeded {
  readonly digest: string
  readonly text: string
  readonly descriptor: Descriptor
}

/** Puts an image into a repository: a configuration for a platform, and layers with these contents. */
export async function seedImage(
  registries: Registries,
  where: { account: string; region: string; repository: string },
  layers: readonly string[],
  more: {
    os?: string
    architecture?: string
    subject?: Descriptor
    tag?: string
    artifactType?: string
  } = {},
): Promise<Seeded> {
  const { os = 'linux', architecture = 'amd64', tag, ...rest } = more
  const config = await seedBlob(
    registries,
    where,
    JSON.stringify({ architecture, os, rootfs: { type: 'layers', diff_ids: [] } }),
    'application/vnd.oci.image.config.v1+json',
  )
  const content = {
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    config,
    layers: await Promise.all(layers.map((layer) => seedBlob(registries, where, layer))),
    ...rest,
  }
  return seedManifest(registries, where, content, tag)
}

/** Puts an index over manifests that are there. */
export function seedIndex(
  registries: Registries,
  where: { account: string; region: string; repository: string },
  manifests: readonly Descriptor[],
  tag?: string,
): Promise<Seeded> {
  return seedManifest(registries, where, { schemaVersion: 2, mediaType: OCI_INDEX, manifests }, tag)
}

async function seedManifest(
  { ecr }: Registries,
  { account, region, repository }: { account: string; region: string; repository: string },
  content: { readonly mediaType: string; readonly [member: string]: unknown },
  tag: string | undefined,
): Promise<Seeded> {
  // Spaces that no other serialisation would have: the bytes must come through as they are.
  const text = JSON.stringify(content, null, ' ')
  const { image } = await invoke(ecr.store, callerOf(account, region), 'PutImage', {
    repositoryName: repository,
    imageManifest: text,
    ...(tag === undefined ? {} : { imageTag: tag }),
  })
  const digest = image?.imageId?.imageDigest ?? ''
  return { digest, text, descriptor: { mediaType: content.mediaType, digest, size: Buffer.byteLength(text) } }
}
