import type { RegistryAddress } from '../hosts.ts'

/** The call that failed: what an error needs in order to name the permission and the resource. */
export interface Call extends RegistryAddress {
  /** The IAM action, such as `ecr:CreateRepository`. */
  readonly action: string
  /** The repository, or null for calls on the registry itself. */
  readonly repository: string | null
  /** The ARN of what the action is about, if that is neither. */
  readonly resource?: string
}

/**
 * What to do about a failure.
 * @param said the message of AWS
 * @param attempts how many attempts were made of the call
 */
export type Remedy = (call: Call, said: string, attempts: number) => string
