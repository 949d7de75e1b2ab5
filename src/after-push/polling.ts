import type { Pauses } from '../shared/time.ts'

/** How often ECR is asked for scans and copies, which take from seconds to half an hour. */
export const PAUSES: Pauses = { firstMs: 2000, longestMs: 15_000, factor: 1.5 }
