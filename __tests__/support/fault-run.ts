import { randomBytes } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { BASE_REPOSITORY, BASE_TAG } from '../../dev/base-image.ts'
import type { StepResult } from '../../dev/runner.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import {
  callerOf,
  type Effect,
  invoke,
  type Match,
  type Order,
  type RecordedRequest,
} from '../../local-ecr/index.ts'
import { LIMITS_VARIABLE } from '../../src/shared/limits.ts'
import { putSigningRules } from '../unit/local-ecr/signing-rules.ts'
import { type Cell, faultOf, STAGES, type Stage as Where } from './fault-table.ts'

/** A registry that does not answer our own client's question, however often it comes. */
const AWAY = { times: Number.POSITIVE_INFINITY, effect: { kind: 'status', status: 503, body: '' } } as const

/** What a run has besides what its cell says. */
export interface MoreOfRun {
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** Instead of parts of what the cell's stage matches. */
  readonly match?: Match
  /** Instead of the effect of the cell's fault. */
  readonly effect?: Effect
  /** Writes what the inputs name into the workspace. */
  readonly prepare?: (workspace: string) => void
  /** The content of the file that makes the image one of its own; by default a few bytes. */
  readonly content?: Buffer
}

/** What a run left: in the log, in ECR, on disk. */
export interface Ran {
  readonly cell: Cell
  readonly id: string
  readonly main: StepResult
  readonly post: StepResult
  readonly met: number
  readonly pending: number
  readonly requests: readonly RecordedRequest[]
  /** Tag to digest, by region; null where there is no repository. */
  readonly held: Readonly<Record<string, { tags: Record<string, string>; images: string[] } | null>>
  /** What is in RUNNER_TEMP and in the home that was not there before: after main, and after post. */
  readonly left: { readonly main: readonly string[]; readonly post: readonly string[] }
}

/**
 * One run of the committed action, with faults that meet only its own requests: it has credentials, a repository, a
 * home and a RUNNER_TEMP of its own, so that many can go on at once.
 */
export async function runCell(
  stage: Stage,
  cell: Cell,
  extra: readonly Order[] = [],
  given: MoreOfRun = {},
): Promise<Ran> {
  const { ecr } = stage
  const where: Where = STAGES[cell.stage]
  const id = `${where.signs === 'managed' ? 'signed' : 'cell'}-${randomBytes(6).toString('hex')}`
  const fault = faultOf(cell)
  const folder = path.join(stage.folder, id)
  const [home, temp] = [path.join(folder, 'home'), path.join(folder, 'temp')]
  for (const made of [home, temp, path.join(folder, 'app')]) mkdirSync(made, { recursive: true })
  const plugins = path.join(stage.home, '.docker', 'cli-plugins')
  if (existsSync(plugins)) {
    mkdirSync(path.join(home, '.docker'))
    symlinkSync(plugins, path.join(home, '.docker', 'cli-plugins'))
  }
  const from = cell.stage === 'base' ? baseOf(stage, id) : 'scratch'
  writeFileSync(path.join(folder, 'app', 'Dockerfile'), `FROM ${from}\nCOPY unique /unique\n`)
  writeFileSync(path.join(folder, 'app', 'unique'), given.content ?? id)
  given.prepare?.(folder)
  if (where.signs === 'managed') await signWhatIsCalled(stage, 'signed-*')
  const credentials = ecr.store.issueCredentials(ACCOUNT, { session: id })
  const role = `arn:aws:iam::${ACCOUNT}:role/${id}`
  ecr.store.addRole(role, { principals: [credentials.arn] })
  if (!where.absent) {
    for (const region of [REGION, 'us-east-1'])
      await invoke(ecr.store, callerOf(ACCOUNT, region), 'CreateRepository', { repositoryName: id })
  }
  const match = { ...where.match, ...given.match, caller: id }
  if (match.repository === 'BASE') match.repository = BASE_REPOSITORY
  const ordered = ecr.faults.order(
    { match, times: cell.times, effect: given.effect ?? fault.effect },
    ...extra,
  )
  const refused = ecr.faults.order(
    ...(where.after === undefined ? [] : [{ ...AWAY, match: { ...where.after, caller: id } }]),
  )
  const inputs: Record<string, string> = {
    repository: id,
    'aws-region': REGION,
    context: 'app',
    tags: 'v1\nv2',
    ...where.inputs,
    ...given.inputs,
  }
  if (inputs['role-to-assume']) Object.assign(inputs, { 'role-to-assume': role, 'role-session-name': id })
  const env = {
    HOME: home,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
    ...(process.env['FAULTS'] === 'all' || fault.limits === undefined
      ? {}
      : { [LIMITS_VARIABLE]: JSON.stringify(fault.limits) }),
    ...given.env,
  }
  const more = { workspace: folder, temp, env }
  const atFirst = listed(home, temp)
  const first = ecr.requests.length
  try {
    const main = await stage.main(inputs, more)
    const afterMain = listed(home, temp).filter((file) => !atFirst.includes(file))
    const post = await stage.post(main, more)
    const afterPost = listed(home, temp).filter((file) => !atFirst.includes(file))
    const held = Object.fromEntries(
      [REGION, 'us-east-1'].map((region) => {
        const repository = ecr.store.find({ account: ACCOUNT, region, repository: id })
        const { tags, images } = repository ?? {}
        return [
          region,
          tags && images ? { tags: Object.fromEntries(tags), images: [...images.keys()] } : null,
        ]
      }),
    )
    const { met, pending } = ordered
    const requests = ecr.requests
      .slice(first)
      .filter(({ caller, repository }) => caller?.includes(id) || repository === id)
    return { cell, id, main, post, met, pending, requests, held, left: { main: afterMain, post: afterPost } }
  } finally {
    ordered.withdraw()
    refused.withdraw()
  }
}

/** A rule of the registry by which ECR signs these repositories, and no others. */
function signWhatIsCalled({ ecr }: Stage, filter: string): Promise<void> {
  const profile = `arn:aws:signer:${REGION}:${ACCOUNT}:/signing-profiles/faults`
  return putSigningRules(ecr.store, callerOf(ACCOUNT, REGION), { [profile]: [filter] })
}

/** The base image under a tag that no engine knows: it asks for none that it has, and once for two builds of the same. */
function baseOf({ ecr, baseImage }: Stage, tag: string): string {
  const { tags } = ecr.store.get({ account: ACCOUNT, region: REGION, repository: BASE_REPOSITORY })
  tags.set(tag, tags.get(BASE_TAG) as string)
  return baseImage.replace(/:[^:/]*$/, `:${tag}`)
}

/** Files, without what docker's own programs keep of themselves in a home. */
function listed(...folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('/.docker/buildx') && !file.endsWith('_runner_file_commands'))
    .map((file) => (lstatSync(file).isDirectory() ? `${file}/` : file))
}
