import path from 'node:path'
import { buildxArguments, classicArguments } from '../../src/docker/build/arguments.ts'
import { writeSecrets } from '../../src/docker/build/secret-files.ts'
import { whoNames } from '../../src/docker/naming.ts'
import { namesAfterScan } from '../../src/inputs/after-push.ts'
import { type Inputs, readInputs } from '../../src/inputs/index.ts'
import { isSbomApart } from '../../src/inputs/sbom-apart.ts'

/** Where the table's build keeps its files. */
export interface Desk {
  /** The workspace. */
  readonly cwd: string
  /** An empty folder for result files and secrets. */
  readonly folder: string
}

export interface Job {
  readonly env?: Readonly<Record<string, string>>
  /** Of buildx; `none` is `docker build`. */
  readonly version?: string
  /** Whether the builder cannot push by digest, but leave the image in a folder. */
  readonly layout?: boolean
  readonly mask?: (secret: string) => void
}

const SHA = `${'c0ffee'.repeat(6)}c0ff`

/** What GitHub's runner sets for a push to main. */
export const JOB = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_SHA: SHA,
  GITHUB_REF: 'refs/heads/main',
  GITHUB_RUN_ID: '4711',
  GITHUB_RUN_ATTEMPT: '2',
}

export function read(
  given: Readonly<Record<string, string>>,
  { cwd }: Desk,
  { env = {}, mask }: Job = {},
): Inputs {
  return readInputs({
    get: (name) => ({ repository: 'demo-service', tags: 'v1', ...given })[name] ?? '',
    env: { ...JOB, ...env },
    cwd,
    ...(mask === undefined ? {} : { mask }),
  })
}

/**
 * The arguments that inputs become, with the desk's folders as WORKSPACE and STEP: what is asked of docker, sorted,
 * and the context.
 */
export async function argumentsFor(
  given: Readonly<Record<string, string>>,
  desk: Desk,
  job: Job = {},
): Promise<{ options: string[]; context: string; command: string }> {
  const inputs = read(given, desk, job)
  const { build, push, pushByDigest, metadata, after } = inputs
  const { version = '0.29.0' } = job
  const capabilities = { pushByDigest: job.layout !== true, layout: true, loadsWhatItPushes: false }
  const naming = whoNames(
    { push, pushByDigest, beforeTags: namesAfterScan(after), sbomApart: isSbomApart(inputs) },
    capabilities,
  )
  const files = {
    metadata: path.join(desk.folder, 'metadata.json'),
    imageId: path.join(desk.folder, 'iid'),
    layout: job.layout === true ? path.join(desk.folder, 'layout') : null,
    secrets: await writeSecrets(build.secrets, desk.folder, version === 'none' ? (job.env ?? {}) : null),
  }
  const tags = metadata.tags.flatMap((line) => line.split(',')).map((tag) => tag.trim())
  const references = pushByDigest ? [] : tags.map((tag) => `registry/demo-service:${tag}`)
  const request = {
    ...build,
    // What the event adds to labels and annotations has tests of its own.
    labels: metadata.labels,
    annotations: metadata.annotations,
    naming,
    references: naming === 'docker' || naming === 'local' ? references : ['registry/demo-service'],
  }
  const args =
    version === 'none' ? classicArguments(request, files, false) : buildxArguments(request, files, version)
  const end = args.indexOf('--')
  const start = args.findIndex((arg) => arg.startsWith('--'))
  const named = args.map((arg) => arg.replaceAll(desk.folder, 'STEP').replaceAll(desk.cwd, 'WORKSPACE'))
  return {
    command: named.slice(0, start).join(' '),
    options: named.slice(start, end).sort(),
    context: named.slice(end + 1).join(' '),
  }
}
