import { afterEach } from '@jest/globals'
import { LIMITS, type LimitName } from '../../src/shared/limits.ts'

/**
 * Lowers limits until the test has ended. Another process is given them with ECR_BUILD_PUSH_LIMITS; this one has read
 * that already.
 */
export function lowerLimits(limits: Partial<Record<LimitName, number>>): void {
  Object.assign(LIMITS, limits)
}

const kept = { ...LIMITS }
afterEach(() => {
  Object.assign(LIMITS, kept)
})
