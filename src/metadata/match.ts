import { Script } from 'node:vm'
import { LIMITS } from '../shared/limits.ts'
import type { UserRegExp } from './regexp.ts'

// The only way to stop a regular expression in JavaScript from outside: backtracking can take longer than the
// job, and what it runs on (a branch, a tag) can be anybody's.
const script = new Script('text.match(new RegExp(source, flags))')

/** An expression that found no end in time. */
export class SlowMatch extends Error {
  override readonly name = 'SlowMatch'
}

/**
 * As `text.match(…)`: groups, or all matches with the flag g.
 * @throws SlowMatch after the time of its limit
 */
export function matchInTime(text: string, { source, flags }: UserRegExp): (string | undefined)[] | null {
  try {
    const found = script.runInNewContext({ text, source, flags }, { timeout: LIMITS.matchMs })
    return found === null ? null : Array.from(found as ArrayLike<string | undefined>)
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new SlowMatch()
    throw error
  }
}
