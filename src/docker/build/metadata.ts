import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { asDigest } from '../../oci/types.ts'
import { variable } from '../../shared/variable.ts'
import type { Env } from '../login/config.ts'
import type { BuildRequest, Built } from '../port.ts'
import { parseExporter } from '../syntax/exporters.ts'

type Metadata = Built['metadata']
/** What buildx passes on of the builder's answer, which nobody has checked; null if it is no JSON object. */
export function parseMetadata(text: string): Metadata | null {
  try {
    const metadata: unknown = JSON.parse(text)
    return typeof metadata === 'object' && !Array.isArray(metadata) ? (metadata as Metadata) : null
  } catch {
    return null
  }
}

/**
 * The digest of the image that leaves the builder for ECR. BuildKit merges the answers of all exporters into one, so
 * that of several the metadata's digest is that of the last: a loaded image has another one than the pushed. Then the
 * progress tells, which has a vertex for each exporter.
 * https://github.com/moby/buildkit/blob/v0.25.1/solver/llbsolver/solver.go (runExporters), util/push/push.go
 * @param progress BuildKit's plain progress
 * @param layout the folder of the image as an OCI layout; null if there is none
 * @returns null if docker does not say it
 */
export async function digestOfPush(
  metadata: Metadata | null,
  progress: string,
  request: Pick<BuildRequest, 'load' | 'naming' | 'outputs' | 'references'>,
  layout: string | null,
): Promise<string | null> {
  if (layout !== null) return digestInLayout(layout, progress)
  const files = /^(?:local|tar|cacheonly)$/
  const alone =
    !request.load && request.outputs.every((output) => files.test(parseExporter(output)?.type ?? ''))
  if (alone || request.naming === 'local') return asDigest(metadata?.['containerimage.digest'])
  return pushedDigest(progress, request.references[0] ?? '')
}

/**
 * The digest that BuildKit has pushed, or has begun to push, as a reference: `pushing manifest for REFERENCE@DIGEST`,
 * or, without a tag, the root that was exported under the same number.
 * @param progress BuildKit's plain progress
 */
