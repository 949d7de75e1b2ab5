import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { claimNames } from '../local-ecr/names.ts'
import { type Engine, startEngine } from './engine/index.ts'
import { machineEngine } from './engine/machine-engine.ts'

/** Engines, and the claim on ECR's host names that they were started with; null where ports are used. */
export interface Started {
  readonly engines: readonly Engine[]
  readonly names: string | null
  stop(): Promise<void>
}

/**
 * Starts engines that reach a local ECR. ECR's own host names need root, and an engine of our own: one that is
 * there already is not made to trust a certificate of ours, and gets ports of localhost.
 * @throws Error where an engine cannot be had, saying what to do
 */
export async function startEngines(
  wanted: readonly Engine['name'][],
  log: (line: string) => void,
): Promise<Started> {
  const own = typeof (await machineEngine('current')) === 'string' && process.getuid?.() === 0
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ecr-names-'))
  const claim = own ? await claimNames(folder) : null
  const engines: Engine[] = []
  const stop = async () => {
    for (const engine of engines.splice(0)) await engine.stop()
    claim?.release()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    for (const name of wanted) engines.push(await startEngine(name, log))
  } catch (error) {
    await stop()
    throw error
  }
  return { engines, names: claim?.folder ?? null, stop }
}
