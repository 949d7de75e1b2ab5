import { splitRecord, wholeAttribute } from '../../shared/csv.ts'
import { isOn } from './booleans.ts'

/** A value of `--output`: where the result of a build goes. */
export interface Exporter {
  /** `local`, `tar`, `docker`, `oci`, `image`, `registry`, `cacheonly`. */
  readonly type: string
  /** Null if the result stays with the builder. */
  readonly destination: string | null
  readonly pushes: boolean
  /** Whether the image goes into the engine, under the names of the build. */
  readonly loads: boolean
}

/** Whether a build whose result is not pushed is told to leave an image, and not files, or its cache alone. */
export function leavesImage({
  load,
  outputs,
}: {
  readonly load: boolean
  readonly outputs: readonly string[]
}): boolean {
  const noImage = /^(?:local|tar|cacheonly)$/
  return load || outputs.length === 0 || outputs.some((one) => !noImage.test(parseExporter(one)?.type ?? ''))
}

/**
 * Reads a value of `--output` as docker does: blanks around a key are dropped, those around a value are a part of it.
 * https://github.com/docker/buildx/blob/master/util/buildflags/export.go (UnmarshalText)
 * @returns null if it is none
 */
export function parseExporter(output: string): Exporter | null {
  let fields: string[]
  try {
    fields = splitRecord(output)
  } catch {
    return null
  }
  const [first = ''] = fields
  if (fields.length === 1 && first === output && !first.startsWith('type=')) {
    return { type: first === '-' ? 'tar' : 'local', destination: first, pushes: false, loads: false }
  }
  const type = wholeAttribute(fields, 'type') ?? ''
  const push = wholeAttribute(fields, 'push')
  // `registry` is `image` that pushes unless it is told not to.
  const pushes =
    (type === 'registry' && push === undefined) || (/^(?:image|registry)$/.test(type) && isOn(push))
  const destination = wholeAttribute(fields, 'dest') ?? null
  const loads = type === 'docker' && destination === null && wholeAttribute(fields, 'name') === undefined
  return { type, destination, pushes, loads }
}
