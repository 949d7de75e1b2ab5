import { code } from '../report/escaping.ts'
import type { Check } from '../report/facts.ts'
import { profileName, type SigningRun } from './signing.ts'

/**
 * For the job summary.
 * @param where the repository, as Markdown
 */
export function signingCheck({ signatures, ended }: SigningRun, where: string): Check {
  const profiles = [...new Set(signatures.map(({ profile }) => code(profileName(profile))))]
  const by =
    profiles.length === 0
      ? ''
      : `, with the profile${profiles.length === 1 ? '' : 's'} ${profiles.join(', ')}`
  const outcome = ended === 'well' ? 'passed' : ended === 'not' ? 'unknown' : 'failed'
  return { outcome, line: `Signing by ECR in ${where}${by}`, detail: null }
}
