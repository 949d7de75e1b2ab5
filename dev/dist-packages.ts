import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What the bundler reads of a package's description. */
interface Description {
  readonly name?: string
  main?: string
  readonly module?: string
  sideEffects?: unknown
  exports?: Record<string, string | Record<string, string> | null>
}

/** The packages of a lock file, by where they are. */
export type Locked = Readonly<
  Record<string, { readonly dev?: boolean; readonly dependencies?: Readonly<Record<string, string>> }>
>

/**
 * Where packages of these names are, and all that they need.
 * @throws Error if the lock file has not all of them
 */
export function neededBy(names: readonly string[], packages: Locked): Set<string> {
  const found = new Set<string>()
  const add = (name: string, from: string): void => {
    // As Node looks for them: beside the one that needs it, and then outwards.
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
      const where = `${at === '' ? '' : `${at}/`}node_modules/${name}`
      if (packages[where] !== undefined) {
        if (found.has(where)) return
        found.add(where)
        for (const needed of Object.keys(packages[where].dependencies ?? {})) add(needed, where)
        return
      }
      if (at === '') throw new Error(`package-lock.json has no ${name}, which ${from || 'the build'} needs`)
    }
  }
  for (const name of names) add(name, '')
  return found
}

/** Packages that say nothing of it, and do nothing when they are loaded: read at the versions of the lock file. */
const WITHOUT_SIDE_EFFECTS = ['@actions/core']

/**
 * Entries of packages that lead to what others import of them, and to nothing else. A CommonJS entry that requires
 * everything brings all of it into the bundle.
 */
const ENTRIES: Readonly<Record<string, string>> = {
  // `@actions/github` imports `fetch` of it, and `@actions/http-client` `ProxyAgent`, which opens its tunnel with
  // `connect`: a method that index.js, too, gives to all dispatchers. An import of any other name ends the build.
  undici: `
    import connect from './lib/api/api-connect.js'
    import Dispatcher from './lib/dispatcher/dispatcher.js'
    Dispatcher.prototype.connect = connect
    export { fetch } from './lib/web/fetch/index.js'
    export { default as ProxyAgent } from './lib/dispatcher/proxy-agent.js'
  `,
  // `@actions/github` gives its client a method for each of GitHub's endpoints, of which the bundler can leave out none.
  // src/ asks by `request` alone; __tests__/project/dist-github.test.ts holds it to that.
  '@octokit/plugin-rest-endpoint-methods': 'export const restEndpointMethods = () => ({})',
  '@octokit/plugin-paginate-rest': 'export const paginateRest = () => ({})',
}

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
  const entry = ENTRIES[description.name ?? '']
  if (entry !== undefined) {
    description.main = 'entry.mjs'
    delete description.exports
    writeFileSync(path.join(path.dirname(file), description.main), entry)
  }
  writeFileSync(file, JSON.stringify(description))
}
