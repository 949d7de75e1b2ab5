import { namesItsLevels } from './annotation-levels.ts'
import { mergeLabels } from './labels.ts'

/**
 * Annotations as `buildx build --annotation` takes them: `level:key=value`.
 * @param standard those that every image has
 * @param own the user's; a key that names its levels keeps them
 * @param levels the levels of those that name none
 */
export function levelAnnotations(
  standard: readonly (readonly [string, string])[],
  own: readonly (readonly [string, string])[],
  levels: readonly string[],
): string[] {
  const levelled = own.filter(([key]) => namesItsLevels(key))
  const others = mergeLabels([...standard, ...own.filter(([key]) => !namesItsLevels(key))])
  return [
    ...levels.flatMap((level) => others.map(([key, value]) => `${level}:${key}=${value}`)),
    ...levelled.map(([key, value]) => `${key}=${value}`),
  ]
}
