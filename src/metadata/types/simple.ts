import { globalFunctions } from '../expressions.ts'
import type { RuleOf } from '../rules.ts'
import type { Scene } from '../scene.ts'
import { renderTemplate } from '../template.ts'
import type { RuleResult } from './rule-result.ts'

/** `type=schedule`: `nightly`, or a date, for scheduled events. */
export function evaluateSchedule(rule: RuleOf<'schedule'>, scene: Scene): RuleResult {
  if (!scene.eventName.includes('schedule')) return null
  return { value: renderTemplate(rule.pattern, globalFunctions(scene)), latest: false }
}

/** `type=edge`: the last commit of a branch, by default of the default one. */
export function evaluateEdge(rule: RuleOf<'edge'>, scene: Scene): RuleResult {
  if (scene.branch === null) return null
  const branch = rule.branch ?? scene.repository.defaultBranch
  if (branch === null) {
    return { warning: `${rule.text}: GitHub does not say which branch is the default one; give branch=…` }
  }
  return scene.branch === branch ? { value: 'edge', latest: false } : null
}

/** `type=ref`: the name of the branch or tag, or the pull request's number. */
export function evaluateRef(rule: RuleOf<'ref'>, scene: Scene): RuleResult {
  const value = { branch: scene.branch, tag: scene.tag, pr: scene.pullRequest }[rule.event]
  return value === null ? null : { value, latest: rule.event === 'tag' }
}

/** `type=raw`, and a plain tag: what the user wrote. */
export function evaluateRaw(rule: RuleOf<'raw'>, scene: Scene): RuleResult {
  return { value: renderTemplate(rule.value, globalFunctions(scene)), latest: false }
}

/** `type=sha`: the commit. */
export function evaluateSha(rule: RuleOf<'sha'>, scene: Scene): RuleResult {
  if (scene.sha === '') return null
  return { value: rule.format === 'short' ? scene.shortSha : scene.sha, latest: false }
}
