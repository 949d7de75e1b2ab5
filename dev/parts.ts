import type { Engine } from './engine/index.ts'

/** What a command, or a test, finds that was started by the frame around it: engines, registry, clients. */
export interface Parts {
  /** Those that were asked for. */
  readonly engines: Readonly<Record<Engine['name'], Engine>>
  /** The claim on ECR's host names; null if ports are used. */
  readonly names: string | null
  readonly registryBinary: string
  readonly busyboxRoot: string
  /** The AWS CLI, skopeo and cosign, if they were asked for. */
  readonly aws: string
  readonly skopeo: string
  readonly cosign: string
}

/** The variable that holds them, as JSON. */
export const PARTS = 'ECR_BUILD_PUSH_PARTS'

/** The variable that holds the number, on the machine, of the first process of a corner: by it one gets in. */
export const CORNER = 'ECR_BUILD_PUSH_CORNER'

/** @returns undefined if this process was not started with any */
export function readParts(): Parts | undefined {
  const given = process.env[PARTS]
  return given ? (JSON.parse(given) as Parts) : undefined
}
