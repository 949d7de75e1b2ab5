import { isObject } from '../shared/is-object.ts'

/**
 * Which line of a Dockerfile made each layer of an image, as its configuration tells it: an option of the instruction,
 * such as `COPY --from=build`, is not in there.
 * https://github.com/opencontainers/image-spec/blob/main/config.md#properties (`history`)
 * @param config an image's configuration, as JSON
 * @param layers how many layers its manifest has
 * @param steps the names of the steps of the build that made it, such as `[build 2/3] RUN make`, if they are known
 * @returns one for each layer, lowest first, or null for a layer of which nothing is told; nothing at all if the history
 *   is not that of these layers
 */
export function layerHistory(
  config: Uint8Array,
  layers: number,
  steps: readonly string[] = [],
): readonly (string | null)[] {
  // Of RUN in its exec form there is no shell behind the values of build arguments: what looks like one is a value's.
  const isMixed = steps.some((name) => EXEC_FORM.test(name))
  const told: (string | null)[] = []
  let shell = DEFAULT_SHELL
  for (const { created_by: by, empty_layer: empty } of entriesOf(config)) {
    const text = typeof by === 'string' ? by.replace(/ # buildkit$/, '').trim() : ''
    shell = shellSetBy(text) ?? shell
    if (empty === true) continue
    const instruction = instructionOf(text, shell)
    const isCertain = !isMixed || !WITH_VALUES.test(text) || steps.some((name) => isRunBy(name, instruction))
    told.push(isCertain ? instruction : null)
  }
  return told.length === layers ? told : []
}

/** `[stage-1 2/3] RUN --network=none ["make", "all"]`. */
const EXEC_FORM = /\] RUN (?:--\S+ )*\[/

/** `RUN |1 VERSION=v1 `, before a command. */
const WITH_VALUES = /^(?:RUN )?\|\d+ (.*)$/s

/** Whether a step of the build runs what an instruction is said to run; options of RUN stand before it. */
const isRunBy = (name: string, instruction: string | null) =>
  instruction !== null && name.endsWith(` ${instruction.replace(/^RUN /, '')}`)

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

const DEFAULT_SHELL = '/bin/sh -c'

/** `SHELL [/bin/bash -o pipefail -c]` of BuildKit; before it, `/bin/bash -o pipefail -c #(nop)  ` of the legacy builder. */
function shellSetBy(text: string): string | null {
  const [, before, shell] = /^(?:(\S.*) #\(nop\)\s+)?SHELL \[(\S.*)\]$/.exec(text) ?? []
  return shell === undefined || (before !== undefined && before !== shell) ? null : shell
}

/** Where a command may begin that a shell runs: `/bin/bash -o pipefail -c `. A blank is before it. */
const ANY_SHELL = /(?<=^| )(?=(?:\S*\/)?(?:a|ba|c|da|fi|k|mk|tc|z)?sh (?:-\S+ |\w+ ){0,9}?-\w*c )/g

/**
 * The instruction without what builders put around it: BuildKit's `RUN |1 VERSION=v1 /bin/sh -c make`, with the values
 * of build arguments, and `/bin/sh -c #(nop) COPY dir:… in /app ` of the legacy builder.
 * @param shell what runs the commands of RUN, as `SHELL` has set it
 * @returns null if it is not certain where the values of build arguments end, which may be secrets: they may hold
 *   anything, a shell's call too
 */
function instructionOf(text: string, shell: string): string | null {
  const withoutShell = (command: string, ...shells: readonly string[]) => {
    const found = shells.find((one) => command.startsWith(`${one} `))
    return found === undefined ? null : command.slice(found.length + 1).trim()
  }
  const [, values] = WITH_VALUES.exec(text) ?? []
  if (values !== undefined) {
    const starts = new Set([...values.matchAll(ANY_SHELL)].map(({ index }) => index))
    for (let at = values.indexOf(` ${shell} `); at >= 0; at = values.indexOf(` ${shell} `, at + 1)) {
      starts.add(at + 1)
    }
    const [start] = starts
    if (start === undefined || starts.size > 1) return null
    const command = values.slice(start)
    return `RUN ${withoutShell(command, shell) ?? command}`
  }
  const nop = withoutShell(text, `${shell} #(nop)`, `${DEFAULT_SHELL} #(nop)`)
  if (nop !== null) return nop === '' ? null : nop
  const run = withoutShell(text.replace(/^RUN /, ''), shell, DEFAULT_SHELL)
  if (run !== null) return run === '' ? null : `RUN ${run}`
  return text === '' ? null : text
}
