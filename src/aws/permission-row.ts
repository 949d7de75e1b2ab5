import type { Feature } from './features.ts'

/** What a policy names as the resource of an action. */
export type ResourceKind = 'repository' | 'key' | 'role' | 'profile' | '*'

/** One feature, or several that are asked for together. */
export type Together = Feature | readonly [Feature, Feature]

/** A reason to call. */
export interface Need {
  readonly any: readonly Together[]
  /** For people: what follows "always, ", "if " or "optional, ". */
  readonly says: string
  /** What happens without the permission; absent if the step fails then. */
  readonly without?: string
  /** It is ECR that asks for it, as the identity that pushed: no call is made here. */
  readonly askedByEcr?: true
}

/** An action of IAM, and all reasons to call it. */
export interface PermissionRow {
  /** Such as `ecr:PutImage`. */
  readonly action: string
  readonly on: ResourceKind
  readonly needs: readonly Need[]
}
