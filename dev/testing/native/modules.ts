import { existsSync, readFileSync, statSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { root } from '../../root.ts'

const project = `${pathToFileURL(root).href}/`
const packages = `${project}node_modules/`
/** These read variables of the environment, and keep what they read, when they are loaded. */
const packagesOfFiles = `${packages}@actions/`
/** Behind the address of a module that each test file has for itself: a number. */
const MARK = '?file='
const GLOBALS = 'jest-globals:'
/** Where this file, which test files cannot import as it is, and the module that they see as `@jest/globals` meet. */
const KEY = 'ecr-build-push.jest-globals'

let count = 0
/** Of what is imported now. */
let current = 0
/** Of the test file that runs. */
let first = 0

/**
 * From now on, what is imported is loaded anew, except for packages: they keep nothing of a test, and to load those of
 * AWS takes longer than most test files.
 * @param globals what `@jest/globals` gives to the test file
 */
export function startFile(globals: Record<string, unknown>): void {
  Object.assign(globalThis, { [Symbol.for(KEY)]: globals })
  resetModules()
  first = current
}

/** What is imported from now on is loaded anew. */
export function resetModules(): void {
  current = ++count
}

/** What `act` imports is loaded anew, and nothing else gets it. */
export async function isolateModulesAsync(act: () => Promise<void>): Promise<void> {
  const kept = current
  resetModules()
  await act().finally(() => {
    current = kept
  })
}

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@jest/globals') return { url: GLOBALS + current, format: 'module', shortCircuit: true }
    const { parentURL } = context
    // What Node would find, with fewer looks at the disk. What does not exist, it says itself.
    if (specifier.startsWith('.') && specifier.endsWith('.ts') && parentURL?.startsWith(project)) {
      const { href } = new URL(specifier, parentURL)
      if (!existsSync(fileURLToPath(href))) return next(specifier, context)
      return { url: `${href}${MARK}${numberFor(parentURL)}`, format: 'module', shortCircuit: true }
    }
    const resolved = next(specifier, context)
    if (!context.conditions.includes('import') || !isOfFile(resolved.url)) return resolved
    return { ...resolved, url: `${resolved.url}${MARK}${numberFor(parentURL)}` }
  },
  load(url, context, next) {
    if (url.startsWith(GLOBALS)) return { source: globalsModule(), format: 'module', shortCircuit: true }
    const at = url.lastIndexOf(MARK)
    const file = at < 0 ? '' : url.slice(0, at)
    if (!file.endsWith('.ts')) return next(url, context)
    return { source: withoutTypes(fileURLToPath(file)), format: 'module', shortCircuit: true }
  },
})

function isOfFile(url: string): boolean {
  return url.startsWith(packages)
    ? url.startsWith(packagesOfFiles)
    : url.startsWith(project) && url.endsWith('.ts')
}

function numberFor(parent: string | undefined): number {
  const at = parent?.lastIndexOf(MARK) ?? -1
  const own = at < 0 ? current : Number(parent?.slice(at + MARK.length))
  // Of a file that has ended, something may still be at work.
  return own < first ? own : current
}

const stripped = new Map<string, { readonly at: number; readonly source: string }>()

function withoutTypes(file: string): string {
  // While somebody watches the tests, files change.
  const at = statSync(file).mtimeMs
  const known = stripped.get(file)
  if (known?.at === at) return known.source
  const source = stripTypeScriptTypes(readFileSync(file, 'utf8'))
  stripped.set(file, { at, source })
  return source
}

function globalsModule(): string {
  const all = `globalThis[Symbol.for('${KEY}')]`
  const { [Symbol.for(KEY)]: globals = {} } = globalThis as { [key: symbol]: Record<string, unknown> }
  return `export const { ${Object.keys(globals).join(', ')} } = ${all}\n`
}
