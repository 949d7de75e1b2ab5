import { readFileSync, writeFileSync } from 'node:fs'

/** What the bundler reads of a package's description. */
interface Description {
  readonly name?: string
  main?: string
  readonly module?: string
  sideEffects?: unknown
  readonly exports?: Record<string, string | Record<string, string> | null>
}

/** Packages that say nothing of it, and do nothing when they are loaded: read at the versions of the lock file. */
const WITHOUT_SIDE_EFFECTS = ['@actions/core']

/**
 * Describes a package so that the bundler can leave out what nothing uses. ncc takes a package's CommonJS, of which every
 * line stays, though many packages have a build of ES modules for bundlers beside it: that one is named instead.
 * https://webpack.js.org/guides/package-exports/#conditions-reference (`module`),
 * https://webpack.js.org/guides/tree-shaking/#mark-the-file-as-side-effect-free
 * @param file the package.json of a copy of the package
 */
export function describeForBundler(file: string): void {
  const description = JSON.parse(readFileSync(file, 'utf8')) as Description
  if (WITHOUT_SIDE_EFFECTS.includes(description.name ?? '')) description.sideEffects = false
  if (description.module !== undefined) {
    description.main = description.module
    for (const target of Object.values(description.exports ?? {})) {
      if (target === null || typeof target === 'string' || target['module'] === undefined) continue
      const modules = target['module']
      for (const condition of Object.keys(target)) delete target[condition]
      target['default'] = modules
    }
  }
  writeFileSync(file, JSON.stringify(description))
}
