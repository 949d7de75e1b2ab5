import parse from 'semver/functions/parse.js'
import type { RuleOf } from '../rules.ts'
import type { Scene } from '../scene.ts'
import { renderTemplate } from '../template.ts'
import type { RuleResult } from './rule-result.ts'
import { isRaw, versionTextOf } from './subject.ts'

/**
 * `type=semver` (https://semver.org): a release gives the pattern and `latest`; a pre-release, which changes
 * often and promises little, only its whole version.
 */
export async function evaluateSemver(rule: RuleOf<'semver'>, scene: Scene): Promise<RuleResult> {
  const found = await versionTextOf(rule, scene)
  if (found === null || 'warning' in found) return found
  const version = parse(found.text)
  if (version === null) return { warning: `${rule.text}: '${found.text}' is not a semantic version` }
  const prerelease = version.prerelease.length > 0
  if (prerelease && !isRaw(rule)) return { value: version.version, latest: false }
  const value = renderTemplate(rule.pattern, {
    raw: () => version.raw,
    version: () => version.version,
    major: () => String(version.major),
    minor: () => String(version.minor),
    patch: () => String(version.patch),
    build: () => version.build.join(),
  })
  return { value, latest: !prerelease }
}
