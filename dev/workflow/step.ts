import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { runMain, runPost, runProgram, type Step as StepOfRunner, type StepResult } from '../runner.ts'
import { actionOf } from './check.ts'
import { type Contexts, evaluate, type Json, type Status, textOf, textsOf } from './expressions.ts'
import type { Step } from './model.ts'
import { ownActions } from './parse.ts'
import type { Permissions } from './permissions.ts'
import type { StepRun } from './result.ts'
import type { Runner } from './runner.ts'

/** What the steps of a job have in common, and leave to each other. */
export interface Workshop {
  readonly runner: Runner
  readonly workspace: string
  readonly temp: string
  readonly github: Readonly<Record<string, Json>>
  readonly permissions: Permissions
  /** The environment that no step changes. */
  readonly machine: Readonly<Record<string, string>>
  /** The context `env`: of the workflow and the job, and what steps have added. */
  readonly exported: Record<string, string>
  readonly paths: string[]
  readonly masks: Set<string>
  /** What stands under `defaults` of the workflow and of the job. */
  readonly shells: readonly Json[]
}

type Told = Pick<StepRun, 'outputs' | 'log' | 'annotations'>

export interface StepEnd {
  readonly outcome: Status
  readonly told: Told
}

export interface Post {
  readonly name: string
  readonly run: () => Promise<StepEnd>
}

const failed = (message: string): StepEnd => ({
  outcome: 'failure',
  told: { outputs: {}, log: `Error: ${message}`, annotations: [{ kind: 'error', message }] },
})

/**
 * Runs one step.
 * @param ended aborted when the job's time is over, or the run was cancelled: a step that runs then is ended
 * @param posts gets the post step of an action
 */
export async function runStep(
  step: Step,
  contexts: Contexts,
  shop: Workshop,
  ended: AbortSignal,
  posts: Post[],
): Promise<StepEnd> {
  const own = textsOf(step.env, contexts)
  const within: Contexts = { ...contexts, env: { ...shop.exported, ...own } }
  const env = environmentOf(shop, own)
  const minutes = step.timeoutMinutes === undefined ? null : Number(evaluate(step.timeoutMinutes, within))
  const limit = new AbortController()
  const timer = minutes === null ? undefined : setTimeout(() => limit.abort(), minutes * 60_000)
  // What begins after the end, with always(), is not ended by it.
  const signals = ended.aborted ? [limit.signal] : [limit.signal, ended]
  const cancel = { on: aborted(AbortSignal.any(signals)) }
  const place = { env, workspace: shop.workspace, temp: shop.temp, cancel, onLine: shop.runner.onLine }
  const wasEnded = ended.aborted
  try {
    const end = await (step.uses === undefined
      ? runScript(step, within, shop, place)
      : runAction(step.uses, textsOf(step.with, within), shop, place, posts))
    if (limit.signal.aborted) return { ...end, outcome: 'failure' }
    return ended.aborted && !wasEnded ? { ...end, outcome: 'cancelled' } : end
  } finally {
    clearTimeout(timer)
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

function environmentOf(shop: Workshop, own: Readonly<Record<string, string>>): Record<string, string> {
  const env = { ...shop.machine, ...shop.exported, ...own }
  return { ...env, PATH: [...shop.paths, env['PATH'] ?? ''].filter(Boolean).join(path.delimiter) }
}

type PlaceOfStep = Omit<StepOfRunner, 'with' | 'action'>

async function runScript(
  step: Step,
  contexts: Contexts,
  shop: Workshop,
  place: PlaceOfStep,
): Promise<StepEnd> {
  const script = path.join(shop.temp, `${randomUUID()}.sh`)
  await writeFile(script, textOf(step.run, contexts))
  const shell = step.shell === undefined ? fromDefaults(shop, 'shell') : textOf(step.shell, contexts)
  const folder =
    step.workingDirectory === undefined
      ? fromDefaults(shop, 'working-directory')
      : textOf(step.workingDirectory, contexts)
  const cwd = path.resolve(shop.workspace, folder ?? '.')
  const result = await runProgram('bash', [...shellArguments(shell), script], { ...place, cwd })
  return ending(result, shop)
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#exit-codes-and-error-action-preference */
function shellArguments(shell: string | undefined): string[] {
  if (shell === undefined) return ['-e']
  if (shell === 'bash') return ['--noprofile', '--norc', '-eo', 'pipefail']
  throw new Error(`the local runner does not know the shell ${shell}`)
}

function fromDefaults({ shells }: Workshop, name: string): string | undefined {
  const given = shells.map((one) => {
    const { run, ...others } = (one ?? {}) as Readonly<Record<string, Json>>
    if (Object.keys(others).length > 0) throw new Error(`defaults of ${Object.keys(others)} are not known`)
    return ((run ?? {}) as Readonly<Record<string, Json>>)[name]
  })
  const last = given.filter((one) => one !== undefined).at(-1)
  return last === undefined ? undefined : String(last)
}

async function runAction(
  uses: string,
  given: Readonly<Record<string, string>>,
  shop: Workshop,
  place: PlaceOfStep,
  posts: Post[],
): Promise<StepEnd> {
  const name = actionOf(uses)
  const folder = ownActions().get(name)
  if (folder === undefined) return runStandIn(name, given, shop, place, posts)
  const step: StepOfRunner = {
    ...place,
    action: folder,
    with: shop.runner.ownInputs(name, given, shop.workspace),
    token: String(shop.github['token']),
    env: { ...place.env, GITHUB_ACTION_PATH: folder },
  }
  const main = await runMain(step)
  // What ended the step does not end its post step.
  const { cancel: _, ...later } = step
  if (existsSync(path.join(folder, 'post')))
    posts.push({
      name: `post ${uses}`,
      run: async () => ending(await runPost({ ...later, env: environmentOf(shop, {}) }, main), shop),
    })
  return ending(main, shop)
}

/** What a step leaves to those that follow; a process that was ended by a signal has failed. */
function ending(result: StepResult, shop: Workshop): StepEnd {
  for (const one of result.masks) shop.masks.add(one)
  Object.assign(shop.exported, result.exported)
  shop.paths.unshift(...[...result.paths].reverse())
  const { outputs, annotations } = result
  const log = [...shop.masks].reduce((text, one) => text.replaceAll(one, '***'), result.log)
  return { outcome: result.exitCode === 0 ? 'success' : 'failure', told: { outputs, log, annotations } }
}

async function runStandIn(
  name: string,
  given: Readonly<Record<string, string>>,
  shop: Workshop,
  { env, workspace, temp }: PlaceOfStep,
  posts: Post[],
): Promise<StepEnd> {
  const { github, permissions, runner } = shop
  try {
    const step = { with: given, env, workspace, temp, github, permissions }
    const standIn = runner.standIns[name]
    if (standIn === undefined) throw new Error(`there is no stand-in for ${name}`)
    const { outputs = {}, exported = {}, masks = [], post } = await standIn(step)
    for (const one of masks) shop.masks.add(one)
    Object.assign(shop.exported, exported)
    if (post !== undefined)
      posts.push({ name: `post ${name}`, run: () => post().then(() => done({}), whyNot) })
    return done(outputs)
  } catch (error) {
    return whyNot(error)
  }
}

const whyNot = (error: unknown): StepEnd => failed(error instanceof Error ? error.message : String(error))

const done = (outputs: Readonly<Record<string, string>>): StepEnd => ({
  outcome: 'success',
  told: { outputs, log: '', annotations: [] },
})
