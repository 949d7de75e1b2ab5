import { lstat } from 'node:fs/promises'
import http, { type IncomingMessage } from 'node:http'
import { timedOut } from '../shared/connections.ts'
import { isObject } from '../shared/is-object.ts'
import { LIMITS } from '../shared/limits.ts'
import { deadline } from '../shared/time.ts'
import { type FoundBuildx, pluginFiles } from './buildx-by-itself.ts'
import { buildxCommand, THROUGH_DOCKER } from './buildx-command.ts'
import { type Info, parseInfo } from './engine-info.ts'
import { execute } from './exec.ts'

/** What the engine says of itself, and the buildx that docker would start. */
export interface DirectAnswer {
  readonly info: Info
  readonly buildx: FoundBuildx
}

/**
 * Asks the engine on its socket, and buildx for its version, at the same time. `docker info` asks both as well, one
 * after the other, and starts itself and every other plugin for it: two processes more, and one for each such plugin.
 * Only if docker is docker's own program, and buildx the plugin that it would take.
 * @param socket of the engine that docker would ask
 * @param env for a process that speaks to the engine
 * @returns null if it is another docker, or anything is not as expected: then docker is to be asked, which also says
 *   what is wrong
 */
export async function askEngineItself(
  socket: string,
  env: Readonly<Record<string, string>>,
): Promise<DirectAnswer | null> {
  try {
    const command = await buildxCommand(await pluginOfDocker(env), env)
    if (command.program === THROUGH_DOCKER.program) return null
    const version = execute(command.program, ['docker-cli-plugin-metadata'], {
      shownAs: command.shownAs,
      env: { ...env, ...command.env },
      limit: LIMITS.engineAskMs,
    }).then(({ stdout }) => pluginVersion(stdout))
    const [info, known] = await Promise.all([infoFrom(socket), version])
    return { info, buildx: { command, version: known } }
  } catch {
    return null
  }
}

/**
 * The file that docker takes for its plugin buildx: the first one of that name, whether it works or not.
 * https://github.com/docker/cli/blob/v28.5.1/cli-plugins/manager/manager.go (listPluginCandidates)
 */
async function pluginOfDocker(env: Readonly<Record<string, string>>): Promise<string | undefined> {
  for (const file of await pluginFiles(env)) if (await lstat(file).catch(() => null)) return file
  return undefined
}

/**
 * What a plugin says of itself: https://github.com/docker/cli/blob/v28.5.1/cli-plugins/metadata/metadata.go
 * @throws Error if docker would not take it for one
 */
function pluginVersion(printed: string): string {
  const said: unknown = JSON.parse(printed)
  if (!isObject(said)) throw new Error('no metadata')
  const { SchemaVersion, Vendor, Version } = said
  if (SchemaVersion !== '0.1.0' || !Vendor || typeof Version !== 'string') throw new Error('other metadata')
  return Version.replace(/^v/, '')
}

/**
 * https://docs.docker.com/reference/api/engine/version/v1.45/#tag/System/operation/SystemInfo; Podman answers it too
 * @throws Error if the engine does not answer so, or not in time
 */
async function infoFrom(socketPath: string): Promise<Info> {
  const signal = deadline(LIMITS.engineAskMs, (after) => timedOut(`no answer within ${after}`))
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { socketPath, path: '/info', headers: { host: 'docker' }, agent: false, signal }
    http.get(options, resolve).on('error', reject)
  })
  let text = ''
  response.setEncoding('utf8')
  for await (const part of response) {
    text += part
    if (text.length > LIMITS.smallBodyBytes) throw new Error('a longer answer than any')
  }
  const info = parseInfo(text)
  if (response.statusCode !== 200 || !info.ServerVersion) throw new Error('no engine')
  return info
}
