import { isObject } from '../shared/is-object.ts'

/**
 * Which line of a Dockerfile made each layer of an image, as its configuration tells it.
 * https://github.com/opencontainers/image-spec/blob/main/config.md#properties (`history`)
 * @param config an image's configuration, as JSON
 * @param layers how many layers its manifest has
 * @returns one for each layer, lowest first, or null for a layer of which nothing is told; nothing at all if the history
 *   is not that of these layers
 */
export function layerHistory(config: Uint8Array, layers: number): readonly (string | null)[] {
  const told = entriesOf(config)
    .filter(({ empty_layer: empty }) => empty !== true)
    .map(({ created_by: by }) => (typeof by === 'string' ? instructionOf(by) : null))
  return told.length === layers ? told : []
}

interface Entry {
  readonly created_by?: unknown
  readonly empty_layer?: unknown
}

function entriesOf(config: Uint8Array): Entry[] {
  try {
    const { history } = JSON.parse(Buffer.from(config).toString('utf8')) ?? {}
    return Array.isArray(history) ? history.map((entry) => (isObject(entry) ? entry : {})) : []
  } catch {
    return []
  }
}

/**
 * The instruction without what builders put around it: BuildKit's `RUN |1 VERSION=v1 /bin/sh -c make # buildkit`, with
 * the values of build arguments, and `/bin/sh -c #(nop) COPY dir:… in /app ` of the classic builder.
 */
function instructionOf(by: string): string | null {
  const text = by.replace(/ # buildkit$/, '').trim()
  const nop = /^\/bin\/sh -c #\(nop\)\s+(.+)$/s.exec(text)?.[1]
  const run = /^(?:RUN )?(?:\|\d+ .*? )?\/bin\/sh -c (.+)$/s.exec(text)?.[1]
  // Of another shell: the values of build arguments, which may be secrets, end before it. Without one, nobody can tell.
  const bare = /^(?:RUN )?\|\d+ /.test(text)
    ? /^(?:RUN )?\|\d+ .*? (\/\S*sh (?:-\S+ |\w+ )*?-\w*c .+)$/s.exec(text)?.[1]
    : text.replace(/^RUN /, '')
  if (nop === undefined && run === undefined && bare === undefined) return null
  const plain = nop ?? (run === undefined ? (bare === text ? text : `RUN ${bare}`) : `RUN ${run}`)
  return plain.trim() === '' ? null : plain.trim()
}
