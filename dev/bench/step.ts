import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { callerOf } from '../../local-ecr/index.ts'
import { ACCOUNT, REGION, type Stage } from '../stage.ts'
import { chainOf } from './chain.ts'
import { type Goal, type Measured, ratio, type Table } from './figures.ts'
import { makeRepository } from './image.ts'
import { measureInTurns, type Work } from './rounds.ts'
import { run, succeeded } from './run.ts'
import type { Surroundings } from './surroundings.ts'

// The step, main and post, against the same by hand and against the chain of other actions.

export const STEP = 'the step, with its post step'
const BARE = 'docker login, build, push and logout'
const WALK = 'the push commands of ECR’s console'
const BUILD = 'docker buildx build --push alone, logged in'
const CHAIN = 'a chain of other actions'
const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1\nv2' }

export interface StepOptions {
  readonly rounds: number
  readonly delayMs: number
  /** Layers of an image that is new in each round, and their bytes; they come on top of a small base image. */
  readonly layers: number
  readonly bytes: number
  readonly bytesPerSecond?: number
  /** Only the step and docker by hand: for what takes long. */
  readonly few?: boolean
  /** The highest that the step may take, by docker by hand. */
  readonly toBare: number
  /** The least that the chain takes, by the step. */
  readonly fromChain?: number
}

/** A new image, pushed under two tags to a repository that is there. */
export async function measureStep(around: Surroundings, options: StepOptions): Promise<Measured> {
  const { rounds, delayMs, layers, bytes, bytesPerSecond, few = false } = options
  return around.withStage({ delayMs, ...(bytesPerSecond ? { bytesPerSecond } : {}) }, async (stage) => {
    await makeRepository(stage.ecr.store, { account: ACCOUNT, region: REGION, repository: 'app' })
    const change = writeApp(stage, layers, bytes)
    const ways: Record<string, Work> = {
      [STEP]: () => stepAndPost(stage, inputs),
      ...byHand(stage, around, few),
      ...(few ? {} : chainOf(stage, around, CHAIN)),
    }
    const line = bytesPerSecond ? `, ${bytesPerSecond / 1e6} MB/s a connection` : ''
    const what = layers === 1 ? 'a layer' : `${layers} layers`
    const title = `A push of ${what} of ${sizeOf(bytes)} under two tags, ${delayMs} ms each way${line}`
    const table = await measureInTurns(stage, {
      title,
      rounds: around.rounds ?? rounds,
      ways,
      before: change,
    })
    return { tables: [table], goals: goalsOf(table, options, `${delayMs} ms each way${line}`) }
  })
}

/** An image that is there: the step with `if-image-exists: skip`, and the chain, which has no such thing. */
export async function measureSkip(around: Surroundings, rounds: number): Promise<Measured> {
  const delayMs = 25
  return around.withStage({ delayMs }, async (stage) => {
    await makeRepository(stage.ecr.store, { account: ACCOUNT, region: REGION, repository: 'app' })
    writeApp(stage, 1, 20_000)()
    await stepAndPost(stage, inputs)
    const skip = 'the step, if-image-exists: skip'
    const ways: Record<string, Work> = {
      [skip]: () => stepAndPost(stage, { ...inputs, 'if-image-exists': 'skip' }),
      [STEP]: () => stepAndPost(stage, inputs),
      ...chainOf(stage, around, CHAIN),
    }
    const title = `An image that is there, with two tags, ${delayMs} ms each way`
    const table = await measureInTurns(stage, { title, rounds: around.rounds ?? rounds, ways })
    return { tables: [table], goals: goal(table, CHAIN, skip, { atLeast: 15 }, 'image exists, ') }
  })
}

function goalsOf(table: Table, { toBare, fromChain }: StepOptions, where: string): Goal[] {
  return [
    ...goal(table, STEP, BARE, { atMost: toBare }, `${where}: `),
    ...goal(table, STEP, WALK, { atMost: 1 }, `${where}: `),
    ...(fromChain === undefined ? [] : goal(table, CHAIN, STEP, { atLeast: fromChain }, `${where}: `)),
  ]
}

