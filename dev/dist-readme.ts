import path from 'node:path'

// What dist/README.md says of the files in dist/. ncc gives chunks numbers and no names; webpack's statistics, which
// ncc can write, know what each chunk holds and which import() loads it.

/** The most bytes of JavaScript that dist/ may have: a runner downloads and parses it in every job. */
export const MOST_BYTES = 1_600_000

/** What is used of webpack's statistics (`ncc build --stats-out`). */
export interface Stats {
  readonly chunks: readonly {
    readonly files: readonly string[]
    /** The imports that load the chunk. That of the entry has no module. */
    readonly origins: readonly { readonly moduleName: string; readonly request: string }[]
    readonly modules: readonly Module[]
  }[]
}

interface Module {
  /** `./lib/x.js`, `./node_modules/x/index.js`, `external "fs"`. */
  readonly name: string
  /** `runtime` for webpack's own code. */
  readonly moduleType: string
  /** The modules that webpack has joined into this one. */
  readonly modules?: readonly Module[]
}

interface Chunk {
  readonly file: string
  readonly loaders: string
  readonly content: string
}

/**
 * The text of dist/README.md.
 * @param sizes the bytes of each script, by its name, minified
 * @throws Error if the statistics and the scripts are not of the same build
 */
export function distReadme(stats: Stats, sizes: ReadonlyMap<string, number>): string {
  const chunks = stats.chunks.map(describeChunk).sort((a, b) => order(a.file) - order(b.file))
  const names = chunks.map(({ file }) => file)
  if (names.length !== sizes.size || !names.every((name) => sizes.has(name)))
    throw new Error(`webpack names ${names.join(', ')}; in dist/ are ${[...sizes.keys()].join(', ')}`)
  const rows = chunks.map(
    ({ file, loaders, content }) =>
      `| \`${file}\` | ${bytes(sizes.get(file) ?? 0)} | ${loaders} | ${content} |`,
  )
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  return `# dist/

The bundle that runners run: \`src/\` and the packages it uses, without development dependencies. \`npm run build\` writes this whole folder, this file included; \`npm test\` fails if it is not, byte for byte, what \`src/\` and the lock file make.

- \`index.js\` is the entry of every action and of the post step. A chunk (\`NUMBER.index.js\`) is loaded only by the steps that need it. Its number is made from the paths of the modules in it, so it stays the same if only code changes.
- The scripts are minified, but classes and functions keep their names: a line of a stack trace such as \`at NAME (…/NUMBER.index.js:1:4711)\` is the function \`NAME\` in one of the files that the row of the script names.
- \`licenses.txt\` has the licences of the packages, \`notices.txt\` the licence notices from comments of their code.
- To review a change of \`dist/\`, review the change of \`src/\` and of the lock file, and let \`npm test\` build again. The rows that differ below say which chunks the change reached.

${names.length} scripts, ${bytes(total)} bytes (at most ${bytes(MOST_BYTES)}).

| Script | Bytes | Loaded by (to import) | What is in it |
| --- | ---: | --- | --- |
${rows.join('\n')}
`
}

function describeChunk({ files, origins, modules }: Stats['chunks'][number]): Chunk {
  const loaded = new Map<string, Set<string>>()
  for (const { moduleName, request } of origins) {
    if (moduleName === '') continue
    const by = fileOf(moduleName)
    const wanted = request.startsWith('.')
      ? fileOf(path.posix.join(path.posix.dirname(moduleName), request))
      : request
    loaded.set(by, (loaded.get(by) ?? new Set()).add(wanted))
  }
  const loaders = [...loaded].sort().map(([by, wanted]) => `${code([by])} (${code([...wanted].sort())})`)
  return {
    file: files.find((file) => file.endsWith('.js')) ?? '',
    loaders: loaders.length === 0 ? '`action.yml`, `merge/`, `post/`, `promote/`' : loaders.join('; '),
    content: describeContent(modules),
  }
}

function describeContent(modules: readonly Module[]): string {
  const own = new Set<string>()
  const packages = new Set<string>()
  const missing = new Set<string>()
  for (const { name } of modules.flatMap(flatten)) {
    // The loader that ncc puts in the place of a package that is not installed, and that throws.
    const [, optional] = /@@notfound\.js\?(.+)$/.exec(name) ?? []
    const [, owner] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name) ?? []
    if (optional !== undefined) missing.add(optional)
    else if (owner !== undefined) packages.add(owner)
    else if (name.startsWith('./')) own.add(fileOf(name))
  }
  return [
    code([...own].sort()),
    packages.size === 0 ? '' : `packages ${code([...packages].sort())}`,
    missing.size === 0 ? '' : `an error for ${code([...missing].sort())}, which is not installed`,
  ]
    .filter((part) => part !== '')
    .join('; ')
}

function flatten(module: Module): Module[] {
  if (module.moduleType === 'runtime') return []
  return module.modules === undefined ? [module] : module.modules.flatMap(flatten)
}

/** `./lib/docker/index.js`, which swc made, as `src/docker/index.ts`; a file of a package as that package. */
function fileOf(name: string): string {
  const [, owner] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name) ?? []
  return owner ?? name.replace(/^(?:\.\/)?lib\//, 'src/').replace(/\.js$/, '.ts')
}

/** index.js first, then by number. */
function order(file: string): number {
  return file === 'index.js' ? -1 : Number.parseInt(file, 10)
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}

function bytes(count: number): string {
  return count.toLocaleString('en')
}
