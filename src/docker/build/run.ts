import { mkdtemp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { clip } from '../../shared/clip.ts'
import { ending } from '../../shared/ending.ts'
import { argumentsFor, type BuildxCommand, THROUGH_DOCKER } from '../buildx-command.ts'
import { execute, type ProcessError, type Watch } from '../exec.ts'
import type { Annotate } from '../failures/annotations.ts'
import type { PushBeforeFailure } from '../failures/explain.ts'
import { isCacheExport, parseFailure, registryPhaseOf, shortReason } from '../failures/failing-step.ts'
import { type RegistryFailure, withDockerRetries } from '../failures/retry.ts'
import type { BuildHelp, BuildRequest, TimedStep } from '../port.ts'
import { BuildOutput } from '../stall/build-output.ts'
import { Stalled, StallWatch, stalledPart } from '../stall/watch.ts'
import { pushedDigest } from './metadata.ts'
import { PushBegin } from './push-begin.ts'
import { silentCaches } from './silent-caches.ts'
import { StepTimes } from './steps.ts'

/** Reads a build's output for its steps, beside what watches it. */
function reading(watch: StallWatch, times: StepTimes, own: BuildTools['output']): Watch {
  return {
    everyMs: watch.everyMs,
    check: () => watch.check(),
    read(output, stream) {
      watch.read(output, stream)
      if (stream === 'stderr') times.read(output)
      else own?.read(output)
    },
  }
}

/** What a build works with, with buildx or without. */
export interface BuildTools extends BuildHelp {
  /** The step's own folder, for result files and secrets; they are removed when the build is done. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** For docker processes that speak to the engine only. */
  readonly engineEnv: Readonly<Record<string, string>>
  /** The folder that docker runs in, and that files of annotations are relative to. */
  readonly workspace: string
  readonly annotate: Annotate
  /** Whether the builder's traffic is among what this machine's network carries. */
  readonly sharesNetwork: boolean
  /** How buildx is started; without buildx docker builds. */
  readonly buildx?: BuildxCommand
  /** Gets the standard output of each attempt. */
  readonly output?: { begin(): void; read(output: string): void }
}

/** Gives work a folder for the results and secrets of one build, and removes it afterwards. */
export async function withResults<T>(
  { folder }: Pick<BuildTools, 'folder'>,
  work: (results: string) => Promise<T>,
): Promise<T> {
  const results = await mkdtemp(path.join(folder, 'build-'))
  try {
    return await work(results)
  } finally {
    await rm(results, { recursive: true, force: true })
  }
}

/** What docker wrote into a result file, without the line's end; empty if it wrote none. */
export async function readResult(file: string): Promise<string> {
  return (await readFile(file, 'utf8').catch(() => '')).trim()
}

/**
 * Runs the docker command of a build, shown in the log, and retries it if a registry fails for a moment.
 * @param argumentsOf is told whether an earlier attempt has built everything, and which caches are read: those of
 *   `cache-from` that were not silent at an earlier attempt, as a build needs none of them
 * @param group the title of its group in the log
 * @param buildkit whether BuildKit builds, and not the legacy builder
 * @throws ActionError that says which step failed, and why
 */
export function runBuildCommand(
  request: BuildRequest,
  argumentsOf: (built: boolean, cacheFrom: readonly string[]) => readonly string[],
  group: string,
  buildkit: boolean,
  tools: BuildTools,
): Promise<{ stdout: string; stderr: string; steps: readonly TimedStep[] }> {
  const { workspace, annotate, sharesNetwork, log, buildx = THROUGH_DOCKER } = tools
  const env = { ...tools.env, ...buildx.env }
  const options = { seconds: request.stallSeconds, sharesNetwork, log }
  const pushes = tools.buildx !== undefined && pushesItself(request)
  const begin = new PushBegin(pushes ? request.references : [], tools.pushing)
  const times = new StepTimes({ begins: (name) => begin.shown(name) })
  let { cacheFrom } = request
  let silent: readonly string[] = []
  return withDockerRetries(
    async (built) => {
      times.begin()
      tools.output?.begin()
      for (const cache of silent) log(`The retry does not read the cache ${cache}, which did not answer`)
      silent = []
      const watch = new StallWatch(new BuildOutput(buildkit), options)
      const limit = reading(watch, times, tools.output)
      const command = argumentsFor(buildx, argumentsOf(built, cacheFrom))
      const forget = ending.first(() => begin.cut())
      const output = await execute(buildx.program, command, {
        shownAs: buildx.shownAs,
        env,
        group,
        limit,
      })
        .catch((error: unknown) => {
          silent = error instanceof Stalled ? silentCaches(error, cacheFrom) : []
          cacheFrom = cacheFrom.filter((cache) => !silent.includes(cache))
          throw error
        })
        .finally(forget)
      return { ...output, steps: times.steps }
    },
    (error) => registryFailureOf(error, request),
    async (error, attempts) => {
      const [{ explainBuildFailure }, { FailedAfterPush }] = await Promise.all([
        import('../failures/explain.ts'),
        import('../failures/failed-after-push.ts'),
      ])
      const push = pushes ? await askForPush(error.stderr, request, tools) : 'none'
      const failure = await explainBuildFailure(error, request, { workspace, annotate, attempts, push })
      if (typeof push === 'string') return failure
      return new FailedAfterPush(failure, request.references[0] ?? '', push.digest)
    },
    tools,
  )
}

/**
 * What became of the push of a build that has failed: the image may have been pushed before, as caches and other
 * results follow it, or without docker having got the answer.
 * @param progress BuildKit's plain progress
 * @returns the image that the registry confirms
 */
async function askForPush(
  progress: string,
  { references: [reference = ''], naming }: BuildRequest,
  { held }: Pick<BuildTools, 'held'>,
): Promise<PushBeforeFailure | { readonly digest: string }> {
  const digest = pushedDigest(progress, reference)
  if (digest === null) return 'not begun'
  const found = await held?.(naming === 'docker' ? reference : `${reference}@${digest}`).catch(() => null)
  return found?.digest === digest ? { digest } : 'unconfirmed'
}

/** The registry's failure that a build failed of; null if no registry is the reason. */
export function registryFailureOf(error: ProcessError, request: BuildRequest): RegistryFailure | null {
  if (error instanceof Stalled) {
    const phase = error.wait.phase === 'push' ? 'push' : 'pull'
    return { what: stalledPart(error, request), phase, said: error.message }
  }
  if (request.call !== null) return null
  const { stderr, stdout } = error
  const failure = parseFailure(stderr, stdout)
  const phase = registryPhaseOf(failure)
  if (phase === null || failure.name === null || failure.reason === null) return null
  const what = isCacheExport(failure)
    ? 'The export of the cache'
    : phase === 'push'
      ? `The push of ${request.references[0] ?? 'the image'}`
      : `The pull for ${clip(failure.name, 200)}`
  return { what, phase, said: shortReason(failure.reason) }
}

/** Whether buildx pushes what it builds; without buildx, docker pushes with commands of their own. */
export function pushesItself({ naming }: Pick<BuildRequest, 'naming'>): boolean {
  return naming === 'docker' || naming === 'digest'
}
