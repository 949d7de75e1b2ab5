import path from 'node:path'

// What dist/README.md says of the files in dist/. ncc gives chunks numbers and no names; webpack's statistics, which
// ncc can write, know what each chunk holds and which import() loads it.

/** The most bytes of the scripts that a step may load without signing, verifying or reading YAML: a runner downloads and parses it in every job. */
export const MOST_BYTES = 1_600_000
/** The most bytes of the scripts that a step with `attest` loads besides. */
export const MOST_SIGNING_BYTES = 330_000
/** The most bytes of those that only a step with `require-provenance` loads. */
export const MOST_VERIFYING_BYTES = 30_000
/** The most bytes of those that read YAML, which only a step with `registry-auth` or with a Compose file loads. */
export const MOST_YAML_BYTES = 120_000
/** The most bytes of those that only the action `bake/` loads. */
export const MOST_BAKING_BYTES = 120_000
/** What loads those that read YAML, as a row of the table has it. */
const YAML_LOADER = '`src/inputs/yaml.ts` (`src/inputs/parse-yaml.ts`)'

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

export interface Chunk {
  readonly file: string
  /** The inputs, or the action, that it is loaded with; none if it is loaded without them too. */
  readonly only: readonly LoadedWith[]
  readonly loaders: string
  readonly content: string
}

/**
 * The text of dist/README.md.
 * @param sizes the bytes of each script, by its name, minified
 * @throws Error if the statistics and the scripts are not of the same build
 */
export function distReadme(stats: Stats, sizes: ReadonlyMap<string, number>): string {
  const [common, signing, verifying, baking] = [[], ['attest'], ['require-provenance'], ['bake/']].map(
    (given) => chunksWith(stats, given as LoadedWith[]),
  ) as [Chunks, Chunks, Chunks, Chunks]
  const onlyWith = (chunk: Stats['chunks'][number]): LoadedWith[] =>
    common.has(chunk)
      ? []
      : [
          ...(signing.has(chunk) ? (['attest'] as const) : []),
          ...(verifying.has(chunk) ? (['require-provenance'] as const) : []),
          ...(baking.has(chunk) ? (['bake/'] as const) : []),
        ]
  const chunks = stats.chunks
    .map((chunk) => describeChunk(chunk, onlyWith(chunk)))
    .sort((a, b) => order(a.file) - order(b.file))
  const names = chunks.map(({ file }) => file)
  if (names.length !== sizes.size || !names.every((name) => sizes.has(name)))
    throw new Error(`webpack names ${names.join(', ')}; in dist/ are ${[...sizes.keys()].join(', ')}`)
  const rows = chunks.map(
    ({ file, only, loaders, content }) =>
      `| \`${file}\` | ${bytes(sizes.get(file) ?? 0)} | ${only.length === 0 ? '' : `only with ${only.map((input) => `\`${input}\``).join(' or ')}: `}${loaders} | ${content} |`,
  )
  const count = (some: readonly Chunk[]) =>
    `${some.length} scripts, ${bytes(some.reduce((sum, { file }) => sum + (sizes.get(file) ?? 0), 0))} bytes`
  return `# dist/

The bundle that runners run: \`src/\` and the packages it uses, without development dependencies. \`npm run build\` writes this whole folder, this file included; \`npm test\` fails if it is not, byte for byte, what \`src/\` and the lock file make.

- \`index.js\` is the entry of every action and of the post step. A chunk (\`NUMBER.index.js\`) is loaded only by the steps that need it. Its number is made from the paths of the modules in it, so it stays the same if only code changes.
- The scripts are minified, but classes keep their names, and functions too if the script has any code of \`src/\`: a line of a stack trace such as \`at NAME (…/NUMBER.index.js:1:4711)\` is the function \`NAME\` in one of the files that the row of the script names.
- \`licenses.txt\` has the licences of the packages, \`notices.txt\` the licence notices from comments of their code.
- To review a change of \`dist/\`, review the change of \`src/\` and of the lock file, and let \`npm test\` build again. The rows that differ below say which chunks the change reached.

${count(chunks.filter(({ only, loaders }) => only.length === 0 && loaders !== YAML_LOADER))} (at most ${bytes(MOST_BYTES)}); with \`registry-auth\` or a Compose file of \`bake/\` ${count(chunks.filter(({ loaders }) => loaders === YAML_LOADER))} more (at most ${bytes(MOST_YAML_BYTES)}); with \`attest\` ${count(chunks.filter(({ only }) => only.includes('attest')))} more (at most ${bytes(MOST_SIGNING_BYTES)}); only with \`require-provenance\` ${count(chunks.filter(({ only }) => only.join() === 'require-provenance'))} (at most ${bytes(MOST_VERIFYING_BYTES)}), beside those that both share; only with the action \`bake/\` ${count(chunks.filter(({ only }) => only.join() === 'bake/'))} (at most ${bytes(MOST_BAKING_BYTES)}).

| Script | Bytes | Loaded by (to import) | What is in it |
| --- | ---: | --- | --- |
${rows.join('\n')}
`
}

/** The names of the scripts that have no code of this project. */
export function scriptsOfPackages({ chunks }: Stats): ReadonlySet<string> {
  const isOwn = ({ name }: Module) => name.startsWith('./') && !name.includes('node_modules/')
  return new Set(
    chunks.filter(({ modules }) => !modules.flatMap(flatten).some(isOwn)).flatMap(({ files }) => files),
  )
}

