import type { Verdict } from '../after-push/index.ts'
import { PushRecord, type Recording } from '../delivery/push-record.ts'
import type { ImageMetadata } from '../metadata/index.ts'
import type { AskedFacts, BuildStep, Phase, PlannedFacts, SummaryFacts } from '../report/facts.ts'
import { jsonOutput, type Outputs } from '../report/outputs.ts'
import { sizesInJson } from '../report/size-outputs.ts'
import { duration } from '../shared/duration.ts'
import { ending } from '../shared/ending.ts'
import type { World } from '../world.ts'
import { failedLine, failureOf, summarizeSafely } from './failed.ts'

/** What an action came to. */
export interface Result
  extends Omit<SummaryFacts, 'state' | 'name' | 'failure' | 'checks' | 'totalSeconds' | 'phases' | 'steps'> {
  /** What followed the preparation; times in milliseconds of the world's clock. */
  readonly phases: readonly Phase[]
  /** Times as those of the phases. */
  readonly steps: readonly BuildStep[]
  /** Null if no check was asked for that follows a push. */
  readonly verdict: Verdict | null
}

/** What an action came to that only asked a Dockerfile something (`call`), and made no image. */
export type Answered = Pick<AskedFacts, 'state' | 'call' | 'answer'>

/** What a dry run came to: nothing was changed. */
export interface Planned extends Omit<PlannedFacts, 'name' | 'failure' | 'totalSeconds'> {
  /** Why a run would fail, and this one does; null if nothing speaks against it. */
  readonly failure: unknown
}

/** What an action says while it works, so that its end can say it whatever happens. */
export interface Progress {
  /** The image as it is known so far; null if the action neither makes nor names one. */
  image: Pick<ImageMetadata, 'labels' | 'annotations'> | null
  /** Whether the action is to put anything into ECR. */
  pushes: boolean
  /** How long the step has worked. */
  readonly seconds: () => number
}

/**
 * Runs an action from its checked inputs to its end: outputs are set as they become true, `json` with all of them at
 * the end, then the summary; only after that a failed check fails the step. A run that fails earlier has a summary too.
 * @throws what the work throws, or the failure of a check
 */
export async function runAction<W extends Omit<World, 'docker'>>(
  {
    repository: { name },
    summary,
  }: { readonly repository: { readonly name: string }; readonly summary: boolean },
  outer: W,
  work: (world: W & Recording, progress: Progress) => Promise<Result | Answered | Planned>,
): Promise<void> {
  const started = outer.began
  const secondsAt = (moment: number) => Math.max(0, moment - started) / 1000
  const outputs: Partial<Outputs> = {}
  const seconds = () => secondsAt(outer.clock())
  const progress: Progress = { image: { labels: {}, annotations: [] }, pushes: false, seconds }
  const pushed = new PushRecord()
  let sizes: object = {}
  let timed = false
  let over = false
  const setOutputs: World['setOutputs'] = (some) => {
    Object.assign(outputs, some)
    outer.setOutputs(some)
  }
  const toTheEnd = async () => {
    const result = await work({ ...outer, setOutputs, pushed }, progress)
    if ('state' in result) {
      const totalSeconds = seconds()
      if (over) return
      outer.log(`Took ${duration(totalSeconds)} in all`)
      timed = true
      if (result.state === 'asked') {
        if (summary) await summarizeSafely({ ...result, name, totalSeconds }, outer)
        return
      }
      const { failure } = result
      const told = { ...result, failure: failure === null ? null : failureOf(failure), name, totalSeconds }
      if (summary) await summarizeSafely(told, outer)
      if (failure !== null) throw failure
      return
    }
    const { verdict, phases, steps, ...facts } = result
    sizes = sizesInJson(facts)
    const inSeconds = <T extends Phase | BuildStep>(part: T): T => ({
      ...part,
      from: secondsAt(part.from),
      to: secondsAt(part.to),
    })
    const first = phases[0]?.from ?? outer.clock()
    const times = {
      totalSeconds: seconds(),
      phases: [{ name: 'preparation', from: started, to: first }, ...phases].map(inSeconds),
      steps: steps.map(inSeconds),
    }
    // Of a run that was told to end, there is a summary already: its work goes on until the process ends.
    if (over) return
    outer.log(`Took ${duration(times.totalSeconds)} in all`)
    timed = true
    if (summary) {
      const told = {
        ...facts,
        ...times,
        state: 'done',
        name,
        failure: verdict?.failure ? failureOf(verdict.failure) : null,
        checks: verdict?.checks ?? [],
      } as const
      await summarizeSafely(told, outer)
    }
    if (verdict?.failure) throw verdict.failure
  }
  const tellAll = () => outer.setOutputs({ json: jsonOutput(outputs, progress.image, sizes) })
  try {
    await ending.before(toTheEnd())
  } catch (error) {
    over = true
    // A check fails only after the line of a whole run, and is in the summary already.
    if (!timed) {
      // A run that is cancelled may have no time for questions.
      if (ending.reason === null && pushed.unanswered().length > 0) {
        const { askUnanswered } = await import('../delivery/unanswered.ts')
        // Nor has one that is cancelled meanwhile.
        await ending.before(askUnanswered(pushed, outer)).catch(() => undefined)
      }
      if (progress.pushes) setOutputs({ ...withoutUntrue(pushed, outputs), ...trueNames(name, pushed) })
      tellAll()
      if (progress.pushes) pushed.tell(outer.log)
      const totalSeconds = seconds()
      const left = progress.pushes ? pushed.left() : null
      outer.log(failedLine(error, totalSeconds, left))
      if (summary) {
        const facts = { state: 'failed', name, failure: failureOf(error), left, totalSeconds } as const
        await summarizeSafely(facts, outer)
      }
    } else tellAll()
    throw error
  }
  tellAll()
}

/**
 * Outputs that were set as the image was pushed, and are not true any more, become empty. The tags are known before the
 * push: they stay those that the image was to get, unless something was put.
 */
function withoutUntrue(record: PushRecord, before: Partial<Outputs>): Partial<Outputs> {
  const now = record.outputs()
  const ofPush = ['image-uri', 'image-uris', 'digest', 'digest-uri'] as const
  const names = now.pushed === 'true' ? ([...ofPush, 'tags'] as const) : ofPush
  const untrue = names.filter((name) => name in before && !(name in now))
  const metadata = before.metadata ? { metadata: truly(record, before.metadata) } : {}
  return { ...now, ...Object.fromEntries(untrue.map((name) => [name, ''])), ...metadata }
}

/** buildx's metadata without the names, in its `image.name`, that the image did not come to. */
function truly(record: PushRecord, metadata: string): string {
  const { 'image.name': names, ...rest } = JSON.parse(metadata) as Record<string, unknown>
  if (typeof names !== 'string') return metadata
  const held = record.trueNames(names.split(',')).join(',')
  return JSON.stringify(held === '' ? rest : { ...rest, 'image.name': held })
}

/**
 * The outputs that were known before the push, as they are once something was put: a later job is not to deploy what
 * a tag names that this run has left as it was.
 * @param name the repository's
 */
function trueNames(name: string, record: PushRecord): Pick<Partial<Outputs>, 'image-name' | 'version'> {
  const { pushed, tags = '' } = record.outputs()
  if (pushed !== 'true' || record.wanted.length === 0) return {}
  return {
    'image-name': tags === '' ? '' : `${name}:${tags.split('\n', 1)[0]}`,
    ...(tags === record.wanted.join('\n') ? {} : { version: '' }),
  }
}
