import type { StageName } from './fault-table.ts'
import type { EngineName } from './parts.ts'

/** Where docker can wait for an answer that never comes. */
export interface SilentStage {
  readonly engine: EngineName
  readonly stage: StageName
  /** The engine waits for that answer as long as the connection is open, also after its client has ended. */
  readonly kept: boolean
  /** Whether npm test runs it: who is waited for, and how the wait ends, once each. The soak runs all. */
  readonly proves: boolean
}

/** BuildKit sends a blob with the request that ends its upload, dockerd before it; the rest is the same. */
const STAGES_OF_DOCKER = ['login', 'base', 'blob check', 'upload begin', 'upload end', 'manifest'] as const

/** Docker 20.10 does not end requests about layers with the push that made them, and others of that layer join it. */
const KEPT: ReadonlySet<StageName> = new Set(['blob check', 'upload begin', 'upload part', 'upload end'])

const PROVING: Readonly<Record<EngineName, ReadonlySet<StageName>>> = {
  current: new Set(['login', 'upload end']),
  old: new Set(['base', 'upload part', 'manifest']),
}

export const SILENT_STAGES: readonly SilentStage[] = [
  ...[...STAGES_OF_DOCKER, 'upload part' as const].map((stage) => ({
    engine: 'old' as const,
    stage,
    kept: KEPT.has(stage),
    proves: PROVING.old.has(stage),
  })),
  ...STAGES_OF_DOCKER.map((stage) => ({
    engine: 'current' as const,
    stage,
    kept: false,
    proves: PROVING.current.has(stage),
  })),
]
