import { isCacheExportName } from '../shared/cache-export.ts'
import { duration } from '../shared/duration.ts'
import { shortCommands } from './commands.ts'
import { escapeMarkdown, fence, fold } from './escaping.ts'
import type { BuildStep, SummaryFacts } from './facts.ts'

/** So many steps are drawn and told; all of them are in the log. */
const STEPS_DRAWN = 12
const SLOWEST_SHOWN = 3
/** What takes less, in seconds, is neither told as slow nor drawn, unless it came from the cache. */
const WORTH_TELLING_S = 0.5
const WORTH_DRAWING_S = 0.05

type Times = Pick<SummaryFacts, 'totalSeconds' | 'phases' | 'steps'>

/** `2.2 s: preparation 0.6 s, build and push 1.4 s. 5 of 5 build steps from the cache`, without a full stop. */
export function timeInWords({ totalSeconds, phases, steps }: Times): string {
  const parts = phases.map(({ name, from, to }) => `${name} ${duration(to - from)}`)
  const inWords = parts.length === 0 ? '' : `: ${parts.join(', ')}`
  const share = cacheShare(steps)
  return `${duration(totalSeconds)}${inWords}${share === null ? '' : `. ${share}`}`
}

/**
 * `3 of 5 build steps from the cache`.
 * @returns null if the builder told of no step of the Dockerfile
 */
export function cacheShare(steps: Times['steps']): string | null {
  const own = steps.filter(({ name }) => isInstruction(name))
  if (own.length === 0) return null
  const cached = own.filter((step) => step.cached).length
  return `${cached} of ${own.length} build step${own.length === 1 ? '' : 's'} from the cache`
}

/** How long it took, the share of the cache, and the slowest steps. */
export function time(facts: Times & Pick<SummaryFacts, 'engine' | 'outcome'>): string[] {
  const by = facts.engine === null ? '' : ` Built by ${escapeMarkdown(facts.engine)}.`
  const slowest = facts.steps
    .filter((step) => !step.cached && step.to - step.from >= WORTH_TELLING_S)
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, SLOWEST_SHOWN)
  const pushes = exportPushes(facts)
  const told = ({ name, from, to }: BuildStep) =>
    `${duration(to - from).padStart(8)}  ${workLabel(name, pushes) ?? shortCommands(name) ?? 'a step with a long command, which is in the log'}`
  return [
    `**Time** ${timeInWords(facts)}.${by}`,
    ...(slowest.length === 0 ? [] : ['Slowest steps of the build:', fence(slowest.map(told).join('\n'))]),
  ]
}

/** Whether it is a step of the Dockerfile, which the builder can have in its cache: `[build 2/3] RUN make`. */
const isInstruction = (name: string) => /^\[[^\]]*\b\d+\/\d+\] (?!FROM\b)/.test(name)

/** Whether the export of an image is its push too: without buildx, docker pushes with a command of its own. */
const exportPushes = ({ outcome, engine, steps }: Pick<SummaryFacts, 'outcome' | 'engine' | 'steps'>) =>
  outcome !== 'built' && !engine?.endsWith('no buildx') && exportIsPush(steps)

/** The builder of an engine without containerd's image store pushes in a step of its own, `pushing HOST/NAME:TAG with docker`. */
export const exportIsPush = (steps: readonly Pick<BuildStep, 'name'>[]): boolean =>
  !steps.some(({ name }) => name.startsWith('pushing '))

/**
 * What a build does besides the steps of the Dockerfile, by the one name that log and summary have for it.
 * @param pushes whether `exporting to image` is the push too
 * @returns null for every other step
 */
export function workLabel(name: string, pushes: boolean): string | null {
  if (isCacheExportName(name)) return 'export of the cache'
  if (name.startsWith('exporting to '))
    return pushes && name === 'exporting to image' ? 'export and push' : 'export'
  return name.startsWith('pushing ') ? 'push' : null
}

/**
 * The step's time as a chart of Mermaid, which GitHub draws. Its labels hold nothing that others wrote but the name of
 * a stage: a name could end the label, and a secret in it would be masked only as it is written.
 * https://mermaid.js.org/syntax/gantt.html
 * @returns null if there is nothing worth a chart
 */
