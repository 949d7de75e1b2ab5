import { cacheImages } from '../../shared/cache-images.ts'
import { attribute, splitCsv } from '../../shared/csv.ts'
import type { BuildInputs } from '../port.ts'
import { type BaseImages, baseImagesIn, familiarName, imageOfContext } from '../syntax/base-images.ts'
import { isReference } from '../syntax/references.ts'
import { readDockerfile } from './read-dockerfile.ts'

/** The images that a build reads, base images and others. */
export interface PulledImages extends BaseImages {
  /** Whether the Dockerfile was read: docker fetches one that is elsewhere. */
  readonly isRead: boolean
}

/**
 * Finds the images that a build reads: those that its Dockerfile leads to, caches of type `registry`, and the generator of
 * an SBOM.
 * @param buildArgs the values of `build-args` by name, those from the environment too
 */
export async function findPulledImages(
  build: ReadingBuild & Pick<BuildInputs, 'context' | 'file'>,
  buildArgs: ReadonlyMap<string, string>,
): Promise<PulledImages> {
  return pulledImagesOf(await readDockerfile(build), build, buildArgs)
}

/** What of a build's inputs says which images it reads, besides its Dockerfile. */
type ReadingBuild = Pick<
  BuildInputs,
  'target' | 'platforms' | 'buildContexts' | 'cacheFrom' | 'cacheTo' | 'attests'
>

/**
 * As {@link findPulledImages}, of a Dockerfile that has been read.
 * @param source null if docker fetches it
 */
export function pulledImagesOf(
  source: string | null,
  build: ReadingBuild,
  buildArgs: ReadonlyMap<string, string>,
): PulledImages {
  const { target, platforms } = build
  const values = build.buildContexts.map((item): [string, string] => {
    const at = item.indexOf('=')
    return [item.slice(0, at), item.slice(at + 1)]
  })
  const contexts = new Map(
    values.flatMap(([name, value]): [string, string][] =>
      isReference(name) ? [[familiarName(name), value]] : [],
    ),
  )
  const found = source === null ? null : baseImagesIn(source, { buildArgs, target, platforms, contexts })
  // Nobody here knows which of the named contexts a Dockerfile uses that was not read.
  const bases = found?.needed ?? values.flatMap(([, value]) => imageOfContext(value))
  const caches = [...build.cacheFrom, ...build.cacheTo].flatMap(cacheImages)
  const scanners = build.attests.flatMap(({ value }) => attribute(splitCsv(value), 'generator') ?? [])
  const needed = [...new Set([...bases, ...caches, ...scanners])]
  return { needed, besides: found?.besides ?? [], isRead: source !== null }
}
