import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Problem } from '../../shared/errors.ts'
import type { EngineDetails } from '../engine.ts'
import type { BuildInputs } from '../port.ts'
import { isRemote } from '../syntax/context.ts'
import { type Dockerfile, parseDockerfile } from '../syntax/dockerfile.ts'
import { atLeast } from '../syntax/versions.ts'
import { unknownToLegacyBuilder, unknownToOldBuildKit } from './dockerfile-needs.ts'
import { SETUP } from './needs.ts'
import { proxyArguments } from './proxy-arguments.ts'

/** The first BuildKit that fetches a Git repository for ADD by itself, and the first Docker that has it. */
const ADDS_GIT = { buildkit: '0.12.0', docker: '25.0.0' }

/** The first Docker whose BuildKit says its version; 20.10's is 0.8. */
const SAYS_VERSION = '23.0.0'

/** The builder, as far as it decides what of a Dockerfile is known. */
interface BuilderOfFile extends Pick<EngineDetails, 'serverVersion' | 'buildxVersion' | 'classic'> {
  /** Null if the builder was not inspected, or does not say its version. */
  readonly builder: { readonly driver: string; readonly buildkitVersion: string | null } | null
}

/** What of a build's Dockerfile decides which builder can build it. */
export interface UnknownInstructions {
  /** Whether the answer depends on which builder of buildx builds. */
  readonly depends: boolean
  /** What is wrong with the inputs for a builder. */
  problems(builder: BuilderOfFile['builder']): Problem[]
}

const NOTHING_UNKNOWN: UnknownInstructions = { depends: false, problems: () => [] }

/**
 * Reads the Dockerfile for what a builder would ignore or leave out in silence. Only an old builder does: for all
 * others the file is not read.
 * @param env in which docker finds the user's configuration
 * @param chosen whether the user has chosen a builder, whose BuildKit need not be the engine's
 */
export async function findUnknownInstructions(
  build: Pick<BuildInputs, 'context' | 'file' | 'buildArgs' | 'target'>,
  engine: Omit<BuilderOfFile, 'builder'>,
  env: () => Promise<Readonly<Record<string, string>>>,
  chosen: () => Promise<boolean>,
): Promise<UnknownInstructions> {
  const { context, file, buildArgs, target } = build
  const legacy = engine.buildxVersion === null && engine.classic === 'legacy'
  const { serverVersion, buildxVersion } = engine
  const isNew = serverVersion !== null && atLeast(serverVersion, ADDS_GIT.docker)
  // Without an engine, or with a builder of the user's, that builder decides, which is asked for its version.
  if (!legacy && isNew && (buildxVersion === null || !(await chosen()))) return NOTHING_UNKNOWN
  // Docker fetches what is elsewhere, and says itself what it cannot read.
  if (file === null || isRemote(context) || isRemote(file)) return NOTHING_UNKNOWN
  const source = await readFile(file, 'utf8').catch(() => null)
  if (source === null) return NOTHING_UNKNOWN
  const dockerfile = parseDockerfile(source)
  if (legacy) {
    const given = [...(await proxyArguments(await env())), ...buildArgs]
    return { depends: false, problems: () => legacyProblems(build, file, dockerfile, given) }
  }
  const unknown = unknownToOldBuildKit(dockerfile, buildArgs, target)
  if (unknown.length === 0) return NOTHING_UNKNOWN
  return {
    depends: engine.buildxVersion !== null,
    problems: (builder) => (isOldBuildKit({ ...engine, builder }) ? [oldBuildKitProblem(file, unknown)] : []),
  }
}

/** What helps besides buildx, by what the finding begins with. */
const BESIDES_BUILDX: readonly (readonly [RegExp, string])[] = [
  [/^\$.*without an ARG/, 'or declare it in the stage that uses it (ARG NAME)'],
  [/^ARG /, 'an ARG gets its value from build-args too'],
  [
    /^\$.*(?:based on|without a value) /,
    'or declare that ARG with its value (ARG NAME=value) in the stage that uses it',
  ],
  [/^\$.*of an ENV /, 'or give that ARG another name than the ENV has'],
  [/^\$.*same ARG /, 'or declare these one by one, each in an ARG of its own'],
  [/^RUN after VOLUME/, 'or put VOLUME behind the last RUN, as it discards what they write there'],
  [/^ADD --chown of/, 'or leave --chown out and give what is unpacked its owner with RUN chown'],
  [/ of a stage with setuid/, 'or set these bits with RUN chmod in the stage that takes the file'],
  [/ a stage with setcap/, 'or run setcap in the stage that takes the file'],
  [/^RUN that names/, 'or leave that folder to the containers, as it discards what a RUN writes there'],
  [/ to a folder as \/\./, 'or end that folder with / alone'],
  [
    /^(?:FROM|COPY --from=\S+,) an image for/,
    'or set pull: true, so that the image of that platform is fetched, and no-cache: true',
  ],
  [
    /^(?:FROM|COPY --from=\S+,) an image for.*, the engine's/,
    'or, if that image is meant, name its platform (platforms, or FROM --platform, also of a stage for COPY --from)',
  ],
  [/^WORKDIR after USER/, "or make that folder with RUN before USER, as it would be root's"],
]

/** What helps besides buildx: `; or …` for each; empty if nothing does. */
export function remediesFor(unknown: readonly string[]): string {
  return BESIDES_BUILDX.filter(([pattern]) => unknown.some((what) => pattern.test(what)))
    .map(([, remedy]) => `; ${remedy}`)
    .join('')
}

function legacyProblems(
  { context, target }: Pick<BuildInputs, 'context' | 'target'>,
  file: string,
  dockerfile: Dockerfile,
  buildArgs: readonly string[],
): Problem[] {
  const unknown = unknownToLegacyBuilder(dockerfile, buildArgs, target, new Map(), context)
  const problems: Problem[] = []
  if (unknown.length > 0) {
    problems.push({
      input: 'file',
      value: file,
      message: `docker builds without BuildKit here, and that builder ignores or refuses ${unknown.join(', ')}; install buildx with ${SETUP}${remediesFor(unknown)}`,
    })
  }
  const own = `${file}.dockerignore`
  if (existsSync(own)) {
    problems.push({
      input: 'file',
      value: file,
      message: `docker builds without BuildKit here, and that builder does not read ${own}; install buildx with ${SETUP}, or move what it says to .dockerignore in the context`,
    })
  }
  return problems
}

function isOldBuildKit({ serverVersion, buildxVersion, builder }: BuilderOfFile): boolean {
  const own = buildxVersion === null || builder === null || builder.driver === 'docker'
  const said = builder?.buildkitVersion ?? null
  if (said !== null) return !atLeast(said, ADDS_GIT.buildkit)
  return (
    own &&
    serverVersion !== null &&
    !atLeast(serverVersion, buildxVersion === null ? ADDS_GIT.docker : SAYS_VERSION)
  )
}

function oldBuildKitProblem(file: string, unknown: readonly string[]): Problem {
  return {
    input: 'file',
    value: file,
    message: `the builder has a BuildKit before ${ADDS_GIT.buildkit}, which downloads the page at that address instead: ${unknown.join(', ')}; begin the Dockerfile with '# syntax=docker/dockerfile:1', or use the builder of ${SETUP}`,
  }
}
