import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { findDocker } from '../preflight.mjs'
import type { Engine } from './index.ts'
import { local } from './paths.ts'
import { run } from './process.ts'

/**
 * The Docker that the machine has, if its engine answers in this environment.
 * @returns the engine; undefined if there is none: a client alone, or no permission, is none
 */
export async function machineEngine(name: Engine['name']): Promise<Engine | undefined> {
  const found = findDocker()
  if (!('docker' in found)) return undefined
  const { docker } = found
  const old = name === 'old'
  return {
    name,
    own: false,
    docker,
    env: await address(docker),
    pluginsDir: old ? await withoutBuildx() : await pluginsFolder(docker),
    serverVersion: (await run(docker, ['version', '--format', '{{.Server.Version}}'])).trim(),
    buildxVersion: old ? null : await buildxVersion(docker, ['buildx', 'version']),
  }
}

/** The variable by which a user without this one's configuration reaches the same engine; none if everybody does. */
async function address(docker: string): Promise<Record<string, string>> {
  const inspect = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']
  const host = (await run(docker, inspect).catch(() => process.env['DOCKER_HOST'] ?? '')).trim()
  return host === '' || host === 'unix:///var/run/docker.sock' ? {} : { DOCKER_HOST: host }
}

/** The folder of this user's own buildx, if it is one that other users' docker does not look into. */
async function pluginsFolder(docker: string): Promise<string | null> {
  const format = '{{range .ClientInfo.Plugins}}{{.Name}} {{.Path}}\n{{end}}'
  const plugins = await run(docker, ['info', '--format', format]).catch(() => '')
  const folder = /^buildx (.*)\/[^/]*$/m.exec(plugins)?.[1]
  return folder?.startsWith(homedir()) ? folder : null
}

/** What buildx says of its version, such as `0.29.1`; null if it does not run. */
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
