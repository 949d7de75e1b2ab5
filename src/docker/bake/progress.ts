import { Lines } from '../stall/wait.ts'

// BuildKit's plain progress of several targets: buildx puts the name of the target before each step,
// `[api] exporting to image`, `[api 2/3] RUN make`, and none if it builds a single one.
// https://github.com/docker/buildx/blob/v0.29.1/util/progress/multiwriter.go

/** `#7 [api 2/3] RUN make`, or ` > [api 2/3] RUN make:`. */
const WITH_TARGET = /^(#\d+ | > )\[([a-zA-Z0-9_-]+)(?: ([^\]]*))?\] (.*)$/s

/** The line as it is in the progress of a single target, and whose it is; null if it names none of the targets. */
function readLine(
  line: string,
  names: ReadonlySet<string>,
): { readonly target: string; readonly line: string } | null {
  const [, begin = '', target = '', part, rest = ''] = WITH_TARGET.exec(line) ?? []
  if (!names.has(target)) return null
  return { target, line: `${begin}${part === undefined ? '' : `[${part}] `}${rest}` }
}

/** Passes the progress on as it is without the names of targets, line by line. */
export class Unprefixed {
  readonly #names: ReadonlySet<string>
  readonly #lines = new Lines()

  /** @param names of the targets; the progress of a single one has no names */
  constructor(names: readonly string[]) {
    this.#names = new Set(names.length > 1 ? names : [])
  }

  /** Takes the next piece of the progress. @returns the whole lines that have come with it */
  read(output: string): string {
    return this.#lines
      .add(output)
      .map((line) => `${readLine(line, this.#names)?.line ?? line}\n`)
      .join('')
  }
}

/** The progress of one target, as if it were built alone: without the steps of the others. */
export function progressOf(target: string, progress: string, names: readonly string[]): string {
  if (names.length <= 1) return progress
  const known = new Set(names)
  const owners = new Map<string, string>()
  const kept: string[] = []
  // The block of a step that failed, from its name to the ruler behind it.
  let foreign = false
  for (const line of progress.split(/\r?\n/)) {
    const number = /^#\d+ /.exec(line)?.[0]
    const named = readLine(line, known)
    if (number !== undefined) {
      if (named !== null && !owners.has(number)) owners.set(number, named.target)
      const owner = owners.get(number)
      if (owner === undefined || owner === target) kept.push(named?.line ?? line)
    } else if (line.startsWith(' > ')) {
      foreign = named !== null && named.target !== target
      if (!foreign) kept.push(named?.line ?? line)
      // The ruler before it.
      else if (kept.at(-1) === '------') kept.pop()
    } else if (foreign) foreign = line !== '------'
    else kept.push(line)
  }
  return kept.join('\n')
}

/** The lines that tell which image was exported, and pushed as what. */
const OF_EXPORT = /^#\d+ (?:exporting|pushing) manifest /

/**
 * What the progress says of the images that are exported, by target, however many there are. It is read as it comes: the
 * first of many images is long pushed when the last one is built, and only the end of a long output is kept.
 */
export class Exports {
  readonly #known: ReadonlySet<string>
  readonly #lines = new Lines()
  readonly #owners = new Map<string, string>()
  readonly #told = new Map<string | null, string[]>()

  /** @param names of the targets; the progress of a single one has no names */
  constructor(names: readonly string[]) {
    this.#known = new Set(names)
  }

  /** Takes the next piece of the progress. */
  read(output: string): void {
    for (const line of this.#lines.add(output)) this.#take(line)
  }

  #take(line: string): void {
    const number = /^#\d+ /.exec(line)?.[0]
    if (number === undefined) return
    const named = readLine(line, this.#known)
    if (named !== null && !this.#owners.has(number)) this.#owners.set(number, named.target)
    if (!OF_EXPORT.test(line)) return
    // What is of no target may be of any.
    const owner = this.#owners.get(number) ?? null
    const lines = this.#told.get(owner) ?? []
    lines.push(line)
    this.#told.set(owner, lines)
  }

  /** The lines of the export of one target. */
  of(target: string): string {
    return [...(this.#told.get(null) ?? []), ...(this.#told.get(target) ?? [])].join('\n')
  }
}

/** The targets that failed, in the order in which buildx tells of them; none if no target is named. */
export function failedTargets(progress: string, names: readonly string[]): string[] {
  const [only] = names
  if (names.length === 1 && only !== undefined) return [only]
  const known = new Set(names)
  const lines = progress.split(/\r?\n/)
  const blocks = lines.flatMap((line) =>
    line.startsWith(' > ') ? (readLine(line, known)?.target ?? []) : [],
  )
  const said = lines.flatMap((line) => /^ERROR: (?:.*?: )?target ([a-zA-Z0-9_-]+): /.exec(line)?.[1] ?? [])
  return [...new Set([...blocks, ...said.filter((name) => known.has(name))])]
}

/** The targets whose image or files BuildKit has begun to export: all of them is built. */
export function exportedTargets(progress: string, names: readonly string[]): string[] {
  const known = new Set(names)
  const exporting = progress.split(/\r?\n/).flatMap((line) => {
    const named = readLine(line, known)
    if (!/^#\d+ exporting to /.test(named?.line ?? line)) return []
    return named?.target ?? (names.length === 1 ? names : [])
  })
  return [...new Set(exporting)]
}
