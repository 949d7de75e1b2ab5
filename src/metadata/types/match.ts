import { matchInTime } from '../match.ts'
import type { RuleOf } from '../rules.ts'
import type { Scene } from '../scene.ts'
import type { RuleResult } from './rule-result.ts'
import { subjectOf } from './subject.ts'

/** `type=match`: the part of the Git tag, or of a value, that a regular expression picks. */
export function evaluateMatch(rule: RuleOf<'match'>, scene: Scene): RuleResult {
  const subject = subjectOf(rule, scene)
  if (subject === null) return null
  const found = matchInTime(subject, rule.pattern)
  if (found === null) return { warning: `${rule.text}: the pattern does not match '${subject}'` }
  const value = found[rule.group]
  if (value === undefined) return { warning: `${rule.text}: group ${rule.group} has no part in '${subject}'` }
  return { value, latest: true }
}
