import { lstatSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { attribute, splitCsv } from '../../shared/csv.ts'
import { isRemote } from '../syntax/context.ts'
import type { BakePlan, BakeTarget } from './plan.ts'

// What a definition may reach. buildx asks by itself since 0.19, for files only with BUILDX_BAKE_ENTITLEMENTS_FS set
// before 0.20; this is the same question for all of them, asked before anything is built.
// https://docs.docker.com/build/bake/reference/#targetentitlements,
// https://github.com/docker/buildx/blob/v0.29.1/bake/entitlements.go

/** What the plan is held against. */
export interface Bounds {
  /** Absolute; where the step runs: everything in it is allowed. */
  readonly workspace: string
  /** The input `allow`: `fs.read=PATH`, `fs.write=PATH`, `fs=PATH`, `network.host`, `security.insecure`, `ssh`, `device=NAME`. */
  readonly allow: readonly string[]
  /** Folders of the step's own, which it may read and write. */
  readonly folders: readonly string[]
  /** Whether the definition comes from a Git repository: then it may read and write nothing of the workspace either. */
  readonly remote?: boolean
}

/** One thing that a target reaches. */
interface Reach {
  /** Of the definition. */
  readonly field: string
  readonly value: string
  /** What allows it, as the input has it; `PATH` is the path that is allowed. */
  readonly needs: string
  /** A file or a folder, absolute, with each `..` in it; null for what is none. */
  readonly file: string | null
}

/** What a target reaches that nothing allows. */
export interface Escape {
  readonly target: string
  /** A sentence without the target's name. */
  readonly what: string
  /** What would allow it, as the input has it. */
  readonly allow: string
}

/** What a plan reaches that nothing allows. */
export function escapesOf(plan: BakePlan, bounds: Bounds): readonly Escape[] {
  const allowed = {
    read: allowedFolders(bounds, ['fs', 'fs.read']),
    write: allowedFolders(bounds, ['fs', 'fs.write']),
  }
  return plan.targets.flatMap((target) =>
    reachesOf(target, bounds).flatMap(({ field, value, needs, file }): Escape[] => {
      const its = `its ${field} '${value}'`
      if (file === null) {
        const what = `${its} needs the entitlement ${needs}.`
        return isAllowed(needs, bounds.allow) ? [] : [{ target: target.name, what, allow: needs }]
      }
      return beyond(file, needs === 'fs.write' ? allowed.write : allowed.read).map((real) => {
        const where = real === value ? '' : ` (${real})`
        const what = `${its}${where} is ${bounds.remote ? 'on this runner, and the definition is not' : 'outside of the workspace'}.`
        return { target: target.name, what, allow: `${needs}=${real}` }
      })
    }),
  )
}

/**
 * Where a file is that may not be read.
 * @param file absolute
 * @returns empty if it may; where its links lead otherwise
 */
export function outsideOf(file: string, bounds: Bounds): string[] {
  return beyond(file, allowedFolders(bounds, ['fs', 'fs.read']))
}

/** @returns what each of its links leads to, if that is in no folder of these */
function beyond(file: string, within: readonly (string | null)[]): string[] {
  // A `..` after a link means another folder to who reads the text, as buildx does to judge it, than to who opens it.
  const ways = new Set([path.resolve(file), file].map((way) => existingPart(way).there))
  return [...ways].filter((real) => !within.some((folder) => folder === null || isBelow(folder, real)))
}

/** @returns null for all of them */
function allowedFolders(bounds: Bounds, keys: readonly string[]): (string | null)[] {
  const own = [...(bounds.remote ? [] : [bounds.workspace]), ...bounds.folders]
  return [...own, ...pathsIn(bounds, keys)].map(allowedPath)
}

/** The paths of an input `allow`; `*` is null, for every path. */
function pathsIn({ allow, workspace }: Bounds, keys: readonly string[]): (string | null)[] {
  return allow.flatMap((item) => {
    const [key = '', value] = keyAndRest(item, '=')
    if (!keys.includes(key) || value === undefined) return []
    return [value === '*' ? null : path.resolve(workspace, value)]
  })
}

/** `device` alone allows each of them. */
function isAllowed(needs: string, allow: readonly string[]): boolean {
  const [key] = keyAndRest(needs, '=')
  return allow.some((item) => item === needs || (key === 'device' && item === key))
}

/** All that a target reaches, allowed or not. */
function reachesOf(target: BakeTarget, bounds: Bounds): Reach[] {
  const at = (field: string, value: string, needs: string, file: string): Reach => ({
    field,
    value,
    needs,
    file,
  })
  const resolved = (file: string) => joinedPath(bounds.workspace, file)
  return [
    ...reachedSources(target, bounds).map(([field, value, file]) => at(field, value, 'fs.read', file)),
    ...target.secret.flatMap((secret) => {
      const file = secretFile(secret, bounds.remote ?? false)
      return file === null ? [] : [at('secret', file, 'fs.read', resolved(file))]
    }),
    ...target.ssh.flatMap((item): Reach[] => {
      const [id = '', files = ''] = keyAndRest(item, '=')
      // An empty one is the agent's socket, as none is.
      const agent: Reach = { field: 'ssh', value: id, needs: 'ssh', file: null }
      return files
        .split(',')
        .map((file) => (file.trim() === '' ? agent : at('ssh', file, 'fs.read', resolved(file))))
    }),
    ...localCaches(target.cacheFrom, 'src').map((file) => at('cache-from', file, 'fs.read', resolved(file))),
    ...localCaches(target.cacheTo, 'dest').map((file) => at('cache-to', file, 'fs.write', resolved(file))),
    ...outputFiles(target).map((file) => at('output', file, 'fs.write', resolved(file))),
    ...reachedCapabilities(target),
  ]
}

/** Its contexts and its Dockerfile, as far as they are on this machine: the field, the value, the absolute path. */
function reachedSources(target: BakeTarget, { workspace, remote }: Bounds): [string, string, string][] {
  const local = (value: string): string | null => {
    if (value.startsWith('cwd://')) return joinedPath(workspace, value.slice('cwd://'.length))
    if (isRemote(value) || value.startsWith('docker-image://')) return null
    // buildx takes the whole of it for a path, and so allows every layout.
    const [, layout] = /^oci-layout:\/\/(.*?)(?:@sha256:[0-9a-f]{64}|:[\w.-]+)?$/.exec(value) ?? []
    if (layout !== undefined) return joinedPath(workspace, layout)
    // buildx asks nothing of it, reads it from this machine whosever definition it is of, and it is no image.
    const isOfThisMachine = !remote || /^(?:docker-image|oci-layout):/.test(value)
    return isOfThisMachine ? joinedPath(workspace, value) : null
  }
  const found: [string, string, string][] = []
  const context = local(target.context)
  if (context !== null) found.push(['context', target.context, context])
  if (target.dockerfileInline === null) {
    // bake makes a path of an address too (`https:/…`), and takes every `..` out of it. docker takes an absolute one from this machine, also beside a context that it fetches.
    const file = target.dockerfile.startsWith('cwd://')
      ? local(target.dockerfile)
      : path.isAbsolute(target.dockerfile)
        ? target.dockerfile
        : context === null
          ? null
          : joinedPath(context, target.dockerfile)
    if (file !== null) found.push(['dockerfile', target.dockerfile, file])
  }
  for (const [name, value] of Object.entries(target.contexts)) {
    const folder = value.startsWith('target:') ? null : local(value)
    if (folder !== null) found.push([`contexts.${name}`, value, folder])
  }
  return found
}

/**
 * `type=file,id=…,src=…`, or `id=…,source=…`; with `type=env`, a source is the name of a variable. With neither file nor
 * variable, the id is both: BuildKit takes the variable of that name, and the file if there is none, which buildx does not
 * ask about. What is asked of files outside of the workspace does not need to know which of both it will be: no variable
 * is called as a path to there.
 * https://github.com/moby/buildkit/blob/v0.26.2/session/secrets/secretsprovider/store.go
 */
function secretFile(secret: string, remote: boolean): string | null {
  const fields = splitCsv(secret)
  const file = attribute(fields, 'src') || attribute(fields, 'source')
  const variable = attribute(fields, 'env')
  if (file) return attribute(fields, 'type') === 'env' && !variable ? null : file
  // Of a definition from elsewhere, what is called as no variable that it is given is refused.
  return variable || remote ? null : (attribute(fields, 'id') ?? null)
}

function localCaches(caches: readonly string[], key: 'src' | 'dest'): string[] {
  return caches.flatMap((cache) => {
    const fields = splitCsv(cache)
    const file = attribute(fields, key)
    return attribute(fields, 'type') === 'local' && file !== undefined ? [file] : []
  })
}

/** `-` is the standard output; a word alone is a folder, and `type=cacheonly` or `image` writes none. */
function outputFiles({ output }: BakeTarget): string[] {
  return output.flatMap((one) => {
    if (one === '-') return []
    const fields = splitCsv(one)
    if (fields.length === 1 && !one.includes('=')) return [one]
    const file = attribute(fields, 'dest')
    return file === undefined || file === '-' || file === '' ? [] : [file]
  })
}

/** buildx grants `network: host` by itself; it is the same as its entitlement. */
function reachedCapabilities(target: BakeTarget): Reach[] {
  const found = target.entitlements.map((value): Reach => {
    // Of a device, what follows the comma are attributes.
    const needs = value.startsWith('device=')
      ? `device=${splitCsv(value.slice('device='.length))[0] ?? ''}`
      : value
    return { field: 'entitlements', value, needs, file: null }
  })
  const network: Reach = { field: 'network', value: 'host', needs: 'network.host', file: null }
  const removes = target.output.map(splitCsv).some((fields) => attribute(fields, 'mode') === 'delete')
  const removal: Reach = { field: 'output', value: 'mode=delete', needs: 'buildx.local.delete', file: null }
  return [...found, ...(target.network === 'host' ? [network] : []), ...(removes ? [removal] : [])]
}

/** Without taking any `..` out of it. */
function joinedPath(folder: string, file: string): string {
  return path.isAbsolute(file) ? file : `${folder}${path.sep}${file}`
}

function keyAndRest(text: string, at: string): [string, string?] {
  const i = text.indexOf(at)
  return i < 0 ? [text] : [text.slice(0, i), text.slice(i + 1)]
}

function isBelow(folder: string, file: string): boolean {
  return file === folder || folder === path.parse(folder).root || file.startsWith(folder + path.sep)
}

/** What is allowed may be missing so far: then nothing but it is. */
function allowedPath(folder: string | null): string | null {
  if (folder === null) return null
  const { there, rest } = existingPart(folder)
  return path.join(there, ...rest)
}

/** How many links buildx follows in one path. */
const LINKS_FOLLOWED = 255

/**
 * Where a path leads by its links, as far as that exists; of a link to nothing, the nearest folder that exists.
 * https://github.com/docker/buildx/blob/v0.29.1/util/osutil/path.go
 * @param file absolute
 * @returns what is there, and the names that are not
 */
function existingPart(file: string): { readonly there: string; readonly rest: readonly string[] } {
  let there = path.parse(file).root
  const left = file.slice(there.length).split(path.sep)
  for (let links = 0; left.length > 0; ) {
    const name = left.shift() as string
    if (name === '' || name === '.') continue
    if (name === '..') {
      there = path.dirname(there)
      continue
    }
    const next = path.join(there, name)
    const to = linkTarget(next)
    if (to === undefined) return { there, rest: [name, ...left] }
    if (to === null) {
      there = next
      continue
    }
    if (++links > LINKS_FOLLOWED) return { there: next, rest: left }
    if (path.isAbsolute(to)) there = path.parse(to).root
    left.unshift(...to.split(path.sep))
  }
  return { there, rest: [] }
}

/** Where a link leads; null for what is none; undefined for what is not there, or cannot be looked at. */
function linkTarget(file: string): string | null | undefined {
  try {
    return lstatSync(file).isSymbolicLink() ? readlinkSync(file) : null
  } catch {
    return undefined
  }
}
