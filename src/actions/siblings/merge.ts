import type { Destination } from '../../delivery/destination.ts'
import type { InputSource } from '../../inputs/index.ts'
import { Reader } from '../../inputs/reader.ts'
import { describe } from '../../metadata/describe.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import { DIGEST, platformName } from '../../oci/types.ts'
import { RegistryError } from '../../registry/errors.ts'
import { explainRegistryError } from '../../registry/explain.ts'
import { makeIndex, type Part, readPart } from '../../registry/merge.ts'
import { ActionError } from '../../shared/errors.ts'
import { together } from '../../shared/together.ts'
import {
  finishSibling,
  openHolder,
  readCommon,
  type SiblingInputs,
  type SiblingWorld,
  withJson,
  withOthers,
} from './common.ts'

export interface MergeInputs extends SiblingInputs {
  readonly digests: readonly string[]
  /** What the image is to be for, all of it; empty: whatever the digests are for. */
  readonly platforms: readonly string[]
  /** Of the index: `key=value`. */
  readonly indexAnnotations: Readonly<Record<string, string>>
}

/** @throws InputError with everything that is wrong */
export function readMergeInputs(source: InputSource): MergeInputs {
  const reader = new Reader(source)
  const given = reader.list('digests', { commas: true })
  // `digest-uri` serves as well as `digest`: what stands before the digest was for docker.
  const digests = given.map((item) => item.slice(item.lastIndexOf('@') + 1))
  digests.forEach((digest, at) => {
    if (!DIGEST.test(digest))
      reader.problem('digests', given[at] as string, 'must be sha256: and 64 hexadecimal digits')
    else if (digests.indexOf(digest) < at) reader.problem('digests', digest, 'is there twice')
  })
  if (given.length === 0) {
    reader.problem('digests', '', "is required: the output 'digest' of each runner, one a line")
  }
  const common = readCommon(reader)
  const inputs = {
    ...common,
    // The event's own are for the images; those of the index are the ones that are given.
    metadata: { ...common.metadata, annotations: [] },
    digests,
    platforms: reader.list('platforms', { commas: true }),
    indexAnnotations: readAnnotations(reader),
  }
  reader.finish()
  return inputs
}

/** https://docs.docker.com/build/metadata/annotations/ */
function readAnnotations(reader: Reader): Record<string, string> {
  const annotations: [string, string][] = []
  for (const item of reader.list('annotations', { commas: false })) {
    const [, level = 'index', key = '', value = ''] =
      /^(?:([a-z][a-z,-]*(?:\[[^\]]*\])?):)?([^=:]+)=(.*)$/s.exec(item) ?? []
    if (key === '') reader.problem('annotations', item, 'must be key=value')
    else if (level !== 'index') {
      reader.problem(
        'annotations',
        item,
        `the level ${level} is that of an image, which has its digest already; here there is only index:key=value`,
      )
    } else annotations.push([key, value])
  }
  return Object.fromEntries(annotations)
}

/**
 * Makes one image of those that several runners have pushed by digest, through the registry's API alone.
 * @throws ActionError where a digest is not in the repository, or a platform is missing or there twice
 */
export async function merge(inputs: MergeInputs, outer: SiblingWorld): Promise<void> {
  const started = outer.clock()
  let image: ImageMetadata | null = null
  await withJson(
    outer,
    () => image,
    async (world) => {
      const described = await describe(inputs.metadata, world.github)
      image = described
      for (const warning of described.warnings) world.warn(warning)
      world.setOutputs({ version: described.version, pushed: 'false' })
      const holder = world.connectEcr(inputs).then((ecr) => openHolder(ecr, inputs.repository, world))
      const parts = holder.then((place) => readParts(place, inputs.digests, world))
      const [destinations, found] = await together([withOthers(inputs, described, holder, world), parts])
      const [first] = destinations
      refusePlatforms(found, inputs.platforms)
      const index = makeIndex(found, inputs.indexAnnotations)
      try {
        const registry = await world.openRegistry(first.session)
        if ((await registry.head(first.name, index.digest)) === null) {
          await registry.putManifest(first.name, index.digest, index)
        }
      } catch (error) {
        throw explainRegistryError(`The push of the index to ${first.uri}`, error)
      }
      world.log(`The index ${index.digest} has ${platformsOf(found).join(', ')}`)
      await finishSibling(
        { digest: index.digest, source: first },
        destinations,
        described,
        inputs,
        world,
        started,
      )
    },
  )
}

async function readParts(
  { session, name, uri }: Destination,
  digests: readonly string[],
  world: SiblingWorld,
): Promise<Part[]> {
  const registry = await world.openRegistry(session)
  return together(
    digests.map(async (digest) => {
      try {
        return await readPart(registry, name, digest)
      } catch (error) {
        if (error instanceof RegistryError && error.status === 404) {
          throw new ActionError(
            `${uri} does not have ${digest}.`,
            'give the digests that push-by-digest put out for this repository and registry, in this run; a lifecycle rule for untagged images may have deleted an older one.',
            { cause: error },
          )
        }
        throw explainRegistryError(`Reading ${uri}@${digest}`, error)
      }
    }),
  )
}

const platformsOf = (parts: readonly Part[]) =>
  parts.flatMap(({ platforms }) => platforms.map((platform) => platformName(platform)))

/** @throws ActionError where a platform is missing, there twice, or none */
function refusePlatforms(parts: readonly Part[], wanted: readonly string[]): void {
  const owners = new Map<string, string[]>()
  for (const { digest, platforms } of parts) {
    if (platforms.length === 0) {
      throw new ActionError(
        `${digest} is for no platform: its configuration does not say one.`,
        'give the digests of images, as push-by-digest put them out.',
      )
    }
    for (const platform of platforms) {
      // Windows images of one architecture differ by the version of the system.
      const name = `${commonName(platformName(platform))}${platform['os.version'] ? ` (${platform['os.version']})` : ''}`
      owners.set(name, [...(owners.get(name) ?? []), digest])
    }
  }
  const doubled = [...owners].filter(([, digests]) => digests.length > 1)
  if (doubled.length > 0) {
    const list = doubled.map(([name, digests]) => `${name} (${digests.join(', ')})`).join('; ')
    throw new ActionError(
      `More than one image is for the same platform: ${list}.`,
      "let every runner of the matrix build another platform (the input 'platforms', or the runner's own), and give each digest once.",
    )
  }
  if (wanted.length === 0) return
  const found = platformsOf(parts)
  const [have, want] = [found, wanted].map((names) => names.map(commonName)) as [string[], string[]]
  const missing = wanted.filter((name) => !have.includes(commonName(name)))
  const more = found.filter((name) => !want.includes(commonName(name)))
  if (missing.length + more.length === 0) return
  throw new ActionError(
    `The digests are for ${found.join(', ')}, and the input 'platforms' says ${wanted.join(', ')}: ${[
      ...missing.map((name) => `${name} is missing`),
      ...more.map((name) => `${name} is not wanted`),
    ].join(', ')}.`,
    'see which runner of the matrix has failed or has pushed another platform, or correct platforms.',
  )
}

/**
 * Names that mean the same platform become one, as containerd has them: what runs on the one runs on the other.
 * https://github.com/containerd/platforms/blob/main/database.go
 */
function commonName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^([^/]+)\/(?:x86_64|x86-64)(?=\/|$)/, '$1/amd64')
    .replace(/^([^/]+)\/aarch64(?=\/|$)/, '$1/arm64')
    .replace(/\/amd64\/v1$/, '/amd64')
    .replace(/\/arm64\/v?8$/, '/arm64')
    .replace(/\/arm$/, '/arm/v7')
}
