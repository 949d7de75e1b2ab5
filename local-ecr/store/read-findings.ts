import type { ScanPlan, Vulnerability } from './plans.ts'

const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED', 'UNTRIAGED']
const TEXTS = ['name', 'severity', 'package', 'version', 'fixedIn', 'description']
const NEEDED = TEXTS.slice(0, 4)

/**
 * The plans of scans from JSON: lists of findings, by the name of a repository or an image's digest.
 * @throws Error that names the first member that is wrong, and what is allowed
 */
export function readFindings(given: unknown): Map<string, ScanPlan> {
  if (!isObject(given)) throw new Error('findings must be an object: lists by repository or digest')
  return new Map(
    Object.entries(given).map(([about, list]) => {
      if (!Array.isArray(list)) throw new Error(`${about} must be a list of findings`)
      const findings = list.map((one: unknown, index) => readFinding(one, `${about}[${index}]`))
      return [about, { findings }]
    }),
  )
}

function readFinding(given: unknown, at: string): Vulnerability {
  if (!isObject(given)) throw new Error(`${at} must be an object`)
  for (const [name, value] of Object.entries(given)) {
    const isRight = name === 'score' ? typeof value === 'number' : typeof value === 'string'
    if (name !== 'score' && !TEXTS.includes(name))
      throw new Error(`${at}.${name} is not known; known: ${[...TEXTS, 'score'].join(', ')}`)
    if (!isRight) throw new Error(`${at}.${name} must be a ${name === 'score' ? 'number' : 'string'}`)
  }
  const missing = NEEDED.find((name) => given[name] === undefined)
  if (missing !== undefined) throw new Error(`${at}.${missing} is missing`)
  if (!SEVERITIES.includes(String(given['severity'])))
    throw new Error(`${at}.severity must be one of ${SEVERITIES.join(', ')}`)
  return given as unknown as Vulnerability
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