function goal(
  table: Table,
  name: string,
  other: string,
  limit: Pick<Goal, 'atMost' | 'atLeast'>,
  where: string,
): Goal[] {
  const value = ratio(table, name, other)
  const bare = name === STEP && other === BARE ? ratio(table, BUILD, BARE) : undefined
  if (value === undefined) return []
  return [{ what: `${where}${name} / ${other}`, value, ...limit, ...(bare === undefined ? {} : { bare }) }]
}

/**
 * Writes the folder of an image.
 * @returns makes its content anew
 */
export function writeApp(stage: Stage, layers: number, bytes: number): () => void {
  const folder = path.join(stage.folder, 'app')
  mkdirSync(folder, { recursive: true })
  const names = Array.from({ length: layers }, (_, at) => `content-${at}`)
  const lines = names.map((name) => `COPY ${name} /${name}\n`).join('')
  writeFileSync(path.join(folder, 'Dockerfile'), `FROM ${stage.baseImage}\n${lines}`)
  return () => {
    for (const name of names) writeFileSync(path.join(folder, name), randomBytes(bytes))
  }
}

export async function stepAndPost(
  stage: Stage,
  withInputs: Readonly<Record<string, string>>,
  onStart: (pid: number) => void = () => undefined,
): Promise<void> {
  const main = succeeded(await stage.main(withInputs, { onStart }))
  succeeded(await stage.post(main))
}

/** What a person would type, or what ECR's console tells to type; the token of the first is there already. */
function byHand(stage: Stage, { docker, aws }: Surroundings, few: boolean): Record<string, Work> {
  const host = stage.ecr.registryHost(ACCOUNT, REGION)
  const uris = ['v1', 'v2'].map((tag) => `${host}/app:${tag}`)
  const context = path.join(stage.folder, 'app')
  const command = (args: string[], input?: string) => run(docker, args, stage.env, input)
  const endpoint = stage.env['AWS_ENDPOINT_URL'] ? ['--endpoint-url', stage.env['AWS_ENDPOINT_URL']] : []
  const ecr = (...args: string[]) => run(aws, [...endpoint, 'ecr', ...args], stage.env)
  const login = (secret: string) => command(['login', '--username', 'AWS', '--password-stdin', host], secret)
  const build = [
    'buildx',
    'build',
    '--provenance=false',
    ...uris.flatMap((uri) => ['--tag', uri]),
    '--push',
    context,
  ]
  const bare: Work = async () => {
    await login(passwordOf(stage, REGION))
    await command(build)
    await command(['logout', host])
  }
  const loggedIn = { ...stage.env, DOCKER_CONFIG: configWithLogin(stage, host) }
  const alone: Work = () => run(docker, build, loggedIn)
  const walk: Work = async () => {
    await ecr('describe-repositories', '--repository-names', 'app')
    await login((await ecr('get-login-password')).trim())
    await command(['build', '--provenance=false', '--tag', 'app', context])
    for (const uri of uris) {
      await command(['tag', 'app:latest', uri])
      await command(['push', uri])
    }
    await command(['logout', host])
  }
  return few ? { [BARE]: bare, [BUILD]: alone } : { [BARE]: bare, [BUILD]: alone, [WALK]: walk }
}

/** A folder with a docker configuration that is logged in, which no login or logout of the others changes. */
function configWithLogin(stage: Stage, host: string): string {
  const folder = path.join(stage.folder, 'logged-in')
  mkdirSync(folder, { recursive: true })
  const auth = Buffer.from(`AWS:${passwordOf(stage, REGION)}`).toString('base64')
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }))
  const plugins = path.join(stage.home, '.docker', 'cli-plugins')
  if (existsSync(plugins)) symlinkSync(plugins, path.join(folder, 'cli-plugins'))
  return folder
}

/** A password for a registry, which costs no time. */
export function passwordOf({ ecr: { store } }: Stage, region: string): string {
  return store.issueToken(callerOf(ACCOUNT, region)).password
}

/** `20 kB`, `1 GB`. */
export function sizeOf(bytes: number): string {
  if (bytes >= 1e9) return `${bytes / 1e9} GB`
  return bytes >= 1e6 ? `${bytes / 1e6} MB` : `${bytes / 1e3} kB`
}
