import type { RuleOf, TagRule } from './rules.ts'
import type { Scene } from './scene.ts'
import type { RuleResult } from './types/rule-result.ts'
import { evaluateEdge, evaluateRaw, evaluateRef, evaluateSchedule, evaluateSha } from './types/simple.ts'

type Evaluate<T extends TagRule['type']> = (rule: RuleOf<T>, scene: Scene) => RuleResult | Promise<RuleResult>

// Libraries of versions and the sandbox of regular expressions are loaded by the rules that need them.
const EVALUATE: { readonly [T in TagRule['type']]: Evaluate<T> } = {
  schedule: evaluateSchedule,
  edge: evaluateEdge,
  ref: evaluateRef,
  raw: evaluateRaw,
  sha: evaluateSha,
  semver: async (rule, scene) => (await import('./types/semver.ts')).evaluateSemver(rule, scene),
  pep440: async (rule, scene) => (await import('./types/pep440.ts')).evaluatePep440(rule, scene),
  match: async (rule, scene) => (await import('./types/match.ts')).evaluateMatch(rule, scene),
}

/** What a rule makes of an event. */
export async function evaluate(rule: TagRule, scene: Scene): Promise<RuleResult> {
  const own = EVALUATE[rule.type] as Evaluate<TagRule['type']>
  return own(rule, scene)
}
