/**
 * Which engine can do what: the one truth of the table in docs/build.md and of `__tests__/e2e/engines.test.ts`, which
 * runs each cell.
 */

/** What a step asks for. */
export const FEATURES = [
  'push',
  'push-by-digest',
  'platforms',
  'cache',
  'secrets',
  'ssh',
  'load',
  'outputs',
  'annotations',
  'provenance',
  'keep-login',
] as const
export type Feature = (typeof FEATURES)[number]

/** Why something is refused before the build: the word in the table, and what the error says. */
export const REFUSALS = {
  'image store':
    /the builder's driver \(docker\) cannot do it without the containerd image store; .*docker\/setup-buildx-action/,
  buildx:
    /needs buildx.*which this runner's docker does not have; install it with docker\/setup-buildx-action/,
  'BuildKit 0.13': /needs BuildKit 0\.13\.0 or later, and the builder has 0\.8/,
  engine:
    /needs Docker's engine, to put the image into it \((Docker's engine does not answer|The docker command on this runner is Podman \d)/,
  Podman: /The docker command on this runner is Podman \d.*\n?.*docker-buildx-plugin/,
  'Podman, buildx':
    /The engine that docker speaks to is Podman \d.* no buildx.*\n?.*docker\/setup-buildx-action/,
} as const satisfies Readonly<Record<string, RegExp>>
export type Outcome = 'yes' | keyof typeof REFUSALS

interface Row {
  /** As the table names it. */
  readonly title: string
  /** What is refused, each for its reason; all else works. */
  readonly refused: Readonly<Partial<Record<Feature, keyof typeof REFUSALS>>>
}

const NO_STORE = {
  'push-by-digest': 'image store',
  platforms: 'image store',
  cache: 'image store',
  annotations: 'image store',
  provenance: 'image store',
} as const

const NO_BUILDX = {
  'push-by-digest': 'buildx',
  platforms: 'buildx',
  cache: 'buildx',
  outputs: 'buildx',
  annotations: 'buildx',
  provenance: 'buildx',
} as const

/** The legacy builder. */
const LEGACY = { ...NO_BUILDX, secrets: 'buildx', ssh: 'buildx' } as const

const ALL = <T extends keyof typeof REFUSALS>(reason: T) =>
  Object.fromEntries(FEATURES.map((feature) => [feature, reason])) as Record<Feature, T>

export const ENGINES = {
  current: { title: 'Docker 26, containerd image store', refused: {} },
  graph: { title: 'Docker 26, no containerd image store', refused: NO_STORE },
  '28': { title: 'Docker 28, containerd image store', refused: {} },
  '28-graph': { title: 'Docker 28, no containerd image store', refused: NO_STORE },
  legacy: { title: 'Docker 26 without buildx, containerd image store', refused: LEGACY },
  'graph-legacy': { title: 'Docker 26 without buildx, no containerd image store', refused: LEGACY },
  '28-legacy': { title: 'Docker 28 without buildx, containerd image store', refused: LEGACY },
  '28-graph-legacy': { title: 'Docker 28 without buildx, no containerd image store', refused: LEGACY },
  old: { title: 'Docker 20.10 without buildx', refused: NO_BUILDX },
  'old-buildx': {
    title: 'Docker 20.10 with a newer buildx',
    refused: { ...NO_STORE, load: 'BuildKit 0.13', outputs: 'BuildKit 0.13' },
  },
  remote: { title: 'A remote builder, no engine', refused: { load: 'engine' } },
  kubernetes: {
    title: "A builder in Kubernetes (driver `kubernetes`; the cluster's API is a stand-in), no engine",
    refused: { load: 'engine' },
  },
  container: {
    title: "docker/setup-buildx-action's builder (`docker-container`), no containerd image store",
    refused: {},
  },
  tcp: { title: 'Docker 26 by TCP (`DOCKER_HOST: tcp://…`)', refused: {} },
  tls: { title: 'Docker 26 by TCP with TLS (`DOCKER_TLS_VERIFY`)', refused: {} },
  ssh: { title: 'Docker 26 by SSH (`DOCKER_HOST: ssh://…`)', refused: {} },
  rootless: { title: 'Docker 26, rootless', refused: {} },
  podman: { title: "Podman 4 as docker's command", refused: ALL('Podman') },
  'podman-socket': { title: "Podman 4's socket, docker without buildx", refused: ALL('Podman, buildx') },
  'podman-buildx': {
    title: "Podman 4's socket, docker with buildx (its builder runs in Podman)",
    refused: {},
  },
  'podman-5': { title: "Podman 5 as docker's command", refused: ALL('Podman') },
  'podman-5-remote': {
    title: "Podman 5 as docker's command, with a buildx whose builder is a remote one",
    refused: { load: 'engine' },
  },
  'podman-5-socket': { title: "Podman 5's socket, docker without buildx", refused: ALL('Podman, buildx') },
  'podman-5-buildx': {
    title: "Podman 5's socket, docker with buildx (its builder runs in Podman)",
    refused: {},
  },
} as const satisfies Readonly<Record<string, Row>>
export type EngineRow = keyof typeof ENGINES

export function outcomeOf(engine: EngineRow, feature: Feature): Outcome {
  const { refused }: Row = ENGINES[engine]
  return refused[feature] ?? 'yes'
}

/** The cells of `npm test`: those that no other end-to-end test has; `npm run soak -- engines` runs all. */
const QUICK: Readonly<Partial<Record<EngineRow, readonly Feature[]>>> = {
  legacy: ['push', 'secrets', 'keep-login'],
  tls: ['push', 'load'],
}

/**
 * What a machine's own Docker can stand for, whatever its version and its image store are; all other rows are engines of
 * our own.
 */
const ON_MACHINE: readonly EngineRow[] = ['legacy']

/**
 * @param all whether all cells are run
 * @param own whether the engines are our own
 */
export function cellsToRun(all: boolean, own: boolean): [EngineRow, Feature[]][] {
  return (Object.keys(ENGINES) as EngineRow[])
    .filter((engine) => own || ON_MACHINE.includes(engine))
    .map((engine): [EngineRow, Feature[]] => [engine, all ? [...FEATURES] : [...(QUICK[engine] ?? [])]])
    .filter(([, features]) => features.length > 0)
}

/** The table of docs/build.md. */
export function engineTable(): string {
  const head = `| | ${FEATURES.map((feature) => (feature === 'push' ? feature : `\`${feature}\``)).join(' | ')} |`
  const rows = (Object.keys(ENGINES) as EngineRow[]).map(
    (engine) =>
      `| ${ENGINES[engine].title} | ${FEATURES.map((feature) => outcomeOf(engine, feature)).join(' | ')} |`,
  )
  return [head, `| --- |${' --- |'.repeat(FEATURES.length)}`, ...rows].join('\n')
}
