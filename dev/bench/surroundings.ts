import type { Parts } from '../parts.ts'
import { openStage, type Stage, type StageOptions } from '../stage.ts'

/** What a part of the bench needs around it. */
export interface Surroundings {
  readonly docker: string
  readonly aws: string
  readonly skopeo: string
  /** A folder with the actions of a chain that is measured, each in a folder of its name; null: there is none. */
  readonly peers: string | null
  /** How many rounds to measure instead of as many as a part has; null: as many. */
  readonly rounds: number | null
  /** Opens a stage on the engine, does the work, and closes it. */
  withStage<T>(more: Partial<StageOptions>, work: (stage: Stage) => Promise<T>): Promise<T>
}

export function surroundingsOf(parts: Parts, peers: string | null, rounds: number | null): Surroundings {
  const { engines, aws, skopeo } = parts
  return {
    docker: engines.current.docker,
    aws,
    skopeo,
    peers,
    rounds,
    async withStage(more, work) {
      const stage = await openStage({ ...parts, engine: engines.current, ...more })
      try {
        return await work(stage)
      } finally {
        await stage.close()
      }
    },
  }
}
