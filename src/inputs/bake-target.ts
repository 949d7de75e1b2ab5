import path from 'node:path'
import type { BakeTarget } from '../docker/bake/plan.ts'
import type { Attestation, BuildInputs, Secret } from '../docker/port.ts'
import { isRemote } from '../docker/syntax/context.ts'
import { attribute, splitCsv } from '../shared/csv.ts'
import type { InputSource } from './reader.ts'

// A target of a bake definition, in the terms of the main action's inputs.

/** What the inputs say of every target. */
export type BakeBuildInputs = Pick<
  BuildInputs,
  | 'noCache'
  | 'pull'
  | 'builder'
  | 'pullLogins'
  | 'compression'
  | 'attests'
  | 'cache'
  | 'allow'
  | 'stallSeconds'
>

/** A context as BuildKit gets it: a folder's absolute path, or what docker fetches. */
export function contextOfTarget({ context }: Pick<BakeTarget, 'context'>, cwd: string): string {
  if (isRemote(context) || /^[a-z0-9-]+:\/\//.test(context.replace(/^cwd:\/\//, ''))) return context
  return path.resolve(cwd, context.replace(/^cwd:\/\//, ''))
}

/** The Dockerfile's absolute path; null if it is in the definition, or in a context that is fetched. */
export function dockerfileOf(target: BakeTarget, cwd: string): string | null {
  const context = contextOfTarget(target, cwd)
  if (target.dockerfileInline !== null) return null
  if (target.dockerfile.startsWith('cwd://'))
    return path.resolve(cwd, target.dockerfile.slice('cwd://'.length))
  return path.isAbsolute(context) ? path.resolve(context, target.dockerfile) : null
}

/**
 * @param target null for what holds of every target
 * @returns the inputs that would build this target alone, as far as there are such inputs
 */
export function buildOfTarget(
  target: BakeTarget | null,
  inputs: BakeBuildInputs,
  { cwd }: Pick<InputSource, 'cwd'>,
): BuildInputs {
  const {
    cacheFrom = [],
    cacheTo = [],
    platforms = [],
    secret = [],
    ssh = [],
    args = {},
    contexts = {},
    attest = [],
  } = target ?? {}
  return {
    ...inputs,
    context: target === null ? cwd : contextOfTarget(target, cwd),
    file: target === null ? null : dockerfileOf(target, cwd),
    target: target?.target ?? null,
    platforms,
    buildArgs: Object.entries(args).map(([key, value]) => `${key}=${value}`),
    buildContexts: Object.entries(contexts).map(([name, value]) => `${name}=${value}`),
    secrets: secret.map(secretOf),
    ssh,
    cacheFrom,
    cacheTo,
    noCache: inputs.noCache || target?.noCache === true,
    noCacheFilters: target?.noCacheFilter ?? [],
    pull: inputs.pull || target?.pull === true,
    addHosts: [],
    attests: attestsOf(attest, inputs.attests),
    call: null,
    cgroupParent: null,
    network: target?.network ?? null,
    outputs: [],
    load: false,
    reproducible: false,
    shmSize: target?.shmSize ?? null,
    ulimits: target?.ulimits ?? [],
  }
}

/** Those of the inputs are instead of those of the same type that the definition has. */
function attestsOf(own: readonly string[], given: readonly Attestation[]): Attestation[] {
  const typeOf = (value: string) => attribute(splitCsv(value), 'type')
  const left = own.filter((value) => !given.some((one) => typeOf(one.value) === typeOf(value)))
  return [...left.map((value): Attestation => ({ input: 'attests', given: value, value })), ...given]
}

/**
 * What BuildKit takes of a secret that names a variable and a file is the variable; without either, it looks for a
 * variable that is called as the secret.
 * https://docs.docker.com/build/bake/reference/#targetsecret,
 * https://github.com/moby/buildkit/blob/v0.26.2/session/secrets/secretsprovider/store.go
 */
export function secretOf(text: string): Secret {
  const fields = splitCsv(text)
  const id = attribute(fields, 'id') ?? ''
  const file = attribute(fields, 'src') || attribute(fields, 'source')
  const variable = attribute(fields, 'env') || (attribute(fields, 'type') === 'env' ? file : undefined)
  if (file && !variable) return { id, from: 'file', path: file }
  return { id, from: 'env', name: variable || id }
}
