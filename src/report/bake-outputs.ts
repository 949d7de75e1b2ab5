import type { BakeOutputs, Outputs } from './outputs.ts'

/** What is known of one target. */
export interface ToldTarget {
  readonly name: string
  readonly state: 'built' | 'skipped' | null
  /** What would be the outputs if it were built alone. */
  readonly outputs: Partial<Outputs>
}

/** Outputs of one image that are JSON themselves. */
const JSON_OUTPUTS = [
  'platform-digests',
  'scan-findings',
  'scan-ignored',
  'scan-new',
  'attestations',
  'signing-status',
] as const
const TEXTS = ['digest', 'digest-uri', 'image-uri', 'version', 'scan-status', 'scan-report'] as const

/**
 * The outputs about all targets, but for the metadata of the build and the job matrix. A target that has nothing in ECR is in none of them.
 */
export function bakeOutputs(targets: readonly ToldTarget[]): Omit<BakeOutputs, 'metadata' | 'matrix'> {
  const there = targets.filter(({ outputs: { digest } }) => digest)
  const named = (state: ToldTarget['state']) =>
    targets
      .filter((one) => one.state === state)
      .map(({ name }) => name)
      .join('\n')
  return {
    images: JSON.stringify(Object.fromEntries(there.map(({ name, outputs }) => [name, imageOf(outputs)]))),
    digests: there.map(({ name, outputs: { digest } }) => `${name}=${digest}`).join('\n'),
    built: named('built'),
    skipped: named('skipped'),
  }
}

function imageOf(outputs: Partial<Outputs>): Record<string, unknown> {
  const lines = (text: string | undefined) => (text ? text.split('\n') : [])
  const given = <T>(names: readonly (keyof Outputs)[], read: (text: string) => T) =>
    Object.fromEntries(
      names.flatMap((name): [string, T][] => {
        const value = outputs[name]
        return value === undefined || value === '' ? [] : [[name, read(value)]]
      }),
    )
  const { size, attested } = outputs
  return {
    ...given(TEXTS, (text) => text),
    'image-uris': lines(outputs['image-uris']),
    tags: lines(outputs.tags),
    pushed: outputs.pushed === 'true',
    ...given(JSON_OUTPUTS, (text) => JSON.parse(text) as unknown),
    ...(attested === undefined ? {} : { attested: attested === 'true' }),
    ...(size ? { size: Number(size) } : {}),
  }
}
