import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../root.ts'
import { ACCOUNT, REGION, type Stage } from '../stage.ts'
import { type Measured, ratio } from './figures.ts'
import { makeRepository } from './image.ts'
import { measureInTurns, type Work } from './rounds.ts'
import { run, succeeded } from './run.ts'
import { passwordOf, stepAndPost } from './step.ts'
import type { Surroundings } from './surroundings.ts'

// Many small services of one repository, of which one has changed since the last run.

const DELAY_MS = 25
const SERVICES = Array.from({ length: 12 }, (_, at) => `service-${String(at + 1).padStart(2, '0')}`)
const CHANGED = SERVICES[0] as string
const FOLDER = 'shop'

const BAKE = `bake, content-tag: true, ${SERVICES.length} services`
const ONE = 'one run of the main action, the changed service alone'

export interface BakeOptions {
  readonly rounds: number
  /** The highest that bake may take, by one run of the main action. */
  readonly toOne: number
}

/** @throws Error if bake has built anything but the service that changed */
export async function measureBake(around: Surroundings, { rounds, toOne }: BakeOptions): Promise<Measured> {
  return around.withStage({ delayMs: DELAY_MS }, async (stage) => {
    for (const name of SERVICES)
      await makeRepository(stage.ecr.store, {
        account: ACCOUNT,
        region: REGION,
        repository: `${FOLDER}/${name}`,
      })
    writeServices(stage)
    const single = (name: string, round: number) =>
      stepAndPost(stage, {
        'aws-region': REGION,
        repository: `${FOLDER}/${name}`,
        context: `${FOLDER}/${name}`,
        tags: `v${round}`,
      })
    const ways: Record<string, Work> = {
      [BAKE]: (round) => bakeAndPost(stage, `v${round}`, round >= 0),
      [ONE]: (round) => single(CHANGED, round),
      [`${SERVICES.length} runs of the main action, one after the other`]: async (round) => {
        for (const name of SERVICES) await single(name, round)
      },
      [`${SERVICES.length} runs of the main action at the same time, as processes`]: (round) =>
        Promise.all(SERVICES.map((name) => single(name, round))),
      'docker login, buildx bake --push of all, and logout': (round) => byHand(stage, around, `v${round}`),
    }
    const title = `${SERVICES.length} services of one repository, of which one has changed, ${DELAY_MS} ms each way`
    const table = await measureInTurns(stage, {
      title,
      rounds: around.rounds ?? rounds,
      ways,
      before: () => change(stage),
    })
    const value = ratio(table, BAKE, ONE)
    return {
      tables: [table],
      goals: value === undefined ? [] : [{ what: `${BAKE} / ${ONE}`, value, atMost: toOne }],
    }
  })
}

const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder })

function writeServices(stage: Stage): void {
  const folder = path.join(stage.folder, FOLDER)
  for (const name of SERVICES) {
    mkdirSync(path.join(folder, name), { recursive: true })
    writeFileSync(
      path.join(folder, name, 'Dockerfile'),
      `FROM ${stage.baseImage}\nCOPY content /content\nLABEL service=${name}\n`,
    )
    writeFileSync(path.join(folder, name, 'content'), randomBytes(20_000))
  }
  const targets = Object.fromEntries(SERVICES.map((name) => [name, { context: `${FOLDER}/${name}` }]))
  const group = { default: { targets: SERVICES } }
  writeFileSync(path.join(folder, 'docker-bake.json'), JSON.stringify({ group, target: targets }))
  git(folder, 'init', '--quiet')
}

/** A commit that changes one service: it is what the rest of the definition is committed with, the first time. */
function change(stage: Stage): void {
  const folder = path.join(stage.folder, FOLDER)
  writeFileSync(path.join(folder, CHANGED, 'content'), randomBytes(20_000))
  git(folder, 'add', '.')
  git(folder, 'commit', '--quiet', '--message=change')
}

async function bakeAndPost(stage: Stage, tag: string, isWarm: boolean): Promise<void> {
  const inputs = {
    'aws-region': REGION,
    files: `${FOLDER}/docker-bake.json`,
    repository: `${FOLDER}/{{target}}`,
    tags: tag,
    'content-tag': 'true',
  }
  const env = { GITHUB_WORKSPACE: stage.folder }
  const main = succeeded(await stage.main(inputs, { action: path.join(root, 'bake'), env }))
  if (isWarm && main.outputs['built'] !== CHANGED)
    throw new Error(`bake has built ${main.outputs['built']} instead of ${CHANGED} alone`)
  await stage.post(main)
}

/** What docker/bake-action runs, with a token that is there: every target is pushed, changed or not. */
async function byHand(stage: Stage, { docker }: Surroundings, tag: string): Promise<void> {
  const host = stage.ecr.registryHost(ACCOUNT, REGION)
  const command = (args: readonly string[], input?: string) => run(docker, args, stage.env, input)
  await command(['login', '--username', 'AWS', '--password-stdin', host], passwordOf(stage, REGION))
  const folder = path.join(stage.folder, FOLDER)
  const set = SERVICES.flatMap((name) => [
    `--set=${name}.context=${path.join(folder, name)}`,
    `--set=${name}.tags=${host}/${FOLDER}/${name}:${tag}`,
  ])
  await command([
    'buildx',
    'bake',
    '--provenance=false',
    `--file=${path.join(folder, 'docker-bake.json')}`,
    '--allow=fs=*',
    ...set,
    '--push',
  ])
  await command(['logout', host])
}
