import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { type Parts, readParts } from '../../dev/parts.ts'
import { root } from '../../dev/runner.ts'
import { openStage as openPlainStage, type Stage, type StageOptions } from '../../dev/stage.ts'
import { serveBuildKit } from './buildkit.ts'
import { MINIMAL_SESSIONS, withMinimalSessions } from './minimal-sessions.ts'

export type EngineName = keyof Parts['engines']

/** For what the engine has a part in: builds, pushes, logins, and how they end. */
export const EACH_ENGINE: readonly EngineName[] = ['current', 'old']

/** For what is the same on every engine; `ALL_ENGINES=true npm test` runs it on both. */
export const ANY_ENGINE: readonly EngineName[] =
  process.env['ALL_ENGINES'] === 'true' ? EACH_ENGINE : ['current']

/** @throws Error if the tests were not started by `npm test`: a missing part is an error, not a skipped test */
export function parts(): Parts {
  const given = readParts()
  if (given === undefined) throw new Error('end-to-end tests need engines: run them with npm test')
  return given
}

/** Hundreds of steps run the same scripts: Node compiles them once. What a step does is the same. */
const variables = { NODE_COMPILE_CACHE: path.join(root, '.local', 'compile-cache') }

type More = Pick<StageOptions, 'delayMs' | 'bytesPerSecond' | 'rates'>

/**
 * A stage; with `SESSION_POLICY=minimal`, each step of it runs under its own minimal session policy.
 * @throws Error if that policy cannot know of base images, which are on ports of localhost
 */
export async function openStage(options: StageOptions): Promise<Stage> {
  if (MINIMAL_SESSIONS && options.names === null)
    throw new Error("SESSION_POLICY=minimal needs ECR's own host names: run it as root on Debian 12 or later")
  const stage = await openPlainStage(options)
  return MINIMAL_SESSIONS ? withMinimalSessions(stage) : stage
}

/**
 * A fresh local ECR, home and job environment on one of the engines; with `NO_ENGINE=true` that of
 * {@link stageWithoutEngine} in place of the current engine.
 */
export async function stageOn(name: EngineName, more: More = {}): Promise<Stage> {
  if (HIDDEN && name === 'current') return stageWithoutEngine(more)
  const { engines, names, registryBinary, busyboxRoot } = parts()
  return openStage({ engine: engines[name], names, registryBinary, busyboxRoot, variables, ...more })
}

/** Whether no step is to find the current engine. */
export const HIDDEN = process.env['NO_ENGINE'] === 'true'

/** The name of the builder that {@link stageWithoutEngine} makes. */
export const ELSEWHERE = 'elsewhere'

/**
 * Steps find no engine: their current builder is a BuildKit somewhere else (driver `remote`), which serves from the
 * current engine, and only the tests know where that is.
 */
export async function stageWithoutEngine(more: More = {}): Promise<Stage> {
  const { engines, names, registryBinary, busyboxRoot } = parts()
  const engine = engines.current
  // Where docker, and buildx by itself, look for an engine.
  const stepVariables = { DOCKER_HOST: 'unix:///nowhere/docker.sock' }
  const stage = await openStage({
    engine,
    names,
    registryBinary,
    busyboxRoot,
    variables,
    stepVariables,
    ...more,
  })
  const socket = stage.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'
  const buildkit = await serveBuildKit(socket, path.join(stage.folder, 'buildkit.sock'))
  const create = ['buildx', 'create', '--name', ELSEWHERE, '--driver', 'remote', '--use', buildkit.address]
  await client(engine.docker, create, { ...stage.env, ...stepVariables })
  const close = async () => {
    await buildkit.stop()
    await stage.close()
  }
  return { ...stage, close }
}

/** The old engine with the current engine's buildx: the engine pushes for buildx, which asks the registry for the digest. */
export async function stageOfEnginePush(): Promise<Stage> {
  const { engines, names, registryBinary, busyboxRoot } = parts()
  const { old, current } = engines
  const engine = { ...old, pluginsDir: current.pluginsDir }
  return openStage({ engine, names, registryBinary, busyboxRoot, variables })
}

const run = promisify(execFile)

/** Runs a client and returns its standard output, trimmed. */
export async function client(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const { stdout } = await run(program, [...args], { env: { ...env }, maxBuffer: 1 << 26 })
  return stdout.trim()
}

/** Fails with the step's whole log, which is what one wants to read then. */
export function expectSuccess(result: { exitCode: number | null; log: string }): void {
  if (result.exitCode !== 0)
    throw new Error(`the step ended with exit code ${result.exitCode}:\n${result.log}`)
}
