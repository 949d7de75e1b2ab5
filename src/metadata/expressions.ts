import { dateProblem, formatDate } from './dates.ts'
import type { Scene } from './scene.ts'
import {
  calls,
  type Expression,
  type Functions,
  type OtherBraces,
  parseTemplate,
  type Template,
  TemplateError,
  type Vocabulary,
} from './template.ts'

/** In values, prefixes, suffixes and `enable`. */
export const GLOBAL: Vocabulary = new Map([
  ['branch', 'plain'],
  ['tag', 'plain'],
  ['sha', 'plain'],
  ['base_ref', 'plain'],
  ['is_default_branch', 'plain'],
  ['is_not_default_branch', 'plain'],
  ['date', 'date'],
  ['commit_date', 'date'],
])

/** In what is built: labels, annotations, and the build's own inputs. The tags are known by then. */
export const BUILT: Vocabulary = new Map([['version', 'plain'], ...GLOBAL])

/** In the pattern of `type=schedule`. */
export const DATES: Vocabulary = new Map([
  ['date', 'date'],
  ['commit_date', 'date'],
])

/** In the pattern of `type=pep440`. */
export const PEP440: Vocabulary = new Map(
  ['version', 'raw', 'major', 'minor', 'patch'].map((name) => [name, 'plain']),
)

/** In the pattern of `type=semver`. */
export const SEMVER: Vocabulary = new Map([...PEP440, ['build', 'plain']])

/**
 * A template whose dates can be rendered.
 * @throws TemplateError
 */
export function compile(text: string, vocabulary: Vocabulary, others: OtherBraces = 'refuse'): Template {
  const template = parseTemplate(text, vocabulary, others)
  for (const part of template) {
    if (typeof part === 'string' || part.argument === null) continue
    const problem = dateProblem(part.argument, zoneOf(part))
    if (problem !== null) throw new TemplateError(`{{${part.name} '${part.argument}'}}: ${problem}`)
  }
  return template
}

/** Whether a template needs the time of the commit. */
export function needsCommitDate(template: Template | null): boolean {
  return calls(template, 'commit_date')
}

/** Whether a template has an expression: then its text is known only with the event. */
export function hasExpression(template: Template): boolean {
  return template.some((part) => typeof part !== 'string')
}

/** The values of BUILT for an event and the image's version. */
export function builtFunctions(scene: Scene, version: string): Functions {
  return { ...globalFunctions(scene), version: () => version }
}

/** The values of GLOBAL, and so of DATES, for an event. */
export function globalFunctions(scene: Scene): Functions {
  return {
    branch: () => scene.branch ?? '',
    tag: () => scene.tag ?? '',
    sha: () => scene.shortSha,
    base_ref: () => scene.baseRef,
    is_default_branch: () => String(scene.isDefaultBranch),
    is_not_default_branch: () => String(!scene.isDefaultBranch),
    date: (expression) => formatDate(scene.now, expression.argument ?? '', zoneOf(expression)),
    commit_date: (expression) => formatDate(scene.commitDate, expression.argument ?? '', zoneOf(expression)),
  }
}

function zoneOf({ options }: Expression): string {
  return options.get('tz') ?? 'UTC'
}
