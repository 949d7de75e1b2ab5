import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Engine } from '../../dev/engine/index.ts'
import { openStage, type Stage, type StageOptions } from '../../dev/stage.ts'

/** What dev/test.ts has found or started: engines, registry, clients. */
interface Parts {
  readonly engines: Readonly<Record<'current' | 'old', Engine>>
  /** The claim on ECR's host names; null where ports are used. */
  readonly names: string | null
  readonly registryBinary: string
  readonly busyboxRoot: string
  readonly aws: string
  readonly skopeo: string
}

export type EngineName = keyof Parts['engines']

/** @throws Error where the tests were not started by `npm test`: a missing part is an error, not a skipped test */
export function parts(): Parts {
  const given = process.env['ECR_BUILD_PUSH_PARTS']
  if (!given) throw new Error('end-to-end tests need engines: run them with npm test')
  return JSON.parse(given) as Parts
}

/** A fresh local ECR, home and job environment on one of the engines. */
export async function stageOn(
  name: EngineName,
  more: Pick<StageOptions, 'delayMs' | 'rates'> = {},
): Promise<Stage> {
  const { engines, names, registryBinary, busyboxRoot } = parts()
  return openStage({ engine: engines[name], names, registryBinary, busyboxRoot, ...more })
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
