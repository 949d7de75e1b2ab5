import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { asDigest, platformIn } from '../../oci/types.ts'
import { isObject } from '../../shared/is-object.ts'
import { unnamedImage } from '../build/arguments.ts'
import { buildxEnvironment } from '../build/buildx.ts'
import { digestOfPush, parseMetadata, publicMetadata } from '../build/metadata.ts'
import { type BuildTools, readResult, registryFailureOf, withResults } from '../build/run.ts'
import { argumentsFor, THROUGH_DOCKER } from '../buildx-command.ts'
import { execute, ProcessError, type Watch } from '../exec.ts'
import { annotateCacheErrors, annotateChecksOfAll, dockerfilePath } from '../failures/annotations.ts'
import { withDockerRetries } from '../failures/retry.ts'
import type { BuildRequest, Built } from '../port.ts'
import { BuildOutput } from '../stall/build-output.ts'
import { StallWatch } from '../stall/watch.ts'
import { withFields } from '../syntax/compression.ts'
import { atLeast } from '../syntax/versions.ts'
import { definitionOf, type TargetBuild } from './definition.ts'
import { explainBakeFailure, ofTarget } from './failure.ts'
import { imageFields } from './outputs.ts'
import type { BakePlan } from './plan.ts'
import type { BakeBuild, BakeBuilt, BakeImage } from './port.ts'
import { Exports, exportedTargets, failedTargets, Unprefixed } from './progress.ts'
import { GIT_TOKEN } from './remote.ts'

type BakeTools = Omit<BuildTools, 'renewal' | 'held' | 'pushing'>

/**
 * Builds targets of a plan in one solve, so that what they share is built once, and pushes each image by its digest or
 * leaves it as a layout.
 * @param version of buildx
 * @throws BakeFailed if any of it fails, with what is in the registry all the same
 */
export function bakeTargets(build: BakeBuild, version: string, tools: BakeTools): Promise<BakeBuilt> {
  return withResults(tools, async (results) => {
    const layouts = new Map<string, string>()
    for (const { name, request } of build.images)
      if (request.naming === 'layout') layouts.set(name, await mkdtemp(path.join(tools.folder, 'layout-')))
    const files = {
      definition: path.join(results, 'bake.json'),
      metadata: path.join(results, 'metadata.json'),
    }
    const token = build.source.remote?.token
    const env = {
      ...buildxEnvironment(tools.env),
      ...Object.fromEntries(build.source.vars),
      ...(token ? { [GIT_TOKEN]: token } : {}),
    }
    const { stderr, exports } = await runBake(build, version, { ...tools, env }, files, layouts)
    annotateCacheErrors(stderr, tools.annotate)
    const metadata = parseMetadata(await readResult(files.metadata)) ?? {}
    const names = builtNames(build)
    await annotateChecksOfBuild(metadata['buildx.build.warnings'], names, build, tools)
    const images = new Map<string, BakeImage>()
    for (const { name, request } of build.images) {
      const own = isObject(metadata[name]) ? metadata[name] : {}
      const layout = layouts.get(name) ?? null
      const told = await digestOfPush(own, exports.of(name), request, layout)
      // It has one exporter, whose digest is that of the image.
      const digest = told ?? asDigest(own['containerimage.digest'])
      const shown = publicMetadata(own, digest, request, env)
      images.set(name, {
        digest,
        layout,
        metadata: shown,
        imageId: imageIdIn(shown, digest),
        ...platformOf(shown),
      })
    }
    return { images }
  })
}

/** Shows what the checks of the Dockerfiles have found: buildx tells it of all targets together, with the text of each file. */
async function annotateChecksOfBuild(
  warnings: unknown,
  names: readonly string[],
  { requests }: Pick<BakeBuild, 'requests'>,
  { workspace, annotate }: Pick<BakeTools, 'workspace' | 'annotate'>,
): Promise<void> {
  if (warnings === undefined) return
  const files = new Map<string, string>()
  for (const name of names) {
    const request = requests.get(name)
    const file = request === undefined ? null : dockerfilePath(request, workspace)
    if (file === null) continue
    // One that cannot be read any more is that of no finding.
    const text = await readFile(path.join(workspace, file), 'base64').catch(() => null)
    if (text !== null && !files.has(text)) files.set(text, file)
  }
  annotateChecksOfAll(warnings, files, annotate)
}

/** Only the descriptor of a single image has a platform. */
function platformOf(metadata: Built['metadata']): Pick<BakeImage, 'platform'> {
  const descriptor = metadata['containerimage.descriptor']
  return { platform: isObject(descriptor) ? platformIn(descriptor['platform']) : null }
}

/** The digest of the configuration or, of an index, its own: as docker writes it for a single build. */
function imageIdIn(metadata: Built['metadata'], digest: string | null): string {
  const config = metadata['containerimage.config.digest']
  return typeof config === 'string' ? config : (digest ?? '')
}

/** Those that are built: the images, those without one, and what they build upon. */
const builtNames = ({ plan, images, others }: BakeBuild) =>
  withWhatTheyBuildUpon([...images.map(({ name }) => name), ...others], plan)