export function chart({ phases, steps, totalSeconds, outcome, engine }: SummaryFacts): string | null {
  if (phases.length === 0 || steps.length === 0) return null
  const drawn = [...steps]
    .map((step, at) => ({ ...step, at }))
    .filter(({ name, cached, from, to }) => (cached ? isInstruction(name) : to - from >= WORTH_DRAWING_S))
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, STEPS_DRAWN)
    .sort((a, b) => a.from - b.from || a.at - b.at)
  const pushes = exportPushes({ outcome, engine, steps })
  const line = (label: string, done: boolean, from: number, to: number) =>
    `    ${label} :${done ? 'done, ' : ''}${moment(from)}, ${moment(to)}`
  const lines = [
    '```mermaid',
    'gantt',
    '    accTitle: Time of the step',
    `    accDescr: ${phases.map(({ name, from, to }) => `${labelOf(name)} ${duration(to - from)}`).join(', ')}`,
    '    dateFormat YYYY-MM-DD HH:mm:ss.SSS',
    ...axis(totalSeconds),
    '    section Step',
    ...phases.map(({ name, from, to }) => line(labelOf(name), false, from, to)),
    ...(drawn.length === 0 ? [] : ['    section Build']),
    ...drawn.map(({ name, cached, from, to }) =>
      line(`${stepLabel(name, pushes)}${cached ? ' cached' : ` ${duration(to - from)}`}`, cached, from, to),
    ),
    '```',
  ]
  return fold('Time, as a chart', lines.join('\n'))
}

/** Distances of the axis's marks, in seconds, and as Mermaid has them. */
const TICKS: readonly (readonly [number, string])[] = [
  [0.2, '200millisecond'],
  [0.5, '500millisecond'],
  [1, '1second'],
  [2, '2second'],
  [5, '5second'],
  [15, '15second'],
  [30, '30second'],
  [60, '1minute'],
  [120, '2minute'],
  [300, '5minute'],
  [900, '15minute'],
  [1800, '30minute'],
  [3600, '1hour'],
  [7200, '2hour'],
]
/** So many marks have room for their labels on a narrow screen. */
const MOST_TICKS = 6

/**
 * https://mermaid.js.org/syntax/gantt.html#axis-ticks-v10-3-0
 * https://d3js.org/d3-time-format#locale_format
 */
function axis(seconds: number): string[] {
  const [tick, name] = TICKS.find(([length]) => seconds / length <= MOST_TICKS) ?? [14_400, '4hour']
  const format = tick < 1 ? '%-S.%L s' : seconds < 60 ? '%-S s' : seconds < 3600 ? '%M:%S' : '%H:%M:%S'
  return [`    axisFormat ${format}`, `    tickInterval ${name}`]
}

/** Nothing that ends a label, is a comment, or stands for another character. */
const labelOf = (text: string) => text.replace(/[^A-Za-z0-9 ./_-]/g, ' ').trim()

/** BuildKit's own names of what it loads. https://github.com/moby/buildkit/blob/master/frontend/dockerui/config.go */
const LOADED = /^\[internal\] (load (?:build context|build definition|\.dockerignore))/

/** `step build 2/3 RUN`; other work by what it begins with. The first word is never one of Mermaid's. */
function stepLabel(name: string, pushes: boolean): string {
  const [, stage, word] = /^\[([^\]]*)\] ([A-Z]+)\b/.exec(name) ?? []
  if (stage !== undefined) return ['step', ...(/^[\w ./-]{1,40}$/.test(stage) ? [stage] : []), word].join(' ')
  const work = workLabel(name, pushes)
  if (work !== null) return work
  const [, loaded] = LOADED.exec(name) ?? []
  if (loaded !== undefined) return loaded
  if (/^importing cache/.test(name)) return 'import of the cache'
  if (/^\[auth\]/.test(name)) return 'login'
  return /load metadata|^resolve /.test(name) ? 'base image lookup' : 'other work'
}

/** A moment of an arbitrary day, in which no clock is changed. */
function moment(after: number): string {
  const text = new Date(Date.UTC(2000, 0, 1) + Math.round(Math.max(0, after) * 1000)).toISOString()
  return text.replace('T', ' ').replace('Z', '')
}
