import { evaluate } from './evaluate.ts'
import { globalFunctions } from './expressions.ts'
import type { Flavor } from './flavor.ts'
import type { Problems } from './problems.ts'
import type { TagRule } from './rules.ts'
import { isTag, sanitizeTag, TAG_RULE } from './sanitize.ts'
import type { Scene } from './scene.ts'
import { renderTemplate } from './template.ts'

/** The tags of an image. */
export interface ImageTags {
  /** In order of priority; each once. */
  readonly names: readonly string[]
  /** The first rule's; empty if no rule gives a tag. */
  readonly version: string
  /** Those that nobody named, and that the next commit's image takes over. */
  readonly moving: ReadonlySet<string>
}

/** The rules if the user gave none: docker/metadata-action's, and the whole commit. */
export const DEFAULT_RULES = [
  'type=schedule',
  'type=ref,event=branch',
  'type=ref,event=tag',
  'type=ref,event=pr',
  'type=sha,format=long,prefix=,suffix=',
]

interface Given {
  readonly tag: string
  readonly rule: TagRule
}

/**
 * Applies rules to an event.
 * @param isDefault whether the rules are ours: then an impossible name (a long branch's) is left out with a
 *   warning, and moving tags are marked; the user's own rules must give tags, and those are never moving
 */
export async function deriveTags(
  rules: readonly TagRule[],
  flavor: Flavor,
  scene: Scene,
  isDefault: boolean,
  problems: Problems,
  warnings: Set<string>,
): Promise<ImageTags> {
  const given: Given[] = []
  let latest: boolean | null = null
  const functions = globalFunctions(scene)
  const render = (template: TagRule['enable']) => renderTemplate(template, functions)
  for (const rule of rules) {
    const enabled = render(rule.enable)
    if (enabled !== 'true') {
      if (enabled !== 'false') problems.add('tags', rule.text, `enable '${enabled}' must be true or false`)
      continue
    }
    const result = await evaluateSafely(rule, scene, problems)
    if (result === null) continue
    if ('warning' in result) {
      warnings.add(result.warning)
      continue
    }
    const text = render(rule.prefix ?? flavor.prefix) + result.value + render(rule.suffix ?? flavor.suffix)
    if (text === '') continue
    const tag = sanitizeTag(text)
    if (!isTag(tag)) {
      const message = invalidTag(tag)
      if (isDefault) warnings.add(`The default rule ${rule.text} is left out: it ${message}`)
      else problems.add('tags', rule.text, message)
      continue
    }
    given.push({ tag, rule })
    latest ??= flavor.latest === 'auto' ? result.latest : flavor.latest === 'true'
  }
  const latestName = latest ? nameLatest(flavor, render, problems) : null
  return arrange(given, latestName, flavor, isDefault)
}

/** Notes a name that no event can make right, since there is no expression in it. */
export function checkLiteralTag(rule: TagRule, flavor: Flavor, problems: Problems): void {
  if (rule.type !== 'raw' || rule.enable.join('') !== 'true') return
  const parts = [rule.prefix ?? flavor.prefix, rule.value, rule.suffix ?? flavor.suffix].flat()
  if (!parts.every((part) => typeof part === 'string')) return
  const tag = sanitizeTag(parts.join(''))
  if (tag !== '' && !isTag(tag)) problems.add('tags', rule.text, invalidTag(tag))
}

function invalidTag(tag: string): string {
  return `gives '${tag}' (${tag.length} characters); ${TAG_RULE}`
}

/** A regular expression that does not end is the rule's fault, not a crash. */
async function evaluateSafely(rule: TagRule, scene: Scene, problems: Problems) {
  try {
    return await evaluate(rule, scene)
  } catch (error) {
    if ((error as Error).name !== 'SlowMatch') throw error
    problems.add('tags', rule.text, 'takes too long to match; use a simpler regular expression')
    return null
  }
}

function nameLatest(
  flavor: Flavor,
  render: (template: Flavor['prefix']) => string,
  problems: Problems,
): string | null {
  const prefix = flavor.prefixOnLatest ? render(flavor.prefix) : ''
  const suffix = flavor.suffixOnLatest ? render(flavor.suffix) : ''
  const name = sanitizeTag(`${prefix}latest${suffix}`)
  if (isTag(name)) return name
  problems.add('flavor', `${prefix}latest${suffix}`, `onlatest gives '${name}'; ${TAG_RULE}`)
  return null
}

function arrange(
  given: readonly Given[],
  latest: string | null,
  flavor: Flavor,
  isDefault: boolean,
): ImageTags {
  const named = new Set(given.filter(({ rule }) => !isDefault || !isMoving(rule)).map(({ tag }) => tag))
  if (latest !== null && flavor.latest === 'true') named.add(latest)
  const byPriority = given.map(({ tag }) => tag)
  // The tag that names this commit and no other comes first: it is the one to deploy by.
  const commit = isDefault ? given.filter(({ rule }) => rule.type === 'sha').map(({ tag }) => tag) : []
  const names = [...new Set([...commit, ...byPriority, ...(latest === null ? [] : [latest])])]
  return {
    names,
    version: byPriority[0] ?? '',
    moving: new Set(names.filter((name) => !named.has(name))),
  }
}

function isMoving(rule: TagRule): boolean {
  return rule.type === 'schedule' || (rule.type === 'ref' && rule.event !== 'tag')
}
