import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { type Parts, readParts } from '../../dev/parts.ts'
import { root } from '../../dev/runner.ts'
import { openStage, type Stage, type StageOptions } from '../../dev/stage.ts'

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

/** A fresh local ECR, home and job environment on one of the engines. */
export async function stageOn(
  name: EngineName,
  more: Pick<StageOptions, 'delayMs' | 'bytesPerSecond' | 'rates'> = {},
): Promise<Stage> {
  const { engines, names, registryBinary, busyboxRoot } = parts()
  return openStage({ engine: engines[name], names, registryBinary, busyboxRoot, variables, ...more })
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