function withWhatTheyBuildUpon(names: readonly string[], plan: BakePlan): string[] {
  const wanted = [...names]
  const found = new Set<string>()
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (found.has(name)) continue
    found.add(name)
    const contexts = Object.values(plan.targets.find((one) => one.name === name)?.contexts ?? {})
    wanted.push(...contexts.flatMap((value) => /^target:(.+)$/.exec(value)?.[1] ?? []))
  }
  return [...found].sort()
}

async function runBake(
  build: BakeBuild,
  version: string,
  tools: BakeTools,
  files: { readonly definition: string; readonly metadata: string },
  layouts: ReadonlyMap<string, string>,
): Promise<{ stderr: string; exports: Exports }> {
  const { log, sharesNetwork, buildx = THROUGH_DOCKER } = tools
  const names = builtNames(build)
  const renewal = build.renewal
  const requestOf = (error: ProcessError): { name: string; request: BuildRequest } | null => {
    const [name] = failedTargets(error.stderr, names)
    return build.images.find((one) => one.name === name) ?? null
  }
  const built = new Set<string>()
  let exports = new Exports(names)
  const definition = () =>
    definitionOf(build.plan, targetBuilds(build, layouts), { requests: build.requests, built })
  return withDockerRetries(
    // A push that failed has ended the build of the others: what was built is known of each.
    async () => {
      await writeFile(files.definition, definition(), { mode: 0o600 })
      exports = new Exports(names)
      const limit = watchOf(names, exports, { seconds: build.stallSeconds, sharesNetwork, log })
      const args = argumentsOf(build, version, files, layouts)
      const { stderr } = await execute(buildx.program, argumentsFor(buildx, args), {
        shownAs: buildx.shownAs,
        env: { ...tools.env, ...buildx.env },
        group: 'Build and push',
        limit,
      }).catch((error: unknown) => {
        const exported = error instanceof ProcessError ? exportedTargets(error.stderr, names) : []
        for (const name of withWhatTheyBuildUpon(exported, build.plan)) built.add(name)
        throw error
      })
      return { stderr, exports }
    },
    (error) => {
      const failed = requestOf(error)
      return failed === null ? null : registryFailureOf(ofTarget(error, failed.name, names), failed.request)
    },
    (error, attempts) => explainBakeFailure(error, build, names, { ...tools, attempts, exports }),
    { log, renewal },
  )
}

function targetBuilds(
  { images, others, plan, requests }: BakeBuild,
  layouts: ReadonlyMap<string, string>,
): TargetBuild[] {
  const outputOf = (target: string) => plan.targets.find(({ name }) => name === target)?.output ?? []
  const ofImages = images.map(
    ({ name, request }): TargetBuild => ({
      name,
      labels: request.labels,
      annotations: request.annotations,
      cacheFrom: request.cacheFrom,
      cacheTo: request.cacheTo,
      output: unnamedImage(request, { layout: layouts.get(name) ?? null }).map((option) =>
        withFields(option.replace(/^--output=/, ''), imageFields(outputOf(name), request.compression)),
      ),
      attest: request.attests.map(({ value }) => value),
      noCache: request.noCache,
      pull: request.pull,
    }),
  )
  const asTheyAre = plan.targets.filter(({ name }) => others.includes(name))
  return [
    ...ofImages,
    ...asTheyAre.map((target): TargetBuild => {
      const { noCache, pull, attests } = requests.get(target.name) ?? { ...target, attests: null }
      return {
        ...target,
        labels: Object.entries(target.labels).map(([key, value]) => `${key}=${value}`),
        attest: attests?.map(({ value }) => value) ?? target.attest,
        noCache,
        pull,
      }
    }),
  ]
}

/** The first buildx that knows `bake --allow`, and the first of which it has folders. */
const KNOWS_ALLOW = '0.17.0'
const KNOWS_FOLDERS = '0.18.0'

function argumentsOf(
  { source, images, others }: BakeBuild,
  version: string,
  files: { readonly definition: string; readonly metadata: string },
  layouts: ReadonlyMap<string, string>,
): string[] {
  const allowed = [
    ...(atLeast(version, KNOWS_ALLOW)
      ? source.allow.filter((one) => atLeast(version, KNOWS_FOLDERS) || !one.startsWith('fs'))
      : []),
    ...(atLeast(version, KNOWS_FOLDERS) ? [...layouts.values()].map((folder) => `fs.write=${folder}`) : []),
  ]
  return [
    'buildx',
    'bake',
    ...allowed.map((one) => `--allow=${one}`),
    ...(source.builder === null ? [] : [`--builder=${source.builder}`]),
    `--file=${files.definition}`,
    `--metadata-file=${files.metadata}`,
    '--',
    ...[...images.map(({ name }) => name), ...others],
  ]
}

/** Reads the progress as that of a single target, for what watches a build; and which images are exported. */
function watchOf(
  names: readonly string[],
  exports: Exports,
  options: ConstructorParameters<typeof StallWatch>[1],
): Watch {
  const watch = new StallWatch(new BuildOutput(true), options)
  const unprefixed = new Unprefixed(names)
  return {
    everyMs: watch.everyMs,
    check: () => watch.check(),
    read(output, stream) {
      if (stream === 'stderr') exports.read(output)
      watch.read(stream === 'stderr' ? unprefixed.read(output) : output, stream)
    },
  }
}
