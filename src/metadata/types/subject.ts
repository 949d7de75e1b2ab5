import { globalFunctions } from '../expressions.ts'
import type { RuleOf } from '../rules.ts'
import type { Scene } from '../scene.ts'
import { renderTemplate } from '../template.ts'

/** What semver, pep440 and match work on: the rule's value, or the Git tag; null if there is neither. */
export function subjectOf(rule: RuleOf<'semver' | 'pep440' | 'match'>, scene: Scene): string | null {
  return rule.value === null ? scene.tag : renderTemplate(rule.value, globalFunctions(scene))
}

/** The part of a version rule's subject that `match` picks, ready to be read as a version. */
export async function versionTextOf(
  rule: RuleOf<'semver' | 'pep440'>,
  scene: Scene,
): Promise<{ text: string } | { warning: string } | null> {
  const subject = subjectOf(rule, scene)
  if (subject === null) return null
  let text = subject
  if (rule.match !== null) {
    const { matchInTime } = await import('../match.ts')
    const found = matchInTime(subject, rule.match)
    if (found !== null) {
      if (found[1] === undefined) {
        return { warning: `${rule.text}: the group of match has no part in '${subject}'` }
      }
      text = found[1]
    }
  }
  return { text: text.replaceAll('/', '-') }
}

/** Whether a pattern is `{{raw}}` and nothing else. */
export function isRaw(rule: RuleOf<'semver' | 'pep440'>): boolean {
  const [first, ...others] = rule.pattern
  return others.length === 0 && typeof first === 'object' && first.name === 'raw'
}
