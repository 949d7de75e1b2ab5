/** Who is told of the log as it comes. */
export interface Listeners {
  readonly onLine?: ((line: string) => void) | undefined
  /** Before the title of a group, and after its last line. */
  readonly onGroup?: ((open: boolean) => void) | undefined
}

/** The runner's reading of a step's standard output. */
export class Log {
  readonly lines: string[] = []
  readonly annotations: { kind: string; message: string; properties: Record<string, string> }[] = []
  readonly masks: string[] = []
  readonly #onLine: ((line: string) => void) | undefined
  readonly #onGroup: ((open: boolean) => void) | undefined
  readonly #debug: boolean
  #stopped: string | null = null

  constructor({ onLine, onGroup }: Listeners, debug: boolean) {
    this.#onLine = onLine
    this.#onGroup = onGroup
    this.#debug = debug
  }

  add(line: string): void {
    const command = /^::([a-z-]+)(?: ([^:]*(?:::?[^:]+)*?))?::(.*)$/s.exec(
      line.replace(/\r$/, '').trimStart(),
    )
    if (this.#stopped !== null) {
      if (line.trim() === `::${this.#stopped}::`) this.#stopped = null
      else this.#show(line)
      return
    }
    if (command === null) {
      this.#show(line)
      return
    }
    const [, name = '', properties = '', value = ''] = command
    const message = decode(value)
    if (name === 'add-mask')
      this.masks.push(...[message, ...message.split('\n')].filter((mask) => mask.trim() !== ''))
    else if (name === 'stop-commands') this.#stopped = value
    else if (name === 'group') {
      this.#onGroup?.(true)
      this.#show(`▸ ${message}`)
    } else if (name === 'endgroup') this.#onGroup?.(false)
    else if (name === 'debug') {
      if (this.#debug) this.#show(`##[debug]${message}`)
    } else if (/^(?:error|warning|notice)$/.test(name)) {
      this.annotations.push({
        kind: name,
        message: this.masked(message),
        properties: parseProperties(properties),
      })
      this.#show(`${name[0]?.toUpperCase()}${name.slice(1)}: ${message}`)
    } else this.#show(line)
  }

  #show(line: string): void {
    const shown = this.masked(line)
    this.lines.push(shown)
    this.#onLine?.(shown)
  }

  /** Without the secrets that the step has named so far. */
  masked(text: string): string {
    return this.masks.reduce((masked, mask) => masked.replaceAll(mask, '***'), text)
  }
}

function parseProperties(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(',')
      .filter((pair) => pair.includes('='))
      .map((pair) => [
        pair.slice(0, pair.indexOf('=')),
        decode(pair.slice(pair.indexOf('=') + 1))
          .replaceAll('%3A', ':')
          .replaceAll('%2C', ','),
      ]),
  )
}

function decode(value: string): string {
  return value.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}
