/** The call that failed: what an error needs in order to name the permission and the resource. */
export interface Call {
  /** The IAM action, such as `ecr:CreateRepository`. */
  readonly action: string
  /** The repository, or null for calls on the registry itself. */
  readonly repository: string | null
  readonly region: string
  /** Null: the credentials' own account. */
  readonly registryId: string | null
}

export type Remedy = (call: Call, said: string) => string