export function pushedDigest(progress: string, reference: string): string | null {
  const exported = new Map<string, string>()
  for (const line of progress.split(/\r?\n/)) {
    const [, number = '', text = ''] = /^(#\d+) (.*)$/.exec(line) ?? []
    const root = /^exporting manifest (?:list )?(sha256:[0-9a-f]{64})\b/.exec(text)?.[1]
    if (root !== undefined) exported.set(number, root)
    const [, pushed, digest] =
      /^pushing manifest for (\S+?)(?:@(sha256:[0-9a-f]{64}))?(?: |$)/.exec(text) ?? []
    if (pushed === reference) return digest ?? exported.get(number) ?? null
  }
  return null
}

/**
 * The image that is in the layout. buildx writes the index of the layout from the answers that BuildKit has merged, so
 * that beside a loaded image it names that one, whose manifest is not in the folder: then the progress tells.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md#indexjson-file
 */
async function digestInLayout(folder: string, progress: string): Promise<string | null> {
  const index = parseMetadata(await readFile(path.join(folder, 'index.json'), 'utf8').catch(() => ''))
  const manifests = index?.['manifests']
  const named = Array.isArray(manifests)
    ? asDigest((manifests[0] as { digest?: unknown } | null)?.digest)
    : null
  const candidates = [...(named === null ? [] : [named]), ...exportedRoots(progress).values()]
  const held = candidates.find((digest) => existsSync(path.join(folder, 'blobs', ...digest.split(':'))))
  return held ?? null
}

/** The root that each exporter has written, by the number of its step: an index comes after its manifests. */
function exportedRoots(progress: string): Map<string, string> {
  const roots = new Map<string, string>()
  for (const line of progress.split(/\r?\n/)) {
    const [, number = '', root] =
      /^(#\d+) exporting manifest (?:list )?(sha256:[0-9a-f]{64})\b/.exec(line) ?? []
    if (root !== undefined) roots.set(number, root)
  }
  return roots
}

/**
 * buildx's metadata as it becomes an output: it tells of the image with this digest, and nothing that docker was told
 * in confidence.
 * @param env of the build, which has the values of build arguments and secrets that are variables
 */
export function publicMetadata(
  metadata: Metadata,
  digest: string | null,
  request: Pick<BuildRequest, 'buildArgs' | 'secrets'>,
  env: Env,
): Metadata {
  const known = confidences(request, env)
  const entries = Object.entries(metadata).map(([key, value]) => {
    const fields = Object.entries(FIELDS).find(([prefix]) => key.startsWith(prefix))?.[1]
    return [key, fields === undefined ? value : hidden(kept(value, fields), known)]
  })
  const result = Object.fromEntries(entries) as Record<string, unknown>
  const said = 'containerimage.digest'
  if (said in result && result[said] !== digest) {
    // It is that of another exporter.
    delete result['containerimage.descriptor']
    if (digest === null) delete result[said]
    else result[said] = digest
  }
  return result
}

type Kept = true | { readonly [field: string]: Kept }

/**
 * What of a provenance may be an output, in both versions of its form. Not: the arguments (values from the environment,
 * proxies with passwords), and the build's steps, which hold the same values.
 * https://slsa.dev/spec/v0.2/provenance, https://slsa.dev/spec/v1.0/provenance,
 * https://docs.docker.com/build/metadata/attestations/slsa-definitions/
 */
const PROVENANCE: Kept = {
  builder: true,
  buildType: true,
  materials: true,
  invocation: { configSource: true, environment: true, parameters: { frontend: true } },
  metadata: {
    buildInvocationID: true,
    buildStartedOn: true,
    buildFinishedOn: true,
    completeness: true,
    reproducible: true,
  },
  buildDefinition: {
    buildType: true,
    externalParameters: { configSource: true, request: { frontend: true } },
    internalParameters: { builderPlatform: true },
    resolvedDependencies: true,
  },
  runDetails: { builder: true, metadata: { invocationId: true, startedOn: true, finishedOn: true } },
}

/**
 * What BuildKit 0.9 to 0.11 tell in place of the provenance. Not: its attributes, which hold build arguments.
 * https://github.com/moby/buildkit/blob/v0.11.6/docs/buildinfo.md
 */
const BUILD_INFO: Kept = { frontend: true, sources: true }

/** By the beginning of a key, behind which a platform may stand. */
const FIELDS: Readonly<Record<string, Kept>> = {
  'buildx.build.provenance': PROVENANCE,
  'containerimage.buildinfo': BUILD_INFO,
}

function kept(value: unknown, fields: Kept): unknown {
  if (fields === true) return value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) =>
      Object.hasOwn(fields, name) ? [[name, kept(inner, fields[name] as Kept)]] : [],
    ),
  )
}

/** Shorter values are found in digests and names that have nothing to do with them. */
const SHORTEST_CONFIDENCE = 6
const PROXY = /^(?:https?|ftp|all)_proxy$/i

function confidences(
  { buildArgs, secrets }: Pick<BuildRequest, 'buildArgs' | 'secrets'>,
  env: Env,
): string[] {
  const values = [
    ...buildArgs.filter((arg) => !arg.includes('=')).map((name) => variable(env, name)),
    ...secrets.map((secret) =>
      secret.from === 'value' ? secret.value : secret.from === 'env' ? variable(env, secret.name) : '',
    ),
    ...Object.entries(env).flatMap(([name, value]) => (PROXY.test(name) ? [value] : [])),
  ]
  const known = values.filter((value) => value !== undefined && value.length >= SHORTEST_CONFIDENCE)
  // The longest first: one may be a part of another.
  return (known as string[]).sort((a, b) => b.length - a.length)
}

/** A base image or an address may be made of a value. */
function hidden(value: unknown, known: readonly string[]): unknown {
  if (typeof value === 'string') {
    return known.reduce(
      (text, one) => text.replaceAll(one, '***').replaceAll(encodeURIComponent(one), '***'),
      value,
    )
  }
  if (Array.isArray(value)) return value.map((item) => hidden(item, known))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, hidden(inner, known)]))
}