/** The inputs whose code is loaded only if they ask for something, and the action that no other one shares its code with. */
type LoadedWith = 'attest' | 'require-provenance' | 'bake/'
type Chunks = ReadonlySet<Stats['chunks'][number]>

/**
 * The imports that are done only with one of these inputs: behind them is everything that signs or verifies. `from` is
 * absent if every import of the file is such a one.
 */
const ONLY_WITH: readonly {
  readonly from?: string
  readonly to: string
  readonly inputs: readonly LoadedWith[]
}[] = [
  { from: 'src/actions/attest/expect.ts', to: 'src/actions/attest/prepare.ts', inputs: ['attest'] },
  {
    from: 'src/actions/provenance/expect.ts',
    to: 'src/actions/provenance/prepare.ts',
    inputs: ['require-provenance'],
  },
  // The way to the services of Sigstore, GitHub's store, and SBOMs.
  { to: 'src/sigstore/transport.ts', inputs: ['attest', 'require-provenance'] },
  { to: 'src/runner/attestation-store.ts', inputs: ['attest'] },
  { to: 'src/actions/attest/sboms.ts', inputs: ['attest'] },
  { to: 'src/actions/bake/main.ts', inputs: ['bake/'] },
  { to: 'src/docker/bake/print.ts', inputs: ['bake/'] },
  { to: 'src/docker/bake/platform.ts', inputs: ['bake/'] },
  { to: 'src/docker/bake/build.ts', inputs: ['bake/'] },
]

/** The chunks that a step with some of the inputs can load: those that the entry leads to by their imports. */
function chunksWith({ chunks }: Stats, given: readonly LoadedWith[]): Chunks {
  const isEntry = (chunk: Stats['chunks'][number]) =>
    chunk.origins.length === 0 || chunk.origins.some(({ moduleName }) => moduleName === '')
  const loaded = new Set(chunks.filter(isEntry))
  const namesIn = (chunk: Stats['chunks'][number]) =>
    chunk.modules.flatMap(flatten).map(({ name }) => name.replace(/ \+ \d+ modules?$/, ''))
  for (let before = -1; before !== loaded.size; ) {
    before = loaded.size
    const known = new Set([...loaded].flatMap(namesIn))
    for (const chunk of chunks) {
      const loads = chunk.origins.some(
        ({ moduleName, request }) =>
          known.has(moduleName.replace(/ \+ \d+ modules?$/, '')) && isDone(moduleName, request, given),
      )
      if (loads) loaded.add(chunk)
    }
  }
  return loaded
}

/** Whether an import is done by a step with some of the inputs. */
function isDone(moduleName: string, request: string, given: readonly LoadedWith[]): boolean {
  const [by, to] = [fileOf(moduleName), targetOf(moduleName, request)]
  const only = ONLY_WITH.find((one) => one.to === to && (one.from ?? by) === by)
  return only === undefined || only.inputs.some((input) => given.includes(input))
}

/** What a module imports: a file of src/, or a package. */
function targetOf(moduleName: string, request: string, source = 'src/'): string {
  return request.startsWith('.')
    ? fileOf(path.posix.join(path.posix.dirname(moduleName), request), source)
    : request
}

const ACTIONS = '`action.yml`, `bake/`, `merge/`, `post/`, `promote/`, `verify/`'

/**
 * @param only with which inputs it is loaded
 * @param source the folder whose code is bundled
 * @param entry what loads the script that every step begins with
 */
export function describeChunk(
  chunk: Stats['chunks'][number],
  only: readonly LoadedWith[],
  source = 'src/',
  entry = ACTIONS,
): Chunk {
  const { files, origins, modules } = chunk
  const loaded = new Map<string, Set<string>>()
  for (const { moduleName, request } of origins) {
    if (moduleName === '') continue
    const by = fileOf(moduleName, source)
    const wanted = targetOf(moduleName, request, source)
    loaded.set(by, (loaded.get(by) ?? new Set()).add(wanted))
  }
  const loaders = [...loaded].sort().map(([by, wanted]) => `${code([by])} (${code([...wanted].sort())})`)
  return {
    file: files.find((file) => file.endsWith('.js')) ?? '',
    only,
    loaders: loaders.length === 0 ? entry : loaders.join('; '),
    content: describeContent(modules, source),
  }
}

function describeContent(modules: readonly Module[], source: string): string {
  const own = new Set<string>()
  const packages = new Set<string>()
  const missing = new Set<string>()
  for (const { name } of modules.flatMap(flatten)) {
    // The loader that ncc puts in the place of a package that is not installed, and that throws.
    const [, optional] = /@@notfound\.js\?(.+)$/.exec(name) ?? []
    const [, owner] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name) ?? []
    if (optional !== undefined) missing.add(optional)
    else if (owner !== undefined) packages.add(owner)
    else if (name.startsWith('./')) own.add(fileOf(name, source))
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
function fileOf(name: string, source = 'src/'): string {
  const [, owner] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name) ?? []
  return owner ?? name.replace(/^(?:\.\/)?lib\//, source).replace(/\.js$/, '.ts')
}

/** index.js first, then by number. */
export function order(file: string): number {
  return file === 'index.js' ? -1 : Number.parseInt(file, 10)
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}

export function bytes(count: number): string {
  return count.toLocaleString('en')
}
