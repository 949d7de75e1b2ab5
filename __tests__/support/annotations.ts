import type { StepResult } from '../../dev/runner.ts'

/**
 * The message of a step's error; of a step without one, that of its first annotation. On an engine whose buildx is broken
 * a notice of that stands before all others.
 */
export function errorOf({ annotations }: Pick<StepResult, 'annotations'>): string | undefined {
  return (annotations.find(({ kind }) => kind === 'error') ?? annotations[0])?.message
}
