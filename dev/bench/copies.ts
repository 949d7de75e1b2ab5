import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../root.ts'
import { ACCOUNT, REGION, type Stage } from '../stage.ts'
import { type Goal, type Measured, median, type Table } from './figures.ts'
import { makeRepository, putImage } from './image.ts'
import { measureInTurns, type Work } from './rounds.ts'
import { run, succeeded } from './run.ts'
import { passwordOf, sizeOf } from './step.ts'
import type { Surroundings } from './surroundings.ts'

// Copies of an image from a registry to one in another region: promote, skopeo and buildx imagetools in turns. skopeo
// and imagetools are logged in to both beforehand, promote asks for its tokens. A program that only moves the bytes
// shows what those cost by themselves.

const PROMOTE = 'promote'
const MOVER = 'a Node program that only moves the bytes'
const ELSEWHERE = 'us-east-1'

export interface CopyOptions {
  readonly rounds: number
  /** Of the layers, in bytes. */
  readonly sizes: readonly number[]
  readonly delayMs?: number
  readonly bytesPerSecond?: number
  /** The highest that promote may take, by the faster of the others. */
  readonly atMost: number
  /** The most memory that promote may hold, in MiB. */
  readonly atMostMiB?: number
}

export async function measureCopies(around: Surroundings, options: CopyOptions): Promise<Measured> {
  const { rounds, sizes, delayMs, bytesPerSecond, atMost, atMostMiB } = options
  const slow = delayMs === undefined ? {} : { delayMs, ...(bytesPerSecond ? { bytesPerSecond } : {}) }
  return around.withStage(slow, async (stage) => {
    const [first = 0] = sizes
    const layers =
      sizes.length === 1 ? `one layer of ${sizeOf(first)}` : `${sizes.length} layers of ${sizeOf(first)}`
    const line = bytesPerSecond ? `, ${bytesPerSecond / 1e6} MB/s a connection` : ''
    const where = `${layers}, ${delayMs === undefined ? 'near' : `${delayMs} ms each way${line}`}`
    await putImage(stage, { account: ACCOUNT, region: REGION, repository: 'source' }, sizes)
    const target = { repository: '' }
    const table = await measureInTurns(stage, {
      title: `A copy to another registry of ${where}`,
      rounds: around.rounds ?? rounds,
      ways: copiers(stage, around, target),
      before: async (round, name) => {
        target.repository = `copy-${round + 1}-${name.replaceAll(/\W/g, '-').toLowerCase()}`
        const place = { account: ACCOUNT, region: ELSEWHERE, repository: target.repository }
        await makeRepository(stage.ecr.store, place)
      },
    })
    return { tables: [table], goals: goalsOf(table, where, atMost, atMostMiB) }
  })
}

function goalsOf(table: Table, where: string, atMost: number, atMostMiB: number | undefined): Goal[] {
  const [promote, mover] = [PROMOTE, MOVER].map((name) => table.ways.find((way) => way.name === name))
  const others = table.ways.filter((way) => way !== promote && way !== mover)
  const fastest = Math.min(...others.map(({ seconds }) => median(seconds)))
  const time = {
    what: `${where}: promote / the faster of skopeo and imagetools`,
    value: median(promote?.seconds ?? []) / fastest,
    atMost,
    bare: median(mover?.seconds ?? []) / fastest,
  }
  if (atMostMiB === undefined || promote?.peakMiB === undefined) return [time]
  const memory = {
    what: `${where}: the most memory that promote held`,
    value: promote.peakMiB,
    atMost: atMostMiB,
    unit: 'MiB',
    ...(mover?.peakMiB === undefined ? {} : { bare: mover.peakMiB }),
  } as const
  return [time, memory]
}

/** A copy by promote, as a step; its post step does not exist. */
export function promoteTo(stage: Stage, target: { readonly repository: string }, from = 'source'): Work {
  const source = `${stage.ecr.registryHost(ACCOUNT, REGION)}/${from}:v1`
  return async (_, onStart) =>
    succeeded(
      await stage.main(
        { source, repository: target.repository, 'aws-region': ELSEWHERE, tags: 'v1' },
        { action: path.join(root, 'promote'), onStart },
      ),
    )
}

function copiers(
  stage: Stage,
  { docker, skopeo }: Surroundings,
  target: { readonly repository: string },
): Record<string, Work> {
  const [from, to] = [REGION, ELSEWHERE].map((region) => stage.ecr.registryHost(ACCOUNT, region))
  const scheme = stage.ecr.mode === 'localhost' ? 'http' : 'https'
  const auth = (region: string) => Buffer.from(`AWS:${passwordOf(stage, region)}`).toString('base64')
  const auths = { [`${from}`]: { auth: auth(REGION) }, [`${to}`]: { auth: auth(ELSEWHERE) } }
  mkdirSync(path.join(stage.home, '.docker'), { recursive: true })
  const config = path.join(stage.home, '.docker', 'config.json')
  writeFileSync(config, JSON.stringify({ auths }))
  const env = { ...stage.env, REGISTRY_AUTH_FILE: config }
  const insecure = stage.ecr.mode === 'localhost' ? ['--src-tls-verify=false', '--dest-tls-verify=false'] : []
  const source = `${from}/source:v1`
  const there = () => `${to}/${target.repository}:v1`
  const place = (host: string | undefined, name: string, region: string) => ({
    url: `${scheme}://${host}/v2/${name}`,
    authorization: `Basic ${auth(region)}`,
  })
  const move: Work = (_, onStart) => {
    const order = {
      source: place(from, 'source', REGION),
      target: place(to, target.repository, ELSEWHERE),
      tag: 'v1',
    }
    const program = path.join(import.meta.dirname, 'move-bytes.mjs')
    return run(process.execPath, [program], env, JSON.stringify(order), onStart)
  }
  return {
    [PROMOTE]: promoteTo(stage, target),
    'skopeo copy': () =>
      run(skopeo, ['copy', '--quiet', ...insecure, `docker://${source}`, `docker://${there()}`], env),
    'buildx imagetools create': () =>
      run(docker, ['buildx', 'imagetools', 'create', '--tag', there(), source], env),
    [MOVER]: move,
  }
}
