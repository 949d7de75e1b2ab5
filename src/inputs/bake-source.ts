import type { RemoteDefinition } from '../docker/bake/plan.ts'
import type { BakeSource } from '../docker/bake/port.ts'
import { parseBoolean } from '../shared/boolean.ts'
import { variable } from '../shared/variable.ts'
import { defaultContext } from './context.ts'
import type { Reader } from './reader.ts'
import { mask } from './secrets.ts'

/** https://github.com/docker/buildx/blob/v0.29.1/bake/entitlements.go */
const BAKE_ENTITLEMENT =
  /^(?:network\.host|security\.insecure|ssh|device(?:=.+)?|fs(?:\.read|\.write)?=.+|image(?:\.push|\.load)?=.+|buildx\.local\.delete)$/

/** What the definition may reach. */
export const readAllow = (reader: Reader) =>
  reader.matchingList(
    'allow',
    'commas',
    BAKE_ENTITLEMENT,
    'must be an entitlement: network.host, security.insecure, ssh, device, or fs.read=PATH, fs.write=PATH, fs=PATH',
  )

export const readBuilder = (reader: Reader) =>
  reader.matching('builder', /^[a-zA-Z0-9][a-zA-Z0-9._/-]*$/, 'must be the name of a builder')

/** What says which definition is built, and what of it. */
export function readBakeSource(reader: Reader): BakeSource {
  const set = reader.matchingList(
    'set',
    'lines',
    /^[^\s.=]+\.[^\s=]+=/,
    'must be TARGET.FIELD=value, such as *.platform=linux/arm64 or api.args.VERSION=1; TARGET may be a pattern',
  )
  refuseUnmet(reader, set)
  return {
    remote: readRemote(reader),
    files: reader.list('files', 'commas'),
    targets: reader.matchingList(
      'targets',
      'words',
      /^[a-zA-Z0-9_][a-zA-Z0-9_-]*$/,
      'must be the name of a target or a group: letters, digits, - and _',
    ),
    set,
    vars: readVars(reader),
    allow: readAllow(reader),
    builder: readBuilder(reader),
  }
}

/** What would have no effect, as every image is pushed, and none is loaded. */
function refuseUnmet(reader: Reader, set: readonly string[]): void {
  for (const item of set) {
    const [, field = '', value = ''] = /^[^.]+\.([^=]+)=(.*)$/s.exec(item) ?? []
    const on = parseBoolean(value)
    if (field === 'push' && on === false)
      reader.problem(
        'set',
        item,
        'cannot be, as bake pushes every image; *.output=type=cacheonly builds and leaves nothing',
      )
    if (field === 'load' && on === true)
      reader.problem('set', item, 'cannot be, as bake pushes images, and loads none')
  }
}

/** What docker itself, and whatever starts it, reads. */
const OF_DOCKER = /^(?:DOCKER_.*|BUILDX_.*|BUILDKIT_.*|COMPOSE_.*|PATH|HOME|LD_.*)$/

/** Values of variables: `NAME=value`, or `NAME` for the value in the step's environment. */
function readVars(reader: Reader): Map<string, string> {
  const name = 'vars'
  const vars = new Map<string, string>()
  const items = reader.matchingList(
    name,
    'lines',
    /^[a-zA-Z_][a-zA-Z0-9_-]*(?:=|$)/,
    'must be NAME=value, or NAME for the value in the environment',
  )
  for (const item of items) {
    const [, key = '', given] = /^([^=]+)(?:=(.*))?$/s.exec(item) ?? []
    if (OF_DOCKER.test(key)) {
      reader.problem(name, key, "is a variable that docker itself reads; set it in the step's env")
      continue
    }
    const value = given ?? variable(reader.source.env, key)
    if (value !== undefined) vars.set(key, value)
  }
  return vars
}

const NO_GIT =
  'must be a Git URL, such as https://github.com/OWNER/NAME.git#REF:FOLDER, {{defaultContext}} for the commit of the event, or . for the workspace'

/** A Git repository as docker knows one, with what follows `#`. */
const GIT_REPOSITORY =
  /^(?:https?:\/\/[^#?\s]+\.git|(?:git|ssh):\/\/[^#?\s]+|github\.com\/[^#?\s]+|[\w-]+@[\w.-]+:[^#?\s]+)$/
const REF = /^(?:[\w][\w./+-]*)?$/
const FOLDER = /^(?:[\w@+.-]+(?:\/[\w@+.-]+)*)?$/

/** The input `source`; null for the definition that is in the workspace. */
function readRemote(reader: Reader): RemoteDefinition | null {
  const token = reader.text('github-token')
  if (token !== '') mask(reader, token)
  const given = reader.text('source')
  if (/^(?:\.\/?)?$/.test(given)) return null
  const refuse = (message: string) => {
    reader.problem('source', given, message)
    return null
  }
  const own = defaultContext(reader.source.env)
  if (/\{\{\s*defaultContext\s*\}\}/.test(given) && own === null)
    return refuse(
      'needs GITHUB_REPOSITORY and GITHUB_SHA, which GitHub sets; outside of GitHub, give the Git URL',
    )
  const address = given.replace(/\{\{\s*defaultContext\s*\}\}/, () => own ?? '')
  const [, repository = '', ref = '', folder = ''] = /^([^#]*)(?:#([^:]*)(?::(.*))?)?$/s.exec(address) ?? []
  if (!GIT_REPOSITORY.test(repository)) return refuse(NO_GIT)
  if (/^https?:\/\/[^/]*@/.test(repository))
    return refuse('must have no user and no password in it; github-token reads the repository of the run')
  if (!REF.test(ref)) return refuse('must have a branch, a tag or a commit behind #')
  const inside = folder.replace(/^\/+|\/+$/g, '')
  if (!FOLDER.test(inside) || inside.split('/').includes('..'))
    return refuse('must have a folder of the repository behind the second :, without ..')
  const isOwn = own !== null && repository === own.split('#', 1)[0]
  return { repository, ref, folder: inside, token: isOwn && token !== '' ? token : null }
}
