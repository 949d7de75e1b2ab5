import { type Counts, SEVERITIES } from '../ecr/scans.ts'

/** ECR's own severities and those that only Inspector has, the worst first. */
export function severitiesIn(counts: Counts): string[] {
  const foreign = Object.keys(counts).filter((name) => !(SEVERITIES as readonly string[]).includes(name))
  return [...SEVERITIES, ...foreign].filter((name) => (counts[name] ?? 0) > 0)
}

/** `HIGH 1, LOW 7`, or `nothing`. */
export function countsInWords(counts: Counts): string {
  const list = severitiesIn(counts).map((name) => `${name} ${counts[name]}`)
  return list.length === 0 ? 'nothing' : list.join(', ')
}
