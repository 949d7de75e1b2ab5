import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Bounds, outsideOf } from '../../docker/bake/escapes.ts'
import type { BakeSource } from '../../docker/bake/port.ts'
import type { ParseYaml } from '../../inputs/reader.ts'
import { combineErrors } from '../../shared/combine.ts'
import { ActionError } from '../../shared/errors.ts'

// A Compose file names others, which docker reads before it says what a definition builds: what they hold is in the plan
// then, as an argument for example, and where it came from is not. So they are looked at before docker is asked.
// https://docs.docker.com/reference/compose-file/include/, https://docs.docker.com/reference/compose-file/services/#extends

/** https://github.com/docker/buildx/blob/v0.29.1/bake/bake.go: `defaultFilenames` has more, which are no Compose files. */
const FOUND = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']

/** Longer ones are no definitions, in bytes. */
const LARGEST = 4 << 20

/** How many files may be read, each by the folders that its paths may start from. */
const MOST = 1000

/** Where a Compose file says which others it reads: the fields of these, however deep, and their texts. */
const READS = new Set(['include', 'extends'])
const PATHS = new Set(['path', 'file', 'env_file', 'project_directory'])

/**
 * Refuses a definition whose Compose files read what nothing allows. Which of two folders a path starts from depends on
 * who names it: one that exists from either is judged.
 * @param loadYaml is asked only if there is a Compose file
 * @throws ActionError for each file that is read and may not be
 */
export async function checkComposeFiles(
  { remote, files, allow }: BakeSource,
  workspace: string,
  loadYaml: () => Promise<ParseYaml>,
): Promise<void> {
  const bounds = { workspace, allow, folders: [], remote: remote !== null }
  if (remote !== null) {
    const named = files.filter((file) => isCompose(file) && !allowsAll(allow))
    if (named.length > 0) throw combineErrors(named.map(ofAnotherRepository))
    return
  }
  const given = files.length > 0 ? files : FOUND.filter((name) => existsSync(path.join(workspace, name)))
  const candidates = given.filter((file) => !/\.(?:hcl|json)$/.test(file))
  if (candidates.length === 0 || allowsAll(allow)) return
  const reading = new Reading(bounds, await loadYaml())
  for (const file of candidates) reading.read(path.resolve(workspace, file.replace(/^cwd:\/\//, '')), file)
  if (reading.failures.length > 0) throw combineErrors(reading.failures)
}

const isCompose = (file: string) => /\.ya?ml$/.test(file)
const allowsAll = (allow: readonly string[]) => allow.includes('fs=*') || allow.includes('fs.read=*')

class Reading {
  readonly failures: ActionError[] = []
  readonly #bounds: Bounds
  readonly #parse: ParseYaml
  readonly #seen = new Set<string>()

  constructor(bounds: Bounds, parse: ParseYaml) {
    this.#bounds = bounds
    this.#parse = parse
  }

  /**
   * @param file absolute
   * @param shown as it is named
   * @param above other folders that its paths may start from: `project_directory` of who includes it, too
   */
  read(file: string, shown: string, above: readonly string[] = []): void {
    const folders = [...new Set([this.#bounds.workspace, ...above, path.dirname(file)])]
    const key = [file, ...[...folders].sort()].join('\n')
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    if (this.#seen.size > MOST) {
      if (this.#seen.size === MOST + 1) this.failures.push(tooMany(shown))
      return
    }
    const text = definitionText(file)
    if (text === null) return
    const parsed = this.#parse(text)
    if (!('value' in parsed)) {
      // What is no YAML is HCL or JSON without its ending.
      if (isCompose(file)) this.failures.push(notReadable(shown))
      return
    }
    for (const folder of folders) this.#judge(path.join(folder, '.env'), '.env', shown)
    const all = namedFiles(parsed.value, false)
    const within = [...folders, ...all.flatMap((named) => foldersAt(folders, named))]
    for (const named of all) {
      if (/(?<!\$)(?:\$\$)*\$(?!\$)/.test(named)) {
        this.failures.push(ofAVariable(named, shown))
        continue
      }
      const home = named.replace(/^~(?=\/)/, os.homedir())
      for (const place of new Set(within.map((folder) => path.resolve(folder, home)))) {
        if (this.#judge(place, named, shown)) this.read(place, named, within)
        this.#judge(path.join(place, '.env'), `${named}/.env`, shown)
      }
    }
  }

  /** @returns whether it may be read; what is not there is read by nobody */
  #judge(file: string, named: string, by: string): boolean {
    if (!existsSync(file)) return false
    const [outside] = outsideOf(file, this.#bounds)
    if (outside === undefined) return true
    const error = readsOutside(named, by, outside)
    if (!this.failures.some(({ message }) => message === error.message)) this.failures.push(error)
    return false
  }
}

/** Real paths: by links, one folder has names without end. */
function foldersAt(folders: readonly string[], named: string): string[] {
  return folders.flatMap((folder) => {
    const place = path.resolve(folder, named)
    return existsSync(place) && statSync(place).isDirectory() ? [realpathSync(place)] : []
  })
}

/** @returns null for what is none, or too long to be one */
function definitionText(file: string): string | null {
  try {
    const stat = statSync(file)
    return stat.isFile() && stat.size <= LARGEST ? readFileSync(file, 'utf8') : null
  } catch {
    return null
  }
}

/** @param within whether that is what a file says that it reads */
function namedFiles(value: unknown, within: boolean): string[] {
  if (typeof value === 'string') return within ? [value] : []
  if (Array.isArray(value)) return value.flatMap((one) => namedFiles(one, within))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => {
    // A service that is extended by its name alone is of the same file.
    if (READS.has(key)) return namedFiles(one, typeof one !== 'string' || key === 'include')
    if (within) return PATHS.has(key) || key === '<<' ? namedFiles(one, true) : []
    return namedFiles(one, false)
  })
}

const PAGE = { page: 'bake.md#what-a-definition-may-reach' } as const

const readsOutside = (named: string, by: string, real: string) =>
  new ActionError(
    `'${by}' reads '${named}'${real === named ? '' : ` (${real})`}, which is outside of the workspace.`,
    `see whether the definition is to read that; then name fs.read=${real} in the input 'allow'.`,
    PAGE,
  )

const ofAVariable = (named: string, by: string) =>
  new ActionError(
    `'${by}' reads '${named}', and which file that is depends on variables.`,
    "write the path without a variable, or allow the definition to read every file (fs.read=* in the input 'allow').",
    PAGE,
  )

const notReadable = (shown: string) =>
  new ActionError(
    `Which other files '${shown}' reads cannot be told: it is not one document of YAML.`,
    "correct it, or allow the definition to read every file (fs.read=* in the input 'allow').",
    PAGE,
  )

const tooMany = (shown: string) =>
  new ActionError(
    `The Compose files of the definition read more than ${MOST} others, counted by '${shown}'.`,
    "see whether they include each other; or allow the definition to read every file (fs.read=* in the input 'allow').",
    PAGE,
  )

const ofAnotherRepository = (file: string) =>
  new ActionError(
    `'${file}' is a Compose file of a Git repository, and could include files of this runner.`,
    "see whether it is to read them; then name fs.read=* in the input 'allow', or check the repository out and leave 'source' out.",
    PAGE,
  )
