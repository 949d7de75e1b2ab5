import { clean, explain } from '@renovatebot/pep440'
import type { RuleOf } from '../rules.ts'
import type { Scene } from '../scene.ts'
import { renderTemplate } from '../template.ts'
import type { RuleResult } from './rule-result.ts'
import { isRaw, versionTextOf } from './subject.ts'

/**
 * `type=pep440` (https://peps.python.org/pep-0440): a final release gives the pattern and `latest`; a pre-, post-
 * or development release only its whole version.
 */
export async function evaluatePep440(rule: RuleOf<'pep440'>, scene: Scene): Promise<RuleResult> {
  const found = await versionTextOf(rule, scene)
  if (found === null || 'warning' in found) return found
  const raw = found.text
  const version = explain(raw)
  if (version === null) return { warning: `${rule.text}: '${raw}' is not a version by PEP 440` }
  const cleaned = clean(raw) ?? raw
  if (version.is_prerelease || version.is_postrelease || version.is_devrelease) {
    return { value: isRaw(rule) ? raw : cleaned, latest: false }
  }
  const value = renderTemplate(rule.pattern, {
    raw: () => raw,
    version: () => cleaned,
    major: () => String(version.release[0]),
    minor: () => String(version.release[1] ?? 0),
    patch: () => String(version.release[2] ?? 0),
  })
  return { value, latest: true }
}
