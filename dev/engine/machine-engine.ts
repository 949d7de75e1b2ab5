import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from './index.ts'
import { local } from './paths.ts'
import { allOnPath, run } from './process.ts'

/**
 * The Docker that the machine has, where its engine answers in this environment.
 * @returns the engine, or why there is none: a client alone, or no permission, is none
 */
export async function machineEngine(name: Engine['name']): Promise<Engine | string> {
  const [docker] = await allOnPath('docker')
  if (!docker) return 'there is no docker on PATH'
  const answer = await run(docker, ['version', '--format', '{{json .Server}}'], { timeout: 15_000 }).catch(
    (error: Error) => error.message,
  )
  const serverVersion = versionIn(answer)
  if (serverVersion === undefined) return answer
  const old = name === 'old'
  return {
    name,
    own: false,
    docker,
    env: {},
    pluginsDir: old ? await withoutBuildx() : null,
    serverVersion,
    buildxVersion: old ? null : await buildxVersion(docker, ['buildx', 'version']),
    stop: async () => {},
  }
}

function versionIn(answer: string): string | undefined {
  try {
    const server: unknown = JSON.parse(answer)
    const version =
      typeof server === 'object' && server !== null && 'Version' in server ? server.Version : undefined
    return typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}

/** What buildx says of its version, such as `0.29.1`; null where it does not run. */
export async function buildxVersion(program: string, args: readonly string[]): Promise<string | null> {
  const answer = await run(program, args, { timeout: 15_000 }).catch(() => '')
  return /\bv?(\d+\.\d+\.\d+\S*)/.exec(answer)?.[1] ?? null
}

/** A folder of plugins whose buildx is broken: docker takes it before a working one elsewhere, and so has none. */
export async function withoutBuildx(): Promise<string> {
  const folder = join(local, 'no-buildx')
  await mkdir(folder, { recursive: true })
  const plugin = join(folder, 'docker-buildx')
  await writeFile(plugin, '#!/bin/sh\nexit 1\n')
  await chmod(plugin, 0o755)
  return folder
}
