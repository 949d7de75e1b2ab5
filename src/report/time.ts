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

/** `2.2 s: preparation 0.6 s, build and push 1.4 s. 5 of 5 build steps from the cache`. */
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
export function time(facts: Times & Pick<SummaryFacts, 'engine'>): string[] {
  const by = facts.engine === null ? '' : `, by ${escapeMarkdown(facts.engine)}`
  const slowest = facts.steps
    .filter((step) => !step.cached && step.to - step.from >= WORTH_TELLING_S)
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, SLOWEST_SHOWN)
  return [
    `**Time** ${timeInWords(facts)}${by}.`,
    ...(slowest.length === 0 ? [] : ['Slowest steps of the build:', fence(slowest.map(told).join('\n'))]),
  ]
}

const told = ({ name, from, to }: BuildStep) =>
  `${duration(to - from).padStart(8)}  ${shortCommands(name) ?? 'a step with a long command, which is in the log'}`

/** Whether it is a step of the Dockerfile, which the builder can have in its cache. */
const isInstruction = (name: string) => /^\[(?!internal\b|auth\b)[^\]]*\d\/\d+\] (?!FROM\b)/.test(name)

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
  // Without buildx, docker pushes with a command of its own.
  const pushes = outcome !== 'built' && !engine?.endsWith('no buildx')
  const line = (label: string, done: boolean, from: number, to: number) =>
    `    ${label} :${done ? 'done, ' : ''}${moment(from)}, ${moment(to)}`
  const lines = [
    '```mermaid',
    'gantt',
    '    accTitle: Time of the step',
    `    accDescr: ${phases.map(({ name, from, to }) => `${labelOf(name)} ${duration(to - from)}`).join(', ')}`,
    '    dateFormat YYYY-MM-DD HH:mm:ss.SSS',
    `    axisFormat ${axisFormat(totalSeconds)}`,
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

/** https://d3js.org/d3-time-format#locale_format */
function axisFormat(seconds: number): string {
  if (seconds < 10) return '%-S.%L s'
  if (seconds < 60) return '%-S s'
  return seconds < 3600 ? '%M:%S' : '%H:%M:%S'
}

/** Nothing that ends a label, is a comment, or stands for another character. */
const labelOf = (text: string) => text.replace(/[^A-Za-z0-9 ./_-]/g, ' ').trim()

/** `step build 2/3 RUN`; other work by what it begins with. The first word is never one of Mermaid's. */
function stepLabel(name: string, pushes: boolean): string {
  const [, stage, word] = /^\[([^\]]*)\] ([A-Z]+)\b/.exec(name) ?? []
  if (stage !== undefined) return ['step', ...(/^[\w ./-]{1,40}$/.test(stage) ? [stage] : []), word].join(' ')
  if (/^(?:exporting|importing) cache/.test(name)) return 'cache'
  if (isImageExport(name)) return pushes && name === 'exporting to image' ? 'export and push' : 'export'
  if (name.startsWith('pushing ')) return 'push'
  if (/^\[auth\]/.test(name)) return 'login'
  return /load metadata|^resolve /.test(name) ? 'base image lookup' : 'other work'
}

/** Whether a build's step brings its result out of the builder; `exporting to image` pushes it too, if it is to. */
export const isImageExport = (name: string): boolean => name.startsWith('exporting to ')

/** A moment of an arbitrary day, in which no clock is changed. */
function moment(after: number): string {
  const text = new Date(Date.UTC(2000, 0, 1) + Math.round(Math.max(0, after) * 1000)).toISOString()
  return text.replace('T', ' ').replace('Z', '')
}
