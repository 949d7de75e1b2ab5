import { readProvenance } from '../../src/inputs/provenance.ts'
import { Reader } from '../../src/inputs/reader.ts'
import type { SignerPolicy } from '../../src/sigstore/policy.ts'
import { evaluate, evaluateMap, type Job } from './workflows.ts'

/**
 * The text of `require-provenance` that the step of a job gives to merge, by GitHub's evaluator of expressions.
 * @param attest the workflow's input
 * @param sha the commit of the run
 */
export function requirementOf(job: Job, attest: string, sha: string): string {
  const contexts = { inputs: { attest }, github: { sha } }
  const env = evaluateMap(job.env, contexts)
  const [step] = job.steps ?? []
  return evaluate(String(step?.with?.['require-provenance']), { ...contexts, env })
}

/** The same as merge reads it in a run of octo-org/demo; null if it requires nothing. */
export function requiredBy(job: Job, attest: string, sha: string): SignerPolicy | null {
  const given = requirementOf(job, attest, sha)
  const reader = new Reader({
    get: (input) => (input === 'require-provenance' ? given : ''),
    env: { GITHUB_REPOSITORY: 'octo-org/demo' },
    cwd: '/',
  })
  const required = readProvenance(reader, false)
  reader.finish()
  return required?.policy ?? null
}
